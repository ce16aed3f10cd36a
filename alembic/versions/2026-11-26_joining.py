"""Invitations to join, with what a clinic has entered so far, and clinics that are leaving."""

import sqlalchemy as sa
from alembic import op

from referral.db import UtcDateTime

revision = "0022"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clinic_invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_clinic_invitations_clinic_id_clinics")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic_invitations")),
        sa.UniqueConstraint("clinic_id", name=op.f("uq_clinic_invitations_clinic_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_clinic_invitations_token_hash")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_clinic_invitations_code_hash")),
    )
    op.create_table(
        "clinic_departures",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_clinic_departures_clinic_id_clinics")
        ),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_clinic_departures")),
    )


def downgrade() -> None:
    op.drop_table("clinic_departures")
    op.drop_table("clinic_invitations")
