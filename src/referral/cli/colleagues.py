"""Whose a request is: a key of the clinic by its name or its id, `me`, or `nobody`."""

from contextlib import suppress
from uuid import UUID

from referral.cli import exits
from referral.cli.desk import Desk, plain
from referral.clinics.representations import Assignee

ME, NOBODY = "me", "nobody"


def colleague(desk: Desk, typed: str) -> Assignee | None:
    """Return the key that is meant, None for nobody; exit with 2 where it is no or not one key."""
    name = typed.strip().casefold()
    if name == NOBODY:
        return None
    keys = desk.client.assignees()
    found = [key for key in keys if (key.is_calling if name == ME else name in _names_of(key))]
    if len(found) != 1:
        why = "Several keys have this name" if found else "Your clinic has no such key in use"
        known = [f"{plain(key.label)}  {key.id}" for key in found or keys]
        exits.leave(exits.USAGE, f"{why}. Write one of these names, or an id:", *known)
    return found[0]


def whose(desk: Desk, typed: str | None) -> UUID | str | None:
    """Return for a filter which key is meant; an id may be that of a key no longer in use."""
    if typed is None:
        return None
    with suppress(ValueError):
        return UUID(typed.strip())
    found = colleague(desk, typed)
    return found.id if found else NOBODY


def name_of(desk: Desk, key_id: UUID | None) -> str:
    """Return the name of a key, empty for none."""
    if key_id is None:
        return ""
    names = {key.id: key.label for key in desk.client.assignees()}
    return names.get(key_id, f"the key {key_id}, which is not in use")


def _names_of(key: Assignee) -> set[str]:
    return {key.label.strip().casefold(), str(key.id)}
