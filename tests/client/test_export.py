"""The export through the client: in pieces or as a file, and known to be whole or not."""

import json
import os
import stat
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from client.unreliable import Refusal, Unreliable
from looping import run
from referral.client import AsyncClient, Client
from referral.client.errors import ForbiddenError, NoAnswerError, UnreadableError
from referral.client.export import export
from referral.client.files import written_whole
from world import PERSON, Practice, send_request

CSV = {"Content-Type": "text/csv; charset=utf-8"}
CUT = Refusal(200, CSV | {"Content-Length": "1000"}, b"id,reference\r\n1,K7")


def test_all_that_fits_is_written_to_a_file_of_ones_own(
    client: TestClient, admin: Client, practice: Practice, tmp_path: Path
) -> None:
    sent = [send_request(client, practice.clinic_id)["id"] for _ in range(2)]
    admin.receive(admin.get(sent[0]))
    file = tmp_path / "requests.ndjson"

    admin.export_to(file, "ndjson", include="person", state="requested")

    (row,) = (json.loads(line) for line in file.read_text("utf-8").splitlines())
    assert (row["id"], row["person"]["name"]) == (sent[1], PERSON["name"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_people_need_another_scope(staff: Client, tmp_path: Path) -> None:
    with pytest.raises(ForbiddenError):
        staff.export_to(tmp_path / "requests.csv", include="person")
    assert [*tmp_path.iterdir()] == []


def test_a_file_that_was_cut_leaves_the_one_before(
    tried: Client, between: Unreliable, naps: list[float], tmp_path: Path
) -> None:
    file = tmp_path / "requests.csv"
    file.write_text("whole")
    between.plan.append(CUT)

    with pytest.raises(NoAnswerError):
        tried.export_to(file)

    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [(file.name, "whole")]
    # What has begun is not begun again: its pieces have gone on.
    assert (len(between.calls), naps) == (1, [])


def test_it_is_asked_for_again_until_it_begins(tried: Client, between: Unreliable) -> None:
    between.plan.extend([Refusal(503)] * 2)

    assert b"".join(tried.export()).startswith(b"\xef\xbb\xbfid,reference,")

    assert len(between.calls) == 3


@pytest.mark.parametrize(
    ("version", "headers"),
    [(b"HTTP/1.1", {"Content-Type": "text/html"}), (b"HTTP/1.0", CSV)],
    ids=["a page", "no sign of its end"],
)
def test_what_may_not_be_the_whole_file_is_not_read(
    version: bytes, headers: dict[str, str]
) -> None:
    answer = httpx.Response(200, headers=headers, extensions={"http_version": version})
    with pytest.raises(UnreadableError):
        export().read(answer)


def test_on_asyncio_it_is_the_same(
    client: TestClient, between: Unreliable, practice: Practice, tmp_path: Path
) -> None:
    sent = send_request(client, practice.clinic_id)
    file = tmp_path / "requests.csv"

    async def nap(_: float) -> None:
        """Wait no longer than a turn."""

    async def story() -> None:
        async with AsyncClient(between.address, practice.key, sleep=nap) as staff:
            between.plan.extend([Refusal(503)])
            await staff.export_to(file)
            between.plan.append(CUT)
            with pytest.raises(NoAnswerError):
                await staff.export_to(file)

    run(story())

    assert sent["reference"] in file.read_text("utf-8")
    assert [*tmp_path.iterdir()] == [file]


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such files")
def test_a_file_takes_the_place_of_no_folder_and_no_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place in (tmp_path, pipe):
        with pytest.raises(OSError, match="ordinary"), written_whole(place):
            pass
