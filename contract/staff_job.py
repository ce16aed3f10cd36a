"""The main job of clinic staff, done with the client that openapi-python-client made.

Takes the address of a demo and a key of its staff from ORIGIN and KEY, and the client from the
folder that it is run in.
"""

import os
import sys
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path("referral-client").resolve()))

from referral_client import AuthenticatedClient
from referral_client.api.events import list_events
from referral_client.api.inbox import get_request, list_requests, move_request
from referral_client.api.own_clinic import get_own_clinic
from referral_client.models import Book, Needs, Receive, State

STARTS = {"morning": time(9), "afternoon": time(13), "evening": time(17)}


def main() -> None:
    """List what needs an answer, read one, receive it, book it, and see the event."""
    client = AuthenticatedClient(
        base_url=os.environ["ORIGIN"], token=os.environ["KEY"], raise_on_unexpected_status=True
    )
    waiting = list_requests.sync(client=client, needs=Needs.ANSWER).items
    chosen = next(one for one in waiting if one.state is State.REQUESTED)
    seen = events(client)
    read = get_request.sync_detailed(chosen.id, client=client)
    print("read", read.parsed.reference, "for", read.parsed.person.name)

    received = move_request.sync_detailed(
        chosen.id, client=client, body=Receive(action="receive"), if_match=read.headers["ETag"]
    )
    window = received.parsed.preferred_windows[0]
    zone = ZoneInfo(get_own_clinic.sync(client=client).timezone)
    starts_at = datetime.combine(window.date, STARTS[window.part], zone)
    booked = move_request.sync(
        chosen.id,
        client=client,
        body=Book(action="book", starts_at=starts_at),
        if_match=received.headers["ETag"],
    )
    print(booked.state.value, "for", booked.booking.starts_at.isoformat())

    told = [event.type_ for event in events(client)[len(seen) :] if event.request_id == chosen.id]
    print("told:", ", ".join(told))
    assert booked.booking.starts_at == starts_at
    assert told == ["request.received", "request.booked"]
    stale = move_request.sync_detailed(
        chosen.id, client=client, body=Receive(action="receive"), if_match=read.headers["ETag"]
    )
    assert stale.parsed.code == "stale", stale


def events(client: AuthenticatedClient) -> list[object]:
    """Return what happened at the clinic so far."""
    return list_events.sync(client=client, limit=500).items


if __name__ == "__main__":
    main()
