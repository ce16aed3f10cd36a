"""Notes of staff on a request: each verb makes a call, which a client then sends."""

from uuid import UUID

from referral.appointments.representations import NotePage, NoteShown
from referral.client.calls import Call, Page, creating, listing, reading
from referral.client.requests import address


def notes(request_id: UUID | str, *, limit: int = 50) -> Call[Page[NoteShown]]:
    """List your clinic's notes on a request, newest first; `limit` is the size of a page."""
    read = reading(NotePage)
    return listing(_notes(request_id), lambda page: read(page).items, limit=limit)


def add_note(request_id: UUID | str, text: str) -> Call[NoteShown]:
    """Keep a note on a request for your colleagues; the person never sees it."""
    return creating(_notes(request_id), NoteShown, text=text)


def _notes(request_id: UUID | str) -> str:
    return f"{address(request_id)}/notes"
