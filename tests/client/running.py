"""What became of a command of the staff."""

import json
from collections.abc import Callable
from typing import Any

from typer.testing import Result

Run = Callable[..., Result]


def done(result: Result) -> str:
    """Return what a command printed that ended well."""
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def told(result: Result, code: int) -> str:
    """Return why a command failed; nothing of it may stand where programs read."""
    assert (result.exit_code, result.stdout) == (code, ""), result.stderr
    return result.stderr


def document(result: Result) -> Any:  # noqa: ANN401 - JSON
    return json.loads(done(result))
