"""A clinic's figures: the verb makes a call, which a client then sends."""

from datetime import datetime

from referral.client.calls import API, Call, query, reading
from referral.statistics.representations import ClinicFigures


def statistics(since: datetime, before: datetime) -> Call[ClinicFigures]:
    """Read the figures of the requests sent from `since` on and before `before`."""
    params = query(**{"from": since, "before": before})
    return Call("GET", f"{API}/statistics", reading(ClinicFigures), params=params)
