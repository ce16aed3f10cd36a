"""The register is asked again where that may help, and never for ever."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from client.unreliable import Refusal
from npi_register import SILENCE, Register, open_register
from referral.clinics.register.asking import Asker, Patience
from referral.errors import UnavailableError

NPI = "1710229331"
NOBODY = b'{"result_count": 0, "results": []}'
BUSY = Refusal(429, {"Retry-After": "7"})
QUICK = Patience(tries=3, first=1)
# Long enough for any answer here, and short enough to be waited for.
SHORT = replace(QUICK, answer=1)


@pytest.fixture(scope="module")
def opened() -> Iterator[Register]:
    with open_register() as running:
        yield running


@pytest.fixture
def register(opened: Register) -> Register:
    opened.asked.clear()
    return opened


@pytest.mark.parametrize(
    ("plan", "patience", "pauses"),
    [
        ([], QUICK, []),
        ([Refusal(500), Refusal(503)], QUICK, [(0.5, 1), (1, 2)]),
        ([SILENCE], SHORT, [(0.5, 1)]),
        ([BUSY], QUICK, [(7.5, 8)]),
        ([Refusal(429, {"Retry-After": "soon"})], QUICK, [(0.5, 1)]),
    ],
    ids=["at once", "500 twice", "slow", "429", "429 in riddles"],
)
def test_an_answer_comes_after_all(
    register: Register,
    plan: list[Refusal | str],
    patience: Patience,
    pauses: list[tuple[float, float]],
) -> None:
    register.plan.extend(plan)
    slept: list[float] = []

    assert Asker(register.address, patience, slept.append).ask(NPI) == NOBODY

    assert len(slept) == len(pauses)
    assert all(least <= s <= most for s, (least, most) in zip(slept, pauses, strict=True))
    assert register.asked == [{"version": ["2.1"], "number": [NPI]}] * (len(plan) + 1)


@pytest.mark.parametrize(
    ("plan", "why", "tries"),
    [
        ([Refusal(502)] * 3, "HTTP 502", 3),
        ([Refusal(429, {"Retry-After": "3600"})], "HTTP 429", 1),
        ([Refusal(403)], "HTTP 403", 1),
        ([Refusal(302, {"Location": "/"})], "HTTP 302", 1),
        ([Refusal(200, body=b" " * (2**20 + 1))] * 3, "ReadTimeout", 3),
    ],
)
def test_no_answer_is_one_sentence(
    register: Register, plan: list[Refusal | str], why: str, tries: int
) -> None:
    register.plan.extend(plan)

    with pytest.raises(UnavailableError) as refused:
        Asker(register.address, QUICK, lambda _: None).ask(NPI)

    assert refused.value.detail == (
        f"The register cannot be reached at 127.0.0.1 ({why}). Try again later."
    )
    assert len(register.asked) == tries


def test_a_register_that_says_nothing_is_left(register: Register) -> None:
    register.plan.append(SILENCE)
    with pytest.raises(UnavailableError, match="ReadTimeout"):
        Asker(register.address, Patience(tries=1, answer=0.1)).ask(NPI)


def test_where_nobody_listens_it_is_tried_again_and_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    slept: list[float] = []

    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1 \(ConnectError\)"):
        Asker(f"http://127.0.0.1:{port}/api/", QUICK, slept.append).ask(NPI)

    assert len(slept) == 2
