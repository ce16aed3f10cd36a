"""How a clinic can be reached without steps, whose insurance it takes, and what a visit costs."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# Empty: nobody told us.
COLUMNS = {"accessibility": "[]", "insurance": "[]", "prices": "{}"}


def upgrade() -> None:
    with op.batch_alter_table("clinics") as batch:
        for name, untold in COLUMNS.items():
            batch.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default=untold))


def downgrade() -> None:
    with op.batch_alter_table("clinics") as batch:
        for name in COLUMNS:
            batch.drop_column(name)
