"""What is kept of whom and for how long: one table, which the docs and the privacy page follow."""

from dataclasses import dataclass
from datetime import timedelta

from referral import repeats, tries
from referral.appointments.deadlines import ERROR_ERASED
from referral.appointments.life.submission import ASSESSMENT_LASTS
from referral.settings import Settings
from referral.web.draft import HOURS_24
from referral.webhooks import log as webhook_log


@dataclass(frozen=True, slots=True)
class Kept:
    """One table of the database: what is in it, until when, and the columns that tell of a person.

    A sealed column is one of them, as is a keyed hash of what somebody told.
    """

    table: str
    what: str
    until: str
    personal: tuple[str, ...] = ()


def _span(time: timedelta) -> str:
    hours = round(time.total_seconds() / 3600)
    return f"{hours} hour{'s' * (hours > 1)}" if time <= repeats.KEPT else f"{time.days} days"


ERASED = "Until the request is erased; what is left says nothing of anybody."
FOR_GOOD = "For good: codes, times and ids only."
WITH_CLINIC = "As long as the clinic is in the directory."
KEPT = (
    Kept(
        "appointments",
        "Requests: who asks, what they wrote, what the clinic answered; state, times and codes.",
        ERASED,
        (
            *("person", "message", "email_index", "phone_index", "wrapped_key", "fingerprint"),
            *("idempotency_hash", "preferred_windows", "also_ask", "undo"),
        ),
    ),
    Kept("notes", "What staff note about a request for each other.", ERASED, ("text",)),
    Kept(
        "assessments",
        "Answers to the symptom questions, and what follows from them.",
        f"{_span(ASSESSMENT_LASTS)} where no request is made with them, else until the last of "
        "these requests is erased.",
        ("wrapped_key", "outcome"),
    ),
    Kept(
        "repeats",
        "Answers to creating calls, for when they are sent again.",
        f"{_span(repeats.KEPT)}; those about a request or an assessment no longer than that.",
        ("fingerprint", "wrapped_key", "answer"),
    ),
    Kept(
        "held_times",
        "Times that a request holds in a calendar.",
        "While on offer or booked; of a visit that took place, or was missed, the time stays.",
    ),
    Kept("held_cells", "The same, five minutes a row.", "As the times."),
    Kept("notices", "What is to be told to whom, as codes; never a text or an address.", FOR_GOOD),
    Kept("events", "The record of changes, chained.", FOR_GOOD),
    Kept("event_counters", "The end of each chain of changes.", FOR_GOOD),
    Kept("accesses", "The record of who of the staff was shown what, chained.", FOR_GOOD),
    Kept("accesses_of_many", "The requests of an access that showed several.", FOR_GOOD),
    Kept("access_counters", "The end of each chain of accesses.", FOR_GOOD),
    Kept("checkpoints", "How far each chain had come.", FOR_GOOD),
    Kept(
        "wrong_codes",
        "Wrong tries at a code or a password, by a keyed hash.",
        f"{_span(tries.KEPT)}.",
        ("reference_hash",),
    ),
    Kept(
        "spent_calls",
        "How much each staff key, and by keyed hashes each address, contact detail and clinic, has "
        "called or been asked lately.",
        "Until all of it may be called again: minutes, or a day or two where a day's is counted.",
        ("holder",),
    ),
    Kept(
        "retired_keys",
        "Ring keys that have left the ring, wrapped by the one in use.",
        "For good: they make links and codes again, and open nothing.",
        ("wrapped_key",),
    ),
    Kept("statistics_snapshots", "Figures of all clinics.", "A day; then the next ones."),
    Kept("heartbeats", "When the worker was last well.", "Until it is again."),
    Kept(
        "clinics",
        "The directory: what clinics and the register tell of themselves.",
        "For good; who leaves loses the mail address.",
        ("email", "phone"),
    ),
    Kept("chiropractors", "Who treats at a clinic, as it is published.", WITH_CLINIC, ("name",)),
    Kept("clinic_places", "Where a clinic's other places lie.", WITH_CLINIC),
    Kept("clinic_words", "Words by which a clinic is found.", WITH_CLINIC, ("word",)),
    Kept("register", "What the public register says.", "Until an import changes it.", ("facts",)),
    Kept("staged", "What an import has found.", "Until it is done.", ("facts",)),
    Kept("import_runs", "How far imports came.", FOR_GOOD),
    Kept("clinic_confirmations", "That a clinic was asked to confirm.", "Until it has left."),
    Kept(
        "clinic_invitations",
        "Whom an invitation was mailed to, and what the clinic has entered.",
        "Until it is used or over: 14 days, unless the operator said otherwise.",
        ("email", "draft"),
    ),
    Kept("clinic_departures", "That a clinic leaves.", "Until it has left."),
    Kept("staff_keys", "Keys of staff, hashed, and what they are called.", WITH_CLINIC, ("label",)),
    Kept(
        "webhooks",
        "Where a clinic's events are sent, and the secrets to sign them.",
        "Until the clinic removes it.",
        ("url", "label", "wrapped_key", "secrets"),
    ),
    Kept(
        "webhook_deliveries",
        "When something was sent, and the status of the answer; not what was sent.",
        f"{_span(webhook_log.KEPT)}.",
    ),
)
_INTRODUCTION = f"""\
# What is kept, and for how long

Generated from `KEPT` in `src/referral/keeping.py` by `keeping.document()`; change the table, not
this page. A test compares it with the schema: no table and no sealed column can be forgotten.

A request is erased when the person says so, {_span(ERROR_ERASED)} after it was entered in error,
and else by itself `REFERRAL_ENDED_REQUESTS_KEPT_DAYS` after its end
([ADR 32](adr/0032-erased-with-its-key.md)).

| Table | What | Until when | What tells of a person |
| --- | --- | --- | --- |
"""
_ELSEWHERE = f"""
Outside the database:

- **Browsers** keep what was typed so far in encrypted cookies, {HOURS_24 // 3600} hours at most.
  Erasing clears them.
- **Letters** are written when they are sent and are not kept; the demo writes them anew for each
  look.
- **Backups** hold no keys of rows. These are in one file, of which only the newest may exist. With
  `REFERRAL_BACKUP_DIR` it is renewed every ten minutes, and from then on what was erased cannot be
  read in any backup; without it, that waits for the next one.
- **Logs** name routes, never paths with ids or tokens, nor anything typed.
- **Exports, clients and webhooks** of clinics: what these have copied is theirs to erase; the feed
  tells them `request.erased`.
"""


def document() -> str:
    """Return docs/kept.md, ending in a line break."""
    rows = "".join(
        f"| `{kept.table}` | {kept.what} | {kept.until} |"
        f" {', '.join(f'`{name}`' for name in kept.personal) or 'nothing'} |\n"
        for kept in KEPT
    )
    return f"{_INTRODUCTION}{rows}{_ELSEWHERE}"


def told(settings: Settings) -> dict[str, int]:
    """Return the numbers that the privacy page tells: days after its end, hours without one."""
    return {
        "days": settings.ended_requests_kept_days,
        "hours": round(ASSESSMENT_LASTS.total_seconds() / 3600),
    }
