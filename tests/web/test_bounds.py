"""Whatever can be sent has an end: each text and list of the API."""

from collections.abc import Iterator

from described import document
from referral.reference.outline import Json, named, operations

DOCUMENT = document()
# Formats that end by themselves: an address has 254 characters at most.
BOUNDED = {"uuid", "date", "date-time", "email", "time"}


def endless(schema: Json, place: str, inside: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the places of texts, lists and objects of any names without an end."""
    if _is_endless(schema):
        yield place
    for step, part in _parts(schema):
        yield from endless(part, place + step, inside)
    name = named(schema)
    if name and name not in inside:
        yield from endless(DOCUMENT["components"]["schemas"][name], place, inside | {name})


def _is_endless(schema: Json) -> bool:
    match schema.get("type"):
        case "string":
            has_end = {"maxLength", "enum", "const"} & schema.keys()
            return not has_end and schema.get("format") not in BOUNDED
        case "array":
            return "maxItems" not in schema
        case "object":
            return bool(schema.get("additionalProperties")) and "propertyNames" not in schema
    return False


def _parts(schema: Json) -> Iterator[tuple[str, Json]]:
    for kind in ("anyOf", "oneOf", "allOf"):
        yield from (("", part) for part in schema.get(kind, ()))
    yield from ((f".{name}", part) for name, part in schema.get("properties", {}).items())
    for step, name in (("[]", "items"), (".*", "additionalProperties")):
        if isinstance(schema.get(name), dict):
            yield step, schema[name]


def sent(operation: Json) -> Iterator[tuple[str, Json]]:
    """Yield what can be sent to an operation, and its place."""
    for parameter in operation.get("parameters", ()):
        yield parameter["name"], parameter["schema"]
    for media in operation.get("requestBody", {}).get("content", {}).values():
        yield "body", media["schema"]


def test_each_text_and_list_that_can_be_sent_has_an_end() -> None:
    found = [
        f"{operation['operationId']} {at}"
        for _, _, operation in operations(DOCUMENT)
        for place, schema in sent(operation)
        for at in endless(schema, place)
    ]

    assert found == []
