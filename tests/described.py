"""The API's own document, written once in a process: it takes a third of a second."""

from functools import cache
from typing import Any

from pydantic import SecretStr

from referral.app import create_app
from referral.settings import Settings, new_ring


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document of the service; nobody changes it."""
    return create_app(Settings(_env_file=None, keys=SecretStr(new_ring()))).openapi()
