"""The first tables: directory, staff keys, assessments, requests and their log."""

import sqlalchemy as sa
from alembic import op

from referral.db import Sealed, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assessments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("rules_version", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", Sealed(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
    )
    op.create_index(op.f("ix_assessments_created_at"), "assessments", ["created_at"])

    op.create_table(
        "clinics",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("npi", sa.String(length=10), nullable=True),
        sa.Column(
            "standing",
            sa.Enum(
                "listed",
                "joined",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address_1", sa.String(length=120), nullable=False),
        sa.Column("address_2", sa.String(length=120), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=2), nullable=False),
        sa.Column("postal_code", sa.String(length=5), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.Column(
            "accepting",
            sa.Enum(
                "yes",
                "waitlist",
                "no",
                "unknown",
                name="accepting",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("techniques", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("source_date", sa.Date(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinics")),
        sa.UniqueConstraint("npi", name=op.f("uq_clinics_npi")),
    )
    op.create_index(
        op.f("ix_clinics_latitude_longitude_id"), "clinics", ["latitude", "longitude", "id"]
    )

    op.create_table(
        "event_counters",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_event_counters")),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("clinic_id", "number", name=op.f("uq_events_clinic_id_number")),
    )
    op.create_index(op.f("ix_events_appointment_id"), "events", ["appointment_id"])

    op.create_table(
        "chiropractors",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("credential", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_chiropractors_clinic_id_clinics")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chiropractors")),
    )
    op.create_index(op.f("ix_chiropractors_clinic_id"), "chiropractors", ["clinic_id"])

    op.create_table(
        "staff_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_staff_keys_clinic_id_clinics")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_staff_keys_key_hash")),
    )
    op.create_index(op.f("ix_staff_keys_clinic_id"), "staff_keys", ["clinic_id"])

    op.create_table(
        "appointments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=9), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("idempotency_hash", sa.LargeBinary(), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "received",
                "booked",
                "declined",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("doctor_cleared", sa.Boolean(), nullable=False),
        sa.Column("consent_version", sa.String(length=20), nullable=False),
        sa.Column("preferred_windows", sa.JSON(), nullable=False),
        sa.Column("answer_by", UtcDateTime(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=True),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.Column("chiropractor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "decline_reason",
            sa.Enum(
                "out_of_area",
                "wrong_care",
                "no_capacity",
                "needs_medical_check",
                "could_not_reach",
                "symptoms_settled",
                "insurance_or_cost",
                "age",
                "other",
                name="decline_reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "next_step",
            sa.Enum(
                "other_clinic",
                "see_doctor",
                "urgent_care",
                "call_clinic",
                "self_care",
                name="next_step",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("person", Sealed(), nullable=False),
        sa.Column("message", Sealed(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessments.id"],
            name=op.f("fk_appointments_assessment_id_assessments"),
        ),
        sa.ForeignKeyConstraint(
            ["chiropractor_id"],
            ["chiropractors.id"],
            name=op.f("fk_appointments_chiropractor_id_chiropractors"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_appointments_clinic_id_clinics")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
        sa.UniqueConstraint(
            "assessment_id", "clinic_id", name=op.f("uq_appointments_assessment_id_clinic_id")
        ),
        sa.UniqueConstraint("idempotency_hash", name=op.f("uq_appointments_idempotency_hash")),
        sa.UniqueConstraint("reference", name=op.f("uq_appointments_reference")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_appointments_token_hash")),
    )
    op.create_index(
        op.f("ix_appointments_chiropractor_id_starts_at"),
        "appointments",
        ["chiropractor_id", "starts_at"],
    )
    op.create_index(
        op.f("ix_appointments_clinic_id_created_at_id"),
        "appointments",
        ["clinic_id", "created_at", "id"],
    )
    op.create_index(
        op.f("ix_appointments_clinic_id_state_created_at_id"),
        "appointments",
        ["clinic_id", "state", "created_at", "id"],
    )
    op.create_index(
        op.f("ix_appointments_clinic_id_updated_at"), "appointments", ["clinic_id", "updated_at"]
    )


def downgrade() -> None:
    op.drop_table("appointments")
    op.drop_table("staff_keys")
    op.drop_table("chiropractors")
    op.drop_table("events")
    op.drop_table("event_counters")
    op.drop_table("clinics")
    op.drop_table("assessments")
