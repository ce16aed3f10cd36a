"""The language in which a request was sent, for the letters about it."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    language = sa.Enum(
        *("en", "es"), name="language", native_enum=False, create_constraint=True, length=32
    )
    with op.batch_alter_table("appointments") as batch:
        batch.add_column(sa.Column("language", language, nullable=False, server_default="en"))


def downgrade() -> None:
    with op.batch_alter_table("appointments") as batch:
        batch.drop_constraint(op.f("ck_appointments_language"), type_="check")
        batch.drop_column("language")
