"""Webhooks: where a clinic's events are sent, and the log of it."""

import sqlalchemy as sa
from alembic import op

from referral.db import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PAUSES = ("clinic", "gone", "failing")
FAILURES = (*("name", "address", "connection", "certificate", "timeout", "protocol", "unexpected"),)


def upgrade() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("secrets", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("paused_at", UtcDateTime(), nullable=True),
        sa.Column("paused_because", sa.String(length=32), nullable=True),
        sa.Column("pinged_at", UtcDateTime(), nullable=True),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.Column("leased_until", UtcDateTime(), nullable=True),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            sa.column("paused_because").in_(list(PAUSES)), name=op.f("ck_webhooks_paused_because")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_webhooks_clinic_id_clinics")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index(op.f("ix_webhooks_clinic_id"), "webhooks", ["clinic_id"])
    op.create_table(
        "webhook_deliveries",
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(length=32), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            sa.column("error").in_(list(FAILURES)), name=op.f("ck_webhook_deliveries_error")
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhooks.id"],
            name=op.f("fk_webhook_deliveries_webhook_id_webhooks"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("webhook_id", "entry", name=op.f("pk_webhook_deliveries")),
    )
    op.create_index(op.f("ix_webhook_deliveries_at"), "webhook_deliveries", ["at"])


def downgrade() -> None:
    for table in ("webhook_deliveries", "webhooks"):
        op.drop_table(table)
