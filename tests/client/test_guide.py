"""The guide of docs/client.md, block after block, against the real service."""

import contextlib
import io
import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from looping import elsewhere
from referral.cli import app, exits
from referral.client import Client
from referral.staff.scopes import Scope
from world import Practice, add_key, send_request

GUIDE = (Path(__file__).parents[2] / "docs" / "client.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"^```python\n(.+?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
SHELL = re.findall(r"^```sh\n(.+?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def desk(
    client: TestClient,
    address: str,
    practice: Practice,
    *,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, key = add_key(client, practice.clinic_id, Scope.ADMIN)
    monkeypatch.setenv("REFERRAL_ADDRESS", address)
    monkeypatch.setenv("REFERRAL_KEY", key)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("desk")
def test_every_block_of_python_runs_after_the_one_before(
    client: TestClient, practice: Practice
) -> None:
    sent = send_request(client, practice.clinic_id)
    names: dict[str, Any] = {}
    said = io.StringIO()

    def follow() -> None:
        for block in PYTHON:
            exec(compile(block, "docs/client.md", "exec"), names)  # noqa: S102 - our own guide

    with contextlib.redirect_stdout(said):
        elsewhere(follow)

    lines = said.getvalue().splitlines()
    assert lines[0].startswith(f"{sent['reference']} requested chiropractor")
    assert lines[1] == "booked 2026-12-03 09:30:00-05:00"
    assert lines[2] == "received"
    assert lines[3].endswith(" bytes")
    assert lines[4] == "4 events up to now"
    assert [line.split()[1] for line in lines[5:8]] == [
        *("request.requested", "request.received", "request.booked")
    ]
    assert lines[8:] == ["[]"]


@pytest.mark.usefixtures("desk")
def test_every_command_of_the_guide_ends_well(
    client: TestClient, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = send_request(client, practice.clinic_id)
    monkeypatch.setenv("REFERENCE", sent["reference"])

    for line in "".join(SHELL).splitlines():
        result = CliRunner().invoke(app, shlex.split(os.path.expandvars(line))[1:])
        assert result.exit_code == 0, (line, result.output)


@pytest.mark.parametrize("name", [name for name in vars(Client) if name[0] != "_"])
def test_every_method_is_named(name: str) -> None:
    assert f"`{name}" in GUIDE or name in {"send", "each", "pieces", "close"}


@pytest.mark.parametrize("code", [0, *sorted({exits.UNEXPECTED, *exits.CODES.values()})])
def test_every_exit_code_is_described(code: int) -> None:
    assert f"| {code} | " in GUIDE
