"""Whose desk it is: the variables, and the file of `referral login`."""

import os
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from client.running import Run, done, told
from referral.cli import app
from world import Practice

NO_VARIABLES = {"REFERRAL_ADDRESS": "", "REFERRAL_KEY": ""}


def logged_in(address: str, key: str, folder: Path) -> Result:
    runner = CliRunner(env=NO_VARIABLES | {"XDG_CONFIG_HOME": str(folder)})
    return runner.invoke(app, ["login", "--address", address], input=f"{key}\n")


def test_login_keeps_what_it_has_tried_for_its_owner_only(
    run: Run, address: str, practice: Practice, tmp_path: Path
) -> None:
    before = told(run("inbox", **NO_VARIABLES), 3)
    said = done(logged_in(f"{address}/api/v1/", practice.key, tmp_path))
    file = tmp_path / "referral" / "staff.toml"

    assert "referral login" in before
    assert said == f"This is the desk of Fictional Spine now. Kept in {file}.\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "Reference" in done(run("inbox", **NO_VARIABLES))


def test_a_key_that_does_not_open_is_not_kept(address: str, tmp_path: Path) -> None:
    result = logged_in(address, "rk_unknown", tmp_path)

    assert result.exit_code == 3
    assert not (tmp_path / "referral").exists()


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such permissions")
def test_a_file_that_others_can_read_is_refused(
    run: Run, address: str, practice: Practice, tmp_path: Path
) -> None:
    logged_in(address, practice.key, tmp_path)
    file = tmp_path / "referral" / "staff.toml"
    file.chmod(0o640)

    said = told(run("inbox", **NO_VARIABLES), 3)

    assert said == f"Others on this machine can read your clinic's key: chmod 600 {file}\n"


def test_a_file_that_is_broken_is_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "referral" / "staff.toml"
    file.parent.mkdir()
    file.touch(mode=0o600)
    file.write_text("key = ")

    assert "referral login" in told(run("inbox", **NO_VARIABLES), 3)
