"""Requests as tables: the list, and one request whole."""

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from rich.console import Group
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from referral.appointments.representations import NoteShown, RequestDetail, RequestRow
from referral.appointments.states import WAITING, State
from referral.cli import times
from referral.cli.desk import plain

STYLES = {
    State.REQUESTED: "yellow",
    State.RECEIVED: "cyan",
    State.OFFERED: "cyan",
    State.WAITLISTED: "yellow",
    State.BOOKED: "green",
    State.ARRIVED: "green",
    State.NO_SHOW: "red",
}
# From this many columns on, all wishes of a person fit beside each other.
WIDE = 140


def inbox(rows: Iterable[RequestRow], zone: ZoneInfo, *notes: str, width: int = WIDE) -> Table:
    """Return the list, its times by the clinic's clock, which the title names."""
    table = Table(
        Column("Reference", no_wrap=True),
        Column("State", min_width=10),
        Column("Urgency", min_width=12),
        Column("Promised by", no_wrap=True),
        Column("Wishes", no_wrap=True),
        "Phone",
        box=None,
        padding=(0, 2, 0, 0),
        pad_edge=False,
        title=" ".join([f"Times in {zone.key}.", *filter(None, notes)]),
        title_justify="left",
    )
    between = ", " if width >= WIDE else "\n"
    for row in rows:
        table.add_row(
            row.reference,
            Text(row.state.replace("_", " "), STYLES.get(row.state, "")),
            row.level.replace("-", " "),
            _promised(row, zone, between),
            between.join(_wishes(row, zone)),
            _phone(row),
        )
    return table


def whole(
    request: RequestDetail, zone: ZoneInfo, notes: Sequence[NoteShown], *, most: int, given_to: str
) -> Table:
    """Return all that the clinic may know about a request, and up to `most` notes on it.

    `given_to` is the name of the key that looks after it, empty where none does.
    """
    table = Table.grid(Column(style="bold", no_wrap=True), Column(overflow="fold"), padding=(0, 2))
    for name, text in (*_lines(request, zone), ("Given to", given_to), *_rest(request, zone)):
        if text:
            table.add_row(name, Text(plain(text)))
    for place, note in enumerate(notes[:most]):
        table.add_row("" if place else "Notes", _note(note, zone))
    if len(notes) > most:
        table.add_row("", f"There are more: referral notes {request.reference}")
    return table


def notes(found: Iterable[NoteShown], zone: ZoneInfo) -> Table:
    """Return what staff noted, each with its time and its author."""
    table = Table.grid(Column(overflow="fold"))
    for note in found:
        table.add_row(_note(note, zone))
    return table


def _note(note: NoteShown, zone: ZoneInfo) -> Group:
    head = f"{times.full(note.at, zone)}  {note.author.label}"
    return Group(Text(plain(head)), Padding(Text(plain(note.text or "erased")), (0, 0, 0, 2)))


def _promised(row: RequestRow, zone: ZoneInfo, between: str) -> Text:
    if row.state not in WAITING and not row.wants_move:
        return Text("")
    at = times.short(row.answer_by, zone)
    return Text(f"{at}{between}overdue", "bold red") if row.overdue else Text(at)


def _wishes(row: RequestRow, zone: ZoneInfo) -> list[str]:
    wishes = [times.wish(each) for each in row.preferred_windows]
    if row.starts_at is None:
        return wishes
    visit = times.short(row.starts_at, zone)
    return [visit, "or rather", *wishes] if row.wants_move else [visit]


def _phone(row: RequestRow) -> str:
    if row.call_due_since is not None:
        return "none" if row.unreachable else "call"
    return "only" if row.phone_only else ""


def _call(request: RequestDetail, zone: ZoneInfo) -> str:
    if request.call_due_since is None:
        return ""
    since = f"news since {times.full(request.call_due_since, zone)}"
    if request.unreachable:
        return f"{since}, but mail to the person fails and they gave no phone number"
    return since if request.phone_only else f"{since}, for mail to the person fails"


def _lines(request: RequestDetail, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    yield "Reference", f"{request.reference}  {request.id}"
    yield "State", request.state.replace("_", " ")
    yield "Urgency", request.level
    yield "Promised by", times.full(request.answer_by, zone) + " overdue" * request.overdue
    yield "Wishes", ", ".join(times.wish(each) for each in request.preferred_windows)
    yield "Visit", times.full(request.starts_at, zone) if request.starts_at else ""
    yield "Wants to move", "yes" if request.wants_move else ""
    yield "Offered", "\n".join(times.full(each.starts_at, zone) for each in request.offered_times)
    ends = request.offer_expires_at
    yield "Offer ends", times.full(ends, zone) if ends else ""
    yield "Call", _call(request, zone)


def _rest(request: RequestDetail, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    yield from _person(request)
    yield from _answers(request)
    yield "Answered", _decision(request)
    yield (
        "History",
        "\n".join(
            f"{times.full(item.at, zone)}  {item.kind.removeprefix('appointment.')}"
            f" by {item.actor.partition(':')[0]}"
            for item in request.history
            if item.kind != "appointment.noted"  # those are listed themselves
        ),
    )
    yield "Possible now", ", ".join(request.available_actions) or "nothing, with this key"


def _person(request: RequestDetail) -> Iterator[tuple[str, str]]:
    person = request.person
    if person is None:
        yield "Person", "erased"
        return
    yield "Person", person.patient_name or person.name
    yield "Asked by", person.name if person.patient_name else ""
    yield "E-mail", person.email or "none"
    yield "Phone", person.phone or "none"
    yield "Prefers", person.preferred_contact
    yield "Language", {"es": "Spanish"}.get(request.language, "")
    yield "Their note", person.note


def _answers(request: RequestDetail) -> Iterator[tuple[str, str]]:
    seen = request.assessment
    if seen is None:
        yield "Symptoms", "erased"
        return
    yield "A doctor agreed", "yes" if request.doctor_cleared else ""
    yield "Signs to mind", ", ".join(seen.flags)
    yield (
        "Symptoms",
        "\n".join(
            f"{name.replace('_', ' ')}: {_values(value)}"
            for name, value in seen.answers.items()
            if value not in (None, "", [])
        ),
    )


def _values(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _decision(request: RequestDetail) -> str:
    said = request.decision
    if said is None:
        return ""
    return "  ".join(filter(None, (said.reason, said.next_step, said.message)))
