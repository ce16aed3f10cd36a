"""Notes that staff keep on a request."""

import sqlalchemy as sa
from alembic import op

from referral.db import Sealed, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("text", Sealed(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointments.id"],
            name=op.f("fk_notes_appointment_id_appointments"),
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["staff_keys.id"], name=op.f("fk_notes_key_id_staff_keys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_appointment_id_at_id"), "notes", ["appointment_id", "at", "id"])


def downgrade() -> None:
    op.drop_table("notes")
