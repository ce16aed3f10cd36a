"""Finding requests by a contact detail, and an index for each order of the list."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CONTACTS = ("email_index", "phone_index")
ORDERS = ("updated_at", "answer_by")


def upgrade() -> None:
    """Go on; who asked is sealed, so the worker fills the columns of requests that are there."""
    for name in CONTACTS:
        op.add_column("appointments", sa.Column(name, sa.LargeBinary(), nullable=True))
        given = sa.text(f"{name} IS NOT NULL")
        op.create_index(
            op.f(f"ix_appointments_{name}"),
            "appointments",
            [name],
            sqlite_where=given,
            postgresql_where=given,
        )
    op.drop_index(op.f("ix_appointments_clinic_id_updated_at"), "appointments")
    for name in ORDERS:
        op.create_index(
            op.f(f"ix_appointments_clinic_id_{name}_id"), "appointments", ["clinic_id", name, "id"]
        )


def downgrade() -> None:
    for name in ORDERS:
        op.drop_index(op.f(f"ix_appointments_clinic_id_{name}_id"), "appointments")
    op.create_index(
        op.f("ix_appointments_clinic_id_updated_at"), "appointments", ["clinic_id", "updated_at"]
    )
    for name in CONTACTS:
        op.drop_index(op.f(f"ix_appointments_{name}"), "appointments")
    with op.batch_alter_table("appointments") as batch:
        for name in CONTACTS:
            batch.drop_column(name)
