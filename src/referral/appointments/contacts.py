"""Finding requests by a contact detail: keyed hashes that are stored beside the sealed person."""

import unicodedata
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from referral.vault import Vault

COLUMNS = {"email": "email_index", "phone": "phone_index"}


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
