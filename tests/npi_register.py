"""A register that answers in the shape of the NPI Registry API, version 2.1, over real HTTP."""

import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from client.unreliable import Refusal
from referral.clinics.register.providers import COLUMNS

# Says nothing until the test is over.
SILENCE = "silence"


@dataclass(slots=True)
class Register:
    """What it answers: the next of `plan`, or else one of `answers` by its NPI, or nobody."""

    address: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    plan: deque[Refusal | str] = field(default_factory=deque)
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def open_register() -> Iterator[Register]:
    """Answer for as long as the block lasts."""
    register = Register()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Stay silent."""

        def do_GET(self) -> None:
            question = parse_qs(urlsplit(self.path).query)
            register.asked.append(question)
            what = register.plan.popleft() if register.plan else None
            if what == SILENCE:
                register.over.wait()
                return
            npi = question["number"][0]
            answer = register.answers.get(npi, {"result_count": 0, "results": []})
            refusal = what if isinstance(what, Refusal) else Refusal(200, {}, as_bytes(answer))
            self.send_response(refusal.status)
            for name, value in {"Content-Length": len(refusal.body), **refusal.headers}.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(refusal.body)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        register.address = f"http://127.0.0.1:{server.server_port}/api/"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield register
        register.over.set()
        server.shutdown()
        thread.join()


def as_bytes(answer: object) -> bytes:
    """Return an answer as it is sent; bytes are sent as they are."""
    return answer if isinstance(answer, bytes) else json.dumps(answer).encode()


def answer_of(record: Mapping[str, str], **changes: object) -> dict[str, Any]:
    """Return the answer that the API gives for a record of the provider file."""
    value = {name: record[title] for name, title in COLUMNS.items()}
    is_person = value["entity"] == "1"
    names = ("last_name", "first_name", "credential") if is_person else ()
    basic = {name: value[name] or None for name in names} | {"name_suffix": "--", "status": "A"}
    if not is_person:
        basic["organization_name"] = value["legal_name"]
    basic["enumeration_date"] = _iso(value["enumerated"])
    basic["last_updated"] = _iso(value["last_updated"])
    other = {"organization_name": value["other_name"], "code": value["other_name_type"]}
    result = {
        "created_epoch": "1150329600000",
        "enumeration_type": f"NPI-{value['entity']}",
        "number": value["npi"],
        "addresses": [
            place_of(value, "MAILING") | {"address_1": "PO BOX 1"},
            place_of(value, "LOCATION"),
        ],
        "practiceLocations": [],
        "basic": basic,
        "taxonomies": [
            {
                "code": value[f"taxonomy_{n}"],
                "desc": "",
                "primary": value[f"primary_{n}"] == "Y",
                "state": value["state"],
                "license": None,
            }
            for n in range(1, 16)
            if value[f"taxonomy_{n}"]
        ],
        "identifiers": [],
        "endpoints": [],
        "other_names": [other | {"type": "Doing Business As"}] if value["other_name"] else [],
    }
    return {"result_count": 1, "results": [result | changes]}


def place_of(value: Mapping[str, str], purpose: str) -> dict[str, str]:
    """Return one address as the API has it."""
    phone = value["phone"]
    names = ("address_1", "address_2", "city", "state", "postal_code")
    return {name: value[name] for name in names if value[name]} | {
        "country_code": "US",
        "country_name": "United States",
        "address_purpose": purpose,
        "address_type": "DOM",
        "telephone_number": f"{phone[:3]}-{phone[3:6]}-{phone[6:]}",
    }


def _iso(day: str) -> str:
    month, day_of_month, year = day.split("/")
    return f"{year}-{month}-{day_of_month}"
