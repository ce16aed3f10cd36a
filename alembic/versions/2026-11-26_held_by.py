"""Times that refer to a chiropractor are found without reading all held times."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

NAME = "ix_held_times_chiropractor_id"


def upgrade() -> None:
    op.create_index(NAME, "held_times", ["chiropractor_id"])


def downgrade() -> None:
    op.drop_index(NAME, "held_times")
