"""A JSON Schema in a few words, such as “list of Window” or “whole number, 1 to 200”. Pure."""

from typing import NamedTuple

from referral.reference.outline import SCHEMA, Json


class Word(NamedTuple):
    """Some words; `shape` is the schema that they name, to be linked."""

    text: str
    shape: str = ""


NAMES = {
    "boolean": "true or false",
    "integer": "whole number",
    "null": "null",
    "number": "number",
    "object": "object",
    "string": "text",
}
FORMATS = {
    "date": "date",
    "date-time": "date and time",
    "email": "e-mail address",
    "uri": "address",
    "uuid": "UUID",
}
LIMITS = (
    ("minimum", "from {:g}"),
    ("maximum", "up to {:g}"),
    ("maxLength", "up to {} characters"),
    ("minItems", "at least {}"),
    ("maxItems", "at most {}"),
)


def words_of(schema: Json) -> list[Word]:
    """Return what a value of `schema` is."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(SCHEMA)
        return [Word(name, name)]
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return _joined(choices)
    if "enum" in schema or "const" in schema:
        codes = schema.get("enum", [schema.get("const")])
        return [Word(" | ".join(f"“{code}”" for code in codes))]
    if schema.get("type") == "array":
        return [Word("list of "), *words_of(schema.get("items", {})), *_limits(schema)]
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return [Word("object of "), *words_of(schema["additionalProperties"])]
    return [Word(_plain(schema))]


def _joined(choices: list[Json]) -> list[Word]:
    words = words_of(choices[0])
    for choice in choices[1:]:
        words += [Word(" or "), *words_of(choice)]
    return words


def _plain(schema: Json) -> str:
    if "type" not in schema:
        return "anything"
    name = FORMATS.get(schema.get("format", ""), NAMES[schema["type"]])
    return name + "".join(word.text for word in _limits(schema))


def _limits(schema: Json) -> list[Word]:
    return [Word(f", {words.format(schema[key])}") for key, words in LIMITS if key in schema]
