"""The client for clinic staff: list requests, answer them, and hear of every change.

    with Client("https://example.org", key) as client:
        for row in client.requests(needs="answer"):
            client.receive(row)

`AsyncClient` has the same methods, to be awaited. What comes back are the API's own
representations; what goes wrong is in `referral.client.errors`.
"""

from referral.client.asynchronous import AsyncClient
from referral.client.many import Step
from referral.client.retries import NEVER, Retries
from referral.client.sync import Client

__all__ = ["NEVER", "AsyncClient", "Client", "Retries", "Step"]
