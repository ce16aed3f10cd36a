"""A clinic's admin who manages webhooks through the API, and the loop that sends to them."""

import threading
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from httpx2 import Response
from starlette.testclient import TestClient

from hearing import happen
from referral.staff.scopes import Scope
from referral.webhooks.delivery import Deliverer
from referral.webhooks.sending import Sender
from referral.webhooks.targets import Targets
from world import Json, add_clinic, add_key, house

WEBHOOKS = "/api/v1/webhooks"


@dataclass(frozen=True, slots=True)
class Desk:
    """A clinic and its admin's key."""

    client: TestClient
    clinic_id: UUID
    bearer: dict[str, str]

    def call(self, method: str, path: str = "", body: Any = None, **query: int) -> Response:  # noqa: ANN401 - any JSON
        """Make a call below `/webhooks`."""
        return self.client.request(
            method, WEBHOOKS + path, json=body, params=query, headers=self.bearer
        )

    def done(self, method: str, path: str = "", body: Any = None, **query: int) -> Json:  # noqa: ANN401 - any JSON
        """Make a call that succeeds, and return what it says."""
        answer = self.call(method, path, body, **query)
        assert answer.is_success, answer.text
        said: Json = answer.json()
        return said

    def add(self, url: str, **fields: Any) -> Json:  # noqa: ANN401 - any field
        """Add a webhook and return it with its secret."""
        return self.done("POST", "", {"url": url, "label": "Front desk"} | fields)

    def log(self, webhook: Json) -> list[tuple[int | None, int, int | str]]:
        """Return number, attempt and outcome of all attempts, oldest first."""
        items = self.done("GET", f"/{webhook['id']}/deliveries", limit=200)["items"]
        return [
            (one["number"], one["attempt"], one["status"] or one["error"])
            for one in reversed(items)
        ]

    def happen(self, times: int = 1) -> None:
        """Let something happen at the clinic."""
        happen(self.client, self.clinic_id, times)


def open_desk(client: TestClient, **changes: Any) -> Desk:  # noqa: ANN401 - any column
    """Return a new clinic's admin."""
    clinic_id = add_clinic(client, **changes)
    _, key = add_key(client, clinic_id, Scope.ADMIN)
    return Desk(client, clinic_id, {"Authorization": f"Bearer {key}"})


def deliverer_of(client: TestClient, stop: threading.Event) -> Deliverer:
    """Return what sends for the application under test."""
    parts = house(client)
    sender = Sender(Targets.of(parts.settings))
    return Deliverer(parts.database, parts.vault, sender, parts.now, stop)


def turn(deliverer: Deliverer, webhook: Json) -> None:
    """Let one webhook's due events be sent."""
    deliverer.turn(UUID(webhook["id"]))
