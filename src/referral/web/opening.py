"""Whether a form was read before it was sent: the moment its page was opened, sealed in the form.

Whoever sends too soon, or fills in a field that no person sees, is asked to send once more, and is
told nothing of why; where many send, so is who has neither worked nor waited a little
(docs/adr/0035-read-before-sent.md).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil
from typing import Any, Self

from referral.languages import words
from referral.text import N_
from referral.vault import Vault

# Nobody who looks at a page of text and ticks a box below it is faster.
SHORTEST = timedelta(seconds=2)
# What a browser without scripts waits instead of working.
PAUSE = timedelta(seconds=10)
# Of the work: so many zero bits, found after twice as many tries for each more.
BITS = 13
TRAP = "website"
WORK = re.compile(r"\d{1,9}", re.ASCII)
ONCE_MORE = N_("Please press the button once more, to be safe. Nothing is lost.")
IN_A_MOMENT = N_(
    "Many people send requests just now. Press the button again in %(seconds)s seconds. "
    "Nothing is lost."
)


@dataclass(frozen=True, slots=True)
class Opening:
    """A form that was opened at a moment; `sealed` is that in the form itself, which is its puzzle.

    `has_trap` unless its reader fell into it: a password manager would do so each time.
    """

    sealed: str
    at: datetime
    has_trap: bool

    @classmethod
    def new(cls, vault: Vault, form: str, *, at: datetime, has_trap: bool = True) -> Self:
        """Return an opening of the `form`, whose name nobody else has."""
        said = {"at": at.isoformat(), "trap": has_trap}
        return cls(vault.seal_text(form, said), at, has_trap)

    @classmethod
    def of(cls, vault: Vault, form: str, sealed: str) -> Self | None:
        """Return the opening that was sealed for this `form`, or None for anything else."""
        said = vault.unseal_text(form, sealed) if sealed else None
        if said is None:
            return None
        return cls(sealed, datetime.fromisoformat(said["at"]), said["trap"])

    def objection(self, sent: Mapping[str, Any], *, needs_work: bool, now: datetime) -> str | None:
        """Return what to say to who should send once more, or None where all is well."""
        waited = now - self.at
        if waited < SHORTEST or (self.has_trap and sent.get(TRAP)):
            return words(ONCE_MORE)
        if needs_work and waited < PAUSE and not self._is_solved_by(str(sent.get("work", ""))):
            return words(IN_A_MOMENT, seconds=ceil((PAUSE - waited).total_seconds()))
        return None

    def _is_solved_by(self, work: str) -> bool:
        if not WORK.fullmatch(work):
            return False
        found = sha256(f"{self.sealed}{work}".encode()).digest()
        return int.from_bytes(found) >> (len(found) * 8 - BITS) == 0
