import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import SecretStr
from typer.core import TyperGroup

from referral.app import ROUTERS
from referral.appointments.desk.filters import Needs
from referral.appointments.states import MOVES, Action, Actor
from referral.appointments.steps import StaffMove
from referral.cli import COMMANDS, command
from referral.keeping import told
from referral.operations import demo_pages
from referral.settings import Settings, new_ring
from referral.web.html import Html

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
OPERATIONS = (DOCS / "operations.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
API = (DOCS / "api.md").read_text(encoding="utf-8")
STAFF = {Actor.STAFF, Actor.ADMIN}
STEPS_OF = {
    action: step
    for step in get_args(get_args(StaffMove)[0])
    for action in get_args(step.model_fields["action"].annotation)
}
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
SCREENSHOT_BYTES = 60_000
BEFORE_AND_AFTER_BYTES = 1_500_000
# The pages that are made for each visitor; those that are the same for all are a few.
PICTURES = {
    "/check": {"form-signs", "form-mistake"},
    "/check/{question}": {"form-where", "form-start"},
    "/check/outcome": {
        "emergency",
        "outcome-urgent",
        "outcome-doctor",
        "outcome",
        "outcome-self-care",
    },
    "/clinics": {"clinics", "clinics-far"},
    "/clinics/{clinic_id}": {"clinic"},
    "/clinics/{clinic_id}/request": {"request", "asked-before"},
    "/clinics/{clinic_id}/request/review": {"review", "review-end"},
    "/confirm/{token}": {"confirm"},
    "/confirm/{token}/leave": {"leave"},
    "/confirm/{token}/{section}": {"section-people"},
    "/find": {"find"},
    "/follow/{token}": {"waiting", "offered", "booked", "declined"},
    "/follow/{token}/sent": {"confirmation"},
    "/follow/{token}/cancel": {"cancel"},
    "/follow/{token}/copy": {"copy"},
    "/follow/{token}/elsewhere": {"elsewhere"},
    "/follow/{token}/erase": {"erase", "erased"},
    "/follow/{token}/{wish}": {"times-instead", "times-move"},
    "/how-clinics-answer": {"how-clinics-answer"},
    "/join": {"join"},
    "/join/{token}": {"invitation"},
    "/join/{token}/{section}": {"section-hours"},
    "/joined": {"joined"},
    "/operator": {"operator"},
    "/demo/letters": {"letters"},
}
LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")


def command_line() -> list[str]:
    paths = []
    for name in COMMANDS:
        loaded = command(name)
        inside = loaded.commands if isinstance(loaded, TyperGroup) else [""]
        paths += [f"referral {name} {one}".rstrip() for one in inside]
    return paths


def api_calls() -> list[str]:
    return sorted(
        f"{method} {path}"
        for router in ROUTERS
        for route in router.routes
        if (path := getattr(route, "path_format", "")).startswith("/api/v1")
        for method in getattr(route, "methods", ())
    )


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_described(name: str) -> None:
    assert f"| `REFERRAL_{name.upper()}` |" in OPERATIONS


@pytest.mark.parametrize("command", command_line())
def test_every_command_is_described(command: str) -> None:
    assert f"| `{command}" in OPERATIONS


def test_the_api_has_calls_to_describe() -> None:
    assert len(api_calls()) >= 10


@pytest.mark.parametrize("call", api_calls())
def test_every_call_of_the_api_is_described(call: str) -> None:
    assert f"| `{call}` |" in API


@pytest.mark.parametrize("action", [move.action for move in MOVES if move.actors & STAFF])
def test_every_move_of_staff_is_described_with_its_fields(action: Action) -> None:
    fields = [
        f"`{name}`" + ("" if field.is_required() else "?")
        for name, field in STEPS_OF[action].model_fields.items()
        if name != "action"
    ]
    assert f"| `{action}` | {', '.join(fields)} | " in API


@pytest.mark.parametrize("action", [m.action for m in MOVES if Actor.PATIENT in m.actors])
def test_every_move_of_the_person_is_named(action: Action) -> None:
    (moves,) = re.findall(r"Moves of the person: (.+?)\.\n", API, re.DOTALL)
    assert f"`{action}`" in moves


@pytest.mark.parametrize("needs", Needs)
def test_everything_that_can_wait_for_the_clinic_is_described(needs: Needs) -> None:
    assert API.count(f"`needs={needs}`") >= 2


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    found = (a or b for a, b in LINK.findall(page.read_text(encoding="utf-8")))
    relative = [link.partition("#")[0] for link in found if "://" not in link]
    missing = [link for link in relative if link and not (page.parent / link).exists()]
    assert missing == []


def test_the_privacy_page_shows_the_credit_that_the_data_ask_for() -> None:
    asked = re.search(r'Show this credit\*\*[^"]+"([^"]+)"', (ROOT / "data/README.md").read_text())
    assert asked
    settings = Settings(_env_file=None, keys=SecretStr(new_ring()))
    html = Html(settings)
    shown = html.text("articles/privacy.html", **told(settings))
    assert " ".join(asked[1].split()) in re.sub(r"<[^>]+>", "", shown)


def test_every_page_has_a_screenshot() -> None:
    routes = (route for router in (*ROUTERS, demo_pages.router) for route in router.routes)
    pages = {
        path
        for route in routes
        if "GET" in getattr(route, "methods", ())
        and not (path := getattr(route, "path_format", "")).startswith("/api/")
        and not path.endswith((".ics", ".xml"))
    }
    assert pages == PICTURES.keys()
    named = {name for names in PICTURES.values() for name in names}
    assert named <= {file.stem for file in (DOCS / "screenshots").iterdir()}


def test_the_readme_shows_every_screenshot_and_says_what_is_on_it() -> None:
    shown = dict(re.findall(r'<img src="docs/screenshots/([^"]+)"[^>]* alt="([^"]+)">', README))
    files = [file for file in (DOCS / "screenshots").iterdir() if file.is_file()]
    kept = {file.name: file.stat().st_size for file in files}
    assert shown.keys() == kept.keys()
    assert len(set(shown.values())) == len(shown)
    assert max(kept.values()) < SCREENSHOT_BYTES


def test_the_design_is_shown_before_and_after() -> None:
    before, after = (
        {file.name: file.stat().st_size for file in (DOCS / "screenshots" / when).iterdir()}
        for when in ("before", "after")
    )
    shown = re.findall(r'src="screenshots/(\w+)/([^"]+)"', (DOCS / "design.md").read_text())
    assert before.keys() == after.keys()
    assert sorted(shown) == sorted((when, name) for name in before for when in ("before", "after"))
    assert sum((*before.values(), *after.values())) < BEFORE_AND_AFTER_BYTES
