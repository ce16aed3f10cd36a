"""What the commands of the directory say of records: what became of them, and why not."""

from collections.abc import Mapping

from rich.table import Table

from referral.clinics.register.reasons import PARTS, SKIPS, Reason
from referral.text import N_

TAKEN_OFF = N_("%(count)s taken off, no longer active")
LEFT_OUT = N_("Left out: %(reason)s")
REFUSED = N_("Refused: %(reason)s")
WITHOUT = N_("Taken without: %(reason)s")


def why(reason: Reason) -> str:
    """Say why a record, or a part of it, gave nothing."""
    kind = LEFT_OUT if reason in SKIPS else WITHOUT if reason in PARTS else REFUSED
    return kind % {"reason": reason.label}


def summary(became: Mapping[str, int], tally: Mapping[str, int]) -> Table:
    """Return the table of what became of records, and of how many gave nothing, by code."""
    table = Table("What became of the records", "Records")
    for words, count in became.items():
        table.add_row(words, str(count))
    for reason in Reason:
        if (count := tally.get(reason.code, 0)) > 0:
            table.add_row(why(reason), str(count))
    return table
