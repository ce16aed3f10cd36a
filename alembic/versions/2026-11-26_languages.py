"""The language in which a request was sent, for the letters about it."""

from alembic import op

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None


# In one statement, on either database: in a batch, SQLite would copy the table and make its indexes
# in another order, by which it chooses between them.
ADD = """
ALTER TABLE appointments ADD COLUMN language VARCHAR(32) DEFAULT 'en' NOT NULL
CONSTRAINT ck_appointments_language CHECK (language IN ('en', 'es'))
"""


def upgrade() -> None:
    op.execute(ADD)


def downgrade() -> None:
    op.drop_column("appointments", "language")
