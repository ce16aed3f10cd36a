"""To which staff key a request is given."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INDEX = "ix_appointments_clinic_id_assignee_created_at_id"
FOREIGN_KEY = "fk_appointments_assignee_staff_keys"
IS_GIVEN = sa.text("assignee IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("appointments") as batch:
        batch.add_column(sa.Column("assignee", sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f(FOREIGN_KEY), "staff_keys", ["assignee"], ["id"])
    op.create_index(
        op.f(INDEX),
        "appointments",
        ["clinic_id", "assignee", "created_at", "id"],
        sqlite_where=IS_GIVEN,
        postgresql_where=IS_GIVEN,
    )


def downgrade() -> None:
    op.drop_index(op.f(INDEX), "appointments")
    with op.batch_alter_table("appointments") as batch:
        batch.drop_constraint(op.f(FOREIGN_KEY), type_="foreignkey")
        batch.drop_column("assignee")
