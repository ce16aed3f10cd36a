"""The keys of a clinic's staff: each verb makes a call, all but one for the scope `admin`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from referral.client.calls import API, Call, creating, reading
from referral.clinics.representations import Assignee, Assignees, KeyIssued, Keys, KeyShown
from referral.staff.scopes import Scope

KEYS = f"{API}/keys"


def assignees() -> Call[Sequence[Assignee]]:
    """List your clinic's valid keys by their names, oldest first, with any key."""
    read = reading(Assignees)
    return Call("GET", f"{API}/assignees", lambda response: read(response).items)


def staff_keys() -> Call[Sequence[KeyShown]]:
    """List your clinic's valid keys, oldest first, without the keys themselves."""
    read = reading(Keys)
    return Call("GET", KEYS, lambda response: read(response).items)


def issue_key(
    label: str,
    scopes: Iterable[Scope | str] = (Scope.WRITE,),
    *,
    expires_at: datetime | None = None,
) -> Call[KeyIssued]:
    """Make a key of your clinic; the key itself is in this answer and nowhere else."""
    return creating(KEYS, KeyIssued, label=label, scopes=scopes, expires_at=expires_at)


def revoke_key(key_id: UUID | str) -> Call[None]:
    """Make a key of your clinic useless at once, but not the one in use."""
    return Call("DELETE", f"{KEYS}/{UUID(str(key_id))}", lambda _: None, again=True)
