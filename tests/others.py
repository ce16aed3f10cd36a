"""Requests with others in them: clinics that were agreed to, and a rival for a time."""

from starlette.testclient import TestClient

from conftest import Clock
from situations import Case, begin
from world import open_practice, send_request


def a_chain(client: TestClient, clock: Clock, clinics: int) -> Case:
    """Send a request whose sender agreed to more clinics beforehand."""
    agreed = [str(open_practice(client).clinic_id) for _ in range(clinics)]
    return begin(client, clock, also_ask=agreed)


def rival_offer(case: Case, starts_at: str) -> int:
    """Let the same clinic offer a time to somebody else, and return the status."""
    other = send_request(case.client, case.practice.clinic_id)
    rival = Case(case.client, case.clock, case.practice, case.admin, other)
    return rival.staff("offer", times=[{"starts_at": starts_at}]).status_code
