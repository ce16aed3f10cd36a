import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from referral.settings import Settings

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ("migrate", "web", "worker")
# Compose passes a variable without a value through, and leaves it out where nobody sets it.
PASSED_THROUGH = {
    name for name, value in SERVICES["worker"]["environment"].items() if value is None
}
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_there_is_a_database_a_migration_a_web_service_and_a_worker() -> None:
    assert set(SERVICES) == {"db", "migrate", "web", "worker"}


@pytest.mark.parametrize(
    ("service", "command"),
    [
        ("migrate", "referral migrate"),
        ("web", "referral serve --host 0.0.0.0 --workers 2 --no-worker"),
        ("worker", "referral worker"),
    ],
)
def test_each_service_runs_its_own_command(service: str, command: str) -> None:
    assert " ".join(SERVICES[service]["command"]) == command


def test_the_database_is_healthy_before_the_migration_and_that_done_before_the_rest() -> None:
    assert SERVICES["db"]["healthcheck"]["test"]
    assert SERVICES["migrate"]["depends_on"] == {"db": {"condition": "service_healthy"}}
    for service in ("web", "worker"):
        waits_for = SERVICES[service]["depends_on"]
        assert waits_for == {"migrate": {"condition": "service_completed_successfully"}}


def test_the_database_keeps_its_data_in_a_named_volume() -> None:
    (mount,) = SERVICES["db"]["volumes"]
    assert mount.split(":")[0] in COMPOSE["volumes"]


@pytest.mark.parametrize("service", OURS)
def test_backups_go_to_a_named_volume_that_the_user_of_the_image_may_write_to(service: str) -> None:
    folder = SERVICES[service]["environment"]["REFERRAL_BACKUP_DIR"]
    (mount,) = SERVICES[service]["volumes"]
    name, _, place = mount.partition(":")
    assert (name in COMPOSE["volumes"], place) == (True, folder)
    user = re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE)[-1]
    assert f"install --directory --owner {user} --mode 700 {folder}\n" in DOCKERFILE


@pytest.mark.parametrize("service", OURS)
def test_every_variable_of_ours_is_a_setting(service: str) -> None:
    known = {f"REFERRAL_{name}".upper() for name in Settings.model_fields}
    assert set(SERVICES[service]["environment"]) <= known


@pytest.mark.parametrize("service", OURS)
def test_every_setting_without_a_default_is_given(service: str) -> None:
    required = {
        f"REFERRAL_{name}".upper()
        for name, field in Settings.model_fields.items()
        if field.is_required()
    }
    assert required <= set(SERVICES[service]["environment"])


def test_every_variable_stops_the_start_where_it_is_missing() -> None:
    used = re.findall(r"\$\{([^}]*)\}", TEXT)
    assert used
    assert all(re.fullmatch(r"[A-Z_]+:\?[^}]+", variable) for variable in used)
    assert TEXT.count("$") == len(used)


@pytest.mark.parametrize(
    ("service", "name"),
    [
        ("db", "POSTGRES_PASSWORD"),
        *((service, "REFERRAL_KEYS") for service in OURS),
    ],
)
def test_a_secret_comes_from_outside_and_nowhere_else(service: str, name: str) -> None:
    assert SERVICES[service]["environment"][name].startswith(f"${{{name}:?")


@pytest.mark.parametrize("service", OURS)
def test_a_variable_that_is_passed_through_has_a_default(service: str) -> None:
    passed = PASSED_THROUGH & set(SERVICES[service]["environment"])
    assert "REFERRAL_SMTP_PASSWORD" in passed
    for name in passed:
        assert not Settings.model_fields[name.removeprefix("REFERRAL_").lower()].is_required()


def test_the_example_names_every_variable_and_gives_none_a_value() -> None:
    lines = [line for line in EXAMPLE.splitlines() if line and not line.startswith("#")]
    required = {name.split(":")[0] for name in re.findall(r"\$\{([^}]*)\}", TEXT)}
    assert {line.partition("=")[0] for line in lines} == required | PASSED_THROUGH
    assert all(line.endswith("=") for line in lines)


def test_the_web_service_is_reachable_from_its_own_machine_only() -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["web"]["ports"])
    assert "ports" not in SERVICES["db"]


def test_the_image_takes_locked_packages_and_does_not_run_as_root() -> None:
    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    assert re.search(r"^USER (?!root|0)\w+$", DOCKERFILE, re.MULTILINE)
    assert 'CMD ["referral", "health"]' in DOCKERFILE


def test_everything_that_the_image_copies_exists_and_is_not_ignored() -> None:
    copied = [
        name.removeprefix("./")
        for line in re.findall(r"^COPY (.*) \S+$", DOCKERFILE, re.MULTILINE)
        for name in line.split()
    ]
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert copied
    for name in copied:
        assert (ROOT / name).exists()
        assert {f"!{name}", f"!{name}/"} & set(allowed)
