"""Real processes of the service, of which every byte is kept, and a walk through all its doors.

Whatever is typed on the way, right or wrong, holds `MARK`; what is secret is collected.
"""

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from processes import FORKED
from referral.cli import app
from world import MILD, PERSON, Json, Practice

MARK = "Zq7typed"
MAIL = f"{MARK}@example.com"
REFUSED = f"{MARK}-refused@example.com"
WRONG_KEY = {"Authorization": f"Bearer rk_{MARK}"}
FORM = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
# How long a process is given to begin or to end, on a machine that is busy.
PATIENCE = 30


@contextmanager
def running(words: list[str], settings: Mapping[str, str], said: Path) -> Iterator[None]:
    """Run a command in a process of its own; all it writes goes to `said`."""
    process = FORKED.Process(target=_run, args=(words, dict(settings), said))
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join(PATIENCE)
        assert process.exitcode is not None, "it does not stop"


def _run(words: list[str], settings: Mapping[str, str], said: Path) -> None:
    os.environ.update(settings)
    file = os.open(said, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for stream in (1, 2):
        os.dup2(file, stream)
    app(words)


def free_port() -> int:
    """Return a port that nobody has now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@dataclass
class Walk:
    """Goes through the doors of a running service, and keeps what errors say and what is secret."""

    client: httpx.Client
    practice: Practice
    secrets: set[str] = field(default_factory=set)
    refusals: list[httpx.Response] = field(default_factory=list)
    last: str = ""

    def call(self, method: str, path: str, **sent: Any) -> httpx.Response:  # noqa: ANN401 - whatever httpx takes
        """Make a call; keep the answer, if it is an error."""
        answer = self.client.request(method, path, **sent)
        if answer.is_error:
            self.refusals.append(answer)
        return answer

    def whole(self) -> None:
        """Go through everything, the way that works first."""
        sent = self.send(MAIL)
        self.send(REFUSED)
        self.ask_as_staff(sent)
        self.follow(sent)
        self.use_pages(sent)
        self.do_wrong(sent)

    def send(self, email: str) -> Json:
        """Send a request through the API."""
        answers = MILD | {"note": f"{MARK} answers"}
        assessed = self.call("POST", "/api/v1/assessments", json={"answers": answers}).json()
        person = {"name": MARK, "email": email, "note": f"{MARK} note"}
        place = {"clinic_id": str(self.practice.clinic_id), "assessment_id": assessed["id"]}
        windows = {"preferred_windows": [{"date": _soon(), "part": "morning"}]}
        body = PERSON | person | place | windows
        key = {"Idempotency-Key": f"{MARK}-{uuid4()}"}
        answer = self.call("POST", "/api/v1/requests", json=body, headers=key)
        sent: Json = answer.raise_for_status().json()
        self.secrets |= {sent["follow_token"], sent["spoken_code"]}
        self.last = sent["id"]
        return sent

    def ask_as_staff(self, sent: Json) -> None:
        """Read, search, note and answer, and name where events go."""
        bearer, path = self.practice.bearer, f"/api/v1/requests/{sent['id']}"
        tag = {"If-Match": self.call("GET", path, headers=bearer).headers["ETag"]}
        contact = {"contact": MAIL}
        self.call("POST", "/api/v1/requests/search", json=contact, headers=bearer)
        self.note("note")
        no = {"reason": "other", "next_step": "call_clinic", "message": f"{MARK} message"}
        moved = {"action": "decline", **no}
        self.call("POST", f"{path}/moves", json=moved, headers=bearer | tag).raise_for_status()
        self.call("POST", f"{path}/moves", json=moved, headers=bearer | tag)

    def note(self, text: str) -> httpx.Response:
        """Keep a note on what was sent last."""
        path, said = f"/api/v1/requests/{self.last}/notes", {"text": f"{MARK} {text}"}
        return self.call("POST", path, json=said, headers=self.practice.bearer)

    def follow(self, sent: Json) -> None:
        """Open what was sent by its link and by its code, and by wrong ones."""
        slip = {"reference": sent["reference"], "code": sent["spoken_code"]}
        self.call("POST", "/api/v1/follow", json=slip)
        self.call("POST", "/api/v1/follow", json=slip | {"code": MARK})
        for token in (sent["follow_token"], MARK):
            self.call("GET", f"/follow/{token}")
            self.call("GET", f"/api/v1/follow/{token}")
            self.call("POST", f"/follow/{token}/cancel", data={"version": MARK}, headers=FORM)

    def use_pages(self, sent: Json) -> None:
        """Fill in forms, rightly and not, and search."""
        for question in ("emergency_signs", "pain", "note", "age"):
            typed = {question: f"{MARK} {question}"}
            self.call("POST", f"/check/{question}", data=typed, headers=FORM)
        self.call("POST", "/check", data={"emergency_signs": MARK}, headers=FORM)
        form = f"/clinics/{self.practice.clinic_id}/request"
        self.call("POST", form, data={"name": MARK, "email": MARK, "phone": MARK}, headers=FORM)
        self.call(
            "POST", "/find", data={"reference": sent["reference"], "code": MARK}, headers=FORM
        )
        self.call("POST", "/join", data={"code": MARK}, headers=FORM)
        self.call("GET", "/clinics", params={"place": MARK, "name": MARK})

    def do_wrong(self, sent: Json) -> None:
        """Be refused in every way that there is."""
        path, bearer = f"/api/v1/requests/{sent['id']}", self.practice.bearer
        self.call("GET", path, headers=WRONG_KEY)
        self.call("GET", f"/api/v1/requests/{MARK}", headers=bearer, params={MARK: MARK})
        self.call("GET", "/api/v1/requests", headers=bearer, params={"after": MARK, "sort": MARK})
        self.call("POST", "/api/v1/requests", content=f'{{"name": "{MARK}'.encode())
        self.call("POST", "/api/v1/requests", json={MARK: MARK, "name": {"first": MARK}})
        self.call(
            "POST", f"{path}/moves", json={"action": MARK}, headers=bearer | {"If-Match": MARK}
        )
        self.call("POST", "/api/v1/webhooks", json={"url": f"http://{MARK}/"}, headers=bearer)
        self.call("GET", f"/{MARK}", params={"token": MARK}, headers={"X-Request-ID": MARK})
        self.call(
            "PATCH", f"/clinics/{MARK}", headers={"User-Agent": MARK, "Referer": f"x://{MARK}"}
        )
        self.call("GET", "/operator", auth=("operator", MARK))
        self.call("GET", "/metrics", headers=WRONG_KEY)
        self.call("POST", "/find", content=MARK.encode() * 20_000, headers=FORM)
        self.call(
            "POST", "/find", data={"code": MARK}, headers={"Origin": f"https://{MARK}.example"}
        )


def speak_badly(port: int) -> None:
    """Send what is no HTTP."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        line.sendall(f"GET /{MARK} {MARK}\r\n{MARK}\r\n\r\n".encode())
        while line.recv(1000):
            pass


def _soon() -> str:
    day = datetime.now().astimezone() + timedelta(days=7)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return f"{day:%Y-%m-%d}"
