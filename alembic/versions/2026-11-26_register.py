"""The public register as it was last read, and clinics with several places, names and people."""

import sqlalchemy as sa
from alembic import op

from referral.db import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KINDS = ("providers", "locations", "names", "deactivations")


def upgrade() -> None:
    for name in ("other_names", "places"):
        op.add_column("clinics", sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
    op.add_column(
        "clinics", sa.Column("is_public", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column("chiropractors", sa.Column("npi", sa.String(length=10), nullable=True))
    op.drop_index(op.f("ix_clinics_latitude_longitude_id"), "clinics")
    op.create_index(
        op.f("ix_clinics_latitude_longitude_is_public_id"),
        "clinics",
        ["latitude", "longitude", "is_public", "id"],
    )
    _create_what_is_searched()
    _create_the_register()


def _create_what_is_searched() -> None:
    op.create_table(
        "clinic_places",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("spot", sa.String(length=200), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_clinic_places_clinic_id_clinics")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "position", name=op.f("pk_clinic_places")),
    )
    op.create_index(
        op.f("ix_clinic_places_latitude_longitude_is_shown_clinic_id_position"),
        "clinic_places",
        ["latitude", "longitude", "is_shown", "clinic_id", "position"],
    )
    op.create_table(
        "clinic_words",
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_clinic_words_clinic_id_clinics")
        ),
        sa.PrimaryKeyConstraint("word", "clinic_id", name=op.f("pk_clinic_words")),
    )
    op.create_index(op.f("ix_clinic_words_clinic_id"), "clinic_words", ["clinic_id"])


def _create_the_register() -> None:
    op.create_table(
        "register",
        sa.Column("npi", sa.String(length=10), nullable=False),
        sa.Column("spot", sa.String(length=200), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("locations", sa.JSON(), nullable=False),
        sa.Column("other_names", sa.JSON(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_register_clinic_id_clinics")
        ),
        sa.PrimaryKeyConstraint("npi", name=op.f("pk_register")),
    )
    op.create_index(op.f("ix_register_spot"), "register", ["spot"])
    op.create_index(op.f("ix_register_clinic_id"), "register", ["clinic_id"])
    op.create_table(
        "staged",
        sa.Column("npi", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=True),
        sa.CheckConstraint(sa.column("kind").in_(KINDS), name=op.f("ck_staged_kind")),
        sa.PrimaryKeyConstraint("npi", "kind", "key", name=op.f("pk_staged")),
    )
    op.create_table(
        "import_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("source", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("tally", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_runs")),
    )


def downgrade() -> None:
    for table in ("import_runs", "staged", "register", "clinic_words", "clinic_places"):
        op.drop_table(table)
    op.drop_index(op.f("ix_clinics_latitude_longitude_is_public_id"), "clinics")
    op.create_index(
        op.f("ix_clinics_latitude_longitude_id"), "clinics", ["latitude", "longitude", "id"]
    )
    with op.batch_alter_table("chiropractors") as batch:
        batch.drop_column("npi")
    with op.batch_alter_table("clinics") as batch:
        for name in ("is_public", "places", "other_names"):
            batch.drop_column(name)
