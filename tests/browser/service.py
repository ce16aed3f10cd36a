"""What a test knows of the running service, and what clinic staff do through its API."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class Service:
    """A running service; `clinic` and `zip_code` belong to the clinic whose key `staff` holds."""

    origin: str
    clinic: str
    zip_code: str
    staff: httpx.Client
    requests_recorded: Callable[[], int]

    def inbox(self) -> list[dict[str, Any]]:
        """Return the clinic's requests, newest first."""
        items: list[dict[str, Any]] = self.staff.get("/requests").raise_for_status().json()["items"]
        return items

    def move(self, request_id: str, **move: object) -> dict[str, Any]:
        """Make a move on the request as it stands now, and return it as it is afterwards."""
        tag = self.staff.get(f"/requests/{request_id}").raise_for_status().headers["ETag"]
        moved = self.staff.post(
            f"/requests/{request_id}/moves", json=move, headers={"If-Match": tag}
        )
        after: dict[str, Any] = moved.raise_for_status().json()
        return after
