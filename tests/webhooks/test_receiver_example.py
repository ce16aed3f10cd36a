"""The receiver in docs/api.md takes what is signed with its secret, once, and nothing else."""

import re
import threading
from datetime import UTC, datetime
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest

from referral.webhooks.sending import Sender
from referral.webhooks.signing import new_secret, signed
from referral.webhooks.targets import Targets

GUIDE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"^```python\n(.+?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
BODY = b'{"number":42,"type":"request.booked"}'


def test_it_prints_each_event_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known, other, now = [new_secret()], [new_secret()], datetime.now(UTC)
    monkeypatch.setenv("WEBHOOK_SECRET", known[0].value)
    program: dict[str, Any] = {"__name__": "example"}
    exec(EXAMPLE, program)  # noqa: S102 - our own guide
    monkeypatch.setattr(program["Receiver"], "log_message", lambda *_: None)

    with HTTPServer(("127.0.0.1", 0), program["Receiver"]) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        with Sender(Targets(private=True)).line(f"http://127.0.0.1:{server.server_port}/") as line:
            statuses = [
                line.post(signed("some-id", BODY, secrets, now=now), BODY).status
                for secrets in (known, known, other)
            ]
        server.shutdown()
        thread.join()

    assert statuses == [204, 204, 400]
    assert capsys.readouterr().out == "request.booked 42\n"
