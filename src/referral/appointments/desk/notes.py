"""Notes that staff keep on a request for each other, sealed under the request's own key."""

from uuid import UUID, uuid4

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from referral.appointments.desk.inbox import Desk, own
from referral.appointments.desk.schemas import NewNote, NotesWanted
from referral.appointments.models import Appointment, Note
from referral.appointments.representations import NoteAuthor, NotePage, NoteShown
from referral.errors import ConflictError, InvalidError
from referral.record.service import Entry, append
from referral.staff.models import StaffKey
from referral.text import N_
from referral.vault import RowKey

NOTED = "appointment.noted"


def page(session: Session, appointment_id: UUID, wanted: NotesWanted, *, desk: Desk) -> NotePage:
    """Return a page of a request's notes, newest first.

    Raises NotFoundError for another clinic's request, InvalidError for a cursor that is no note.
    """
    appointment = own(session, appointment_id, desk.staff, lock=False)
    of_request = select(Note, StaffKey.label).join(StaffKey)
    of_request = of_request.where(col(Note.appointment_id) == appointment.id)
    if wanted.cursor is not None:
        after = _place(session, appointment, wanted.cursor)
        of_request = of_request.where(
            tuple_(col(Note.at), col(Note.id)) < tuple_(after.at, after.id)
        )
    newest_first = of_request.order_by(col(Note.at).desc(), col(Note.id).desc())
    found = session.exec(newest_first.limit(wanted.limit + 1)).all()
    key = _key(appointment, desk)
    items = [_shown(note, label, key) for note, label in found[: wanted.limit]]
    return NotePage(items=items, next=items[-1].id if len(found) > wanted.limit else None)


def add(session: Session, appointment_id: UUID, new: NewNote, *, desk: Desk) -> NoteShown:
    """Keep a note and return it; the request itself stays as it is.

    Raises NotFoundError for another clinic's request, ConflictError once its data were erased.
    """
    # Locked, so that nothing is kept of a request that is being erased.
    appointment = own(session, appointment_id, desk.staff, lock=True)
    key = _key(appointment, desk)
    if key is None:
        raise ConflictError(
            N_("The person's data were erased, so nothing more is kept about them."), code="erased"
        )
    note_id = uuid4()
    note = Note(
        id=note_id,
        appointment_id=appointment.id,
        key_id=desk.staff.key_id,
        at=desk.now,
        text=key.seal(_box(note_id), {"text": new.text}),
    )
    session.add(note)
    session.flush()
    _log(session, appointment, note, desk)
    return _shown(note, session.get_one(StaffKey, note.key_id).label, key)


def _place(session: Session, appointment: Appointment, note_id: UUID) -> Note:
    note = session.get(Note, note_id)
    if note is None or note.appointment_id != appointment.id:
        raise InvalidError.at(
            "query", "cursor", code="cursor-unknown", detail=N_("Use a cursor as we gave it.")
        )
    return note


def _key(appointment: Appointment, desk: Desk) -> RowKey | None:
    if appointment.wrapped_key is None:
        return None
    return desk.vault.open_key(appointment.id, appointment.wrapped_key)


def _box(note_id: UUID) -> str:
    """Return the place of a note's text: no note of the same request opens in place of another."""
    return f"notes.text:{note_id.hex}"


def _shown(note: Note, label: str, key: RowKey | None) -> NoteShown:
    # Both are looked at: it may have been erased since the request was read.
    text = key.unseal(_box(note.id), note.text)["text"] if key and note.text else None
    return NoteShown(
        id=note.id, text=text, author=NoteAuthor(key_id=note.key_id, label=label), at=note.at
    )


def _log(session: Session, appointment: Appointment, note: Note, desk: Desk) -> None:
    codes = {"note_id": str(note.id)}
    entry = Entry(appointment.clinic_id, appointment.id, NOTED, desk.staff.actor, codes)
    append(session, entry, vault=desk.vault, now=desk.now)
