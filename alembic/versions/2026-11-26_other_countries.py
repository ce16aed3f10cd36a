"""Clinics of other countries: their country, longer postal codes, names of regions."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0020"
branch_labels = None
depends_on = None

# Column: letters before, letters from now on.
WIDER = {"state": (2, 60), "postal_code": (5, 12)}


def upgrade() -> None:
    with op.batch_alter_table("clinics") as batch:
        batch.add_column(
            sa.Column("country", sa.String(length=2), nullable=False, server_default="US")
        )
        for name, (before, wider) in WIDER.items():
            batch.alter_column(
                name,
                existing_type=sa.String(length=before),
                type_=sa.String(length=wider),
                existing_nullable=False,
            )


def downgrade() -> None:
    with op.batch_alter_table("clinics") as batch:
        for name, (before, wider) in WIDER.items():
            batch.alter_column(
                name,
                existing_type=sa.String(length=wider),
                type_=sa.String(length=before),
                existing_nullable=False,
                # What was longer has no place in the older schema.
                postgresql_using=f"left({name}, {before})",
            )
        batch.drop_column("country")
