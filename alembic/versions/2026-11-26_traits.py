"""What a clinic can be filtered by, as one number in the index of the search."""

import sqlalchemy as sa
from alembic import op

from referral.clinics.standing import Standing
from referral.clinics.traits import COLUMNS, traits_of

revision = "0021"
down_revision = "0022"
branch_labels = None
depends_on = None

INDEX = "ix_clinics_latitude_longitude_is_public_handicap{}_id"
BEFORE = ("latitude", "longitude", "is_public", "handicap")
AS_JSON = set(COLUMNS) - {"standing", "accepting", "paused"}


def upgrade() -> None:
    op.drop_index(INDEX.format(""), "clinics")
    op.add_column(
        "clinics", sa.Column("traits", sa.BigInteger(), nullable=False, server_default="0")
    )
    _fill_in()
    op.create_index(INDEX.format("_traits"), "clinics", [*BEFORE, "traits", "id"])


def _fill_in() -> None:
    """Of a clinic that only the register lists nothing is known that it could be filtered by."""
    clinics = sa.table(
        "clinics",
        sa.column("id", sa.Uuid()),
        sa.column("traits", sa.BigInteger()),
        *(sa.column(name, sa.JSON()) for name in AS_JSON),
        *(sa.column(name) for name in ("standing", "accepting")),
        sa.column("paused", sa.Boolean()),
        sa.column("source"),
    )
    connection = op.get_bind()
    told = sa.or_(clinics.c.standing == Standing.JOINED.value, clinics.c.source != "nppes")
    rows = connection.execute(sa.select(clinics).where(told).execution_options(yield_per=1000))
    found = [{"of": row["id"], "number": traits_of(dict(row))} for row in rows.mappings()]
    if found:
        fill = sa.update(clinics).where(clinics.c.id == sa.bindparam("of"))
        connection.execute(fill.values(traits=sa.bindparam("number")), found)


def downgrade() -> None:
    op.drop_index(INDEX.format("_traits"), "clinics")
    with op.batch_alter_table("clinics") as batch:
        batch.drop_column("traits")
    op.create_index(INDEX.format(""), "clinics", [*BEFORE, "id"])
