"""Where things stand in an OpenAPI document. Pure."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
SCHEMA = "#/components/schemas/"


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield method, path and description of every call, in the document's order."""
    for path, calls in document["paths"].items():
        for method, operation in calls.items():
            yield method.upper(), path, operation


def named(schema: Json) -> str:
    """Return the name of the schema that `schema` points to, or nothing."""
    return str(schema.get("$ref", "")).removeprefix(SCHEMA)
