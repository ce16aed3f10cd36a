"""A contact detail as it is typed, and the keyed hashes beside the sealed person that find it."""

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, EmailStr, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from referral.text import N_
from referral.vault import Vault
from referral.web.phones import Phone

COLUMNS = {"email": "email_index", "phone": "phone_index"}
EMAIL: TypeAdapter[str] = TypeAdapter(EmailStr)
PHONE: TypeAdapter[str] = TypeAdapter(Phone)
LONGEST_CONTACT = 320
NO_CONTACT = N_("Write one e-mail address, or one phone number with its area code.")


def _contact(value: str) -> str:
    try:
        return (EMAIL if "@" in value else PHONE).validate_python(value)
    except ValidationError:
        raise PydanticCustomError("contact", NO_CONTACT) from None


Contact = Annotated[str, Field(max_length=LONGEST_CONTACT), AfterValidator(_contact)]


def indexes(person: Mapping[str, Any], clinic_id: UUID, vault: Vault) -> dict[str, Any]:
    """Return what to store by column for a person who asks a clinic; None for what is not given.

    The clinic is part of the hash: nobody sees from two rows that one person asked two clinics.
    """
    return {
        column: vault.blind_index(kind, _hashed(person[kind], clinic_id)) if person[kind] else None
        for kind, column in COLUMNS.items()
    }


def sought(contact: str, clinic_id: UUID, vault: Vault) -> dict[str, list[bytes]]:
    """Return the column where a clinic's requests have `contact`, and what it may hold there.

    `contact` is a valid e-mail address, or a phone number in E.164.
    """
    kind = "email" if "@" in contact else "phone"
    return {COLUMNS[kind]: vault.blind_indexes(kind, _hashed(contact, clinic_id))}


def _hashed(contact: str, clinic_id: UUID) -> bytes:
    plain = unicodedata.normalize("NFC", contact.casefold())
    return clinic_id.bytes + plain.encode()
