"""A call as a line for the shell, with example values in it. Pure."""

import json
import shlex
from typing import Any
from urllib.parse import quote, urlencode

from referral.reference.outline import Json

# The headers without which a call does not do what it is for.
SHOWN = {"If-Match", "Last-Event-ID"}


def curl(origin: str, method: str, path: str, operation: Json) -> str:
    """Return the call as curl makes it; the key is taken from the variable KEY."""
    parameters = operation.get("parameters", ())
    for each in parameters:
        if each["in"] == "path":
            path = path.replace(f"{{{each['name']}}}", quote(str(_example(each))))
    asked = {p["name"]: _example(p) for p in parameters if p["in"] == "query" and _told(p)}
    query = urlencode(asked, doseq=True)
    address = f"{origin}{path}?{query}" if query else f"{origin}{path}"
    parts = [f"curl -sS {'' if method == 'GET' else f'-X {method} '}{shlex.quote(address)}"]
    if operation["security"]:
        parts.append('-H "Authorization: Bearer $KEY"')
    headers = {p["name"]: _example(p) for p in parameters if p["name"] in SHOWN}
    parts += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items()]
    for media_type, media in operation.get("requestBody", {}).get("content", {}).items():
        parts.append(f"-H 'Content-Type: {media_type}'")
        parts.append(f"-d {shlex.quote(json.dumps(_sent(media), ensure_ascii=False))}")
    return " \\\n  ".join(parts)


def _told(parameter: Json) -> bool:
    """Say whether the example of the call has this parameter."""
    return bool(parameter["required"] or "example" in parameter)


def _example(parameter: Json) -> Any:  # noqa: ANN401 - any value of JSON
    return parameter.get("example", parameter["schema"].get("examples", [""])[0])


def _sent(media: Json) -> object:
    named = media.get("examples", {})
    return next(iter(named.values()))["value"] if named else media.get("example", {})
