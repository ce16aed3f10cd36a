"""The OpenAPI document as a person reads it: calls by subject, and their shapes. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from referral.reference.curl import curl
from referral.reference.outline import Json, named, operations
from referral.reference.wording import Word, words_of

OPTIONS = {"boolean": ("true", "false")}


class Field(NamedTuple):
    """A member of a shape, or a parameter of a call; `place` is where a parameter goes."""

    name: str
    words: Sequence[Word]
    required: bool
    description: str
    place: str = ""
    options: Sequence[str] = ()
    repeats: bool = False


class Example(NamedTuple):
    """A body as it may be, under a name where there are several."""

    name: str
    text: str


class Body(NamedTuple):
    """What is sent, or what comes back: its media type, its shape, and examples."""

    media_type: str
    words: Sequence[Word]
    examples: Sequence[Example]


class Answer(NamedTuple):
    """An answer: its status in digits and words, what it means, its headers and bodies."""

    status: str
    phrase: str
    description: str
    headers: Sequence[str]
    bodies: Sequence[Body]


class Call(NamedTuple):
    """One operation."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    is_public: bool
    can_be_tried: bool
    parameters: Sequence[Field]
    body: Body | None
    answers: Sequence[Answer]
    refusals: Sequence[Answer]
    curl: str


class Subject(NamedTuple):
    """The operations of one tag."""

    name: str
    slug: str
    description: str
    calls: Sequence[Call]


class Shape(NamedTuple):
    """A schema with a name."""

    name: str
    description: str
    fields: Sequence[Field]
    words: Sequence[Word]


def subjects(document: Json) -> list[Subject]:
    """Return the operations by tag, in the document's order."""
    calls = [
        (operation["tags"][0], _call(document, method, path, operation))
        for method, path, operation in operations(document)
    ]
    return [
        Subject(
            name=tag["name"],
            slug=tag["name"].lower().replace(" ", "-"),
            description=tag["description"],
            calls=[call for name, call in calls if name == tag["name"]],
        )
        for tag in document["tags"]
    ]


def shapes(document: Json) -> list[Shape]:
    """Return the named schemas by name."""
    found = sorted(document["components"]["schemas"].items())
    return [
        Shape(name, schema.get("description", ""), _members(schema), words_of(schema))
        for name, schema in found
    ]


def _call(document: Json, method: str, path: str, operation: Json) -> Call:
    answers = [_answer(document, *each) for each in operation["responses"].items()]
    body = next(iter(_bodies(operation.get("requestBody", {}))), None)
    good = [answer for answer in answers if answer.status < "300"]
    return Call(
        id=operation["operationId"],
        method=method,
        path=path,
        summary=operation["summary"],
        description=operation["description"],
        is_public=not operation["security"],
        can_be_tried="text/event-stream" not in {b.media_type for a in good for b in a.bodies},
        parameters=[_parameter(document, each) for each in operation.get("parameters", ())],
        body=body,
        answers=good,
        refusals=[answer for answer in answers if answer not in good],
        curl=curl(document["servers"][0]["url"], method, path, operation),
    )


def _parameter(document: Json, parameter: Json) -> Field:
    schema = parameter["schema"]
    # What may be null here may be left out; nobody can send a null.
    choices = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    plain = document["components"]["schemas"].get(named(choices[0]), choices[0])
    return Field(
        name=parameter["name"],
        words=words_of({"anyOf": choices}),
        required=parameter["required"],
        description=parameter.get("description", ""),
        place=parameter["in"],
        options=OPTIONS.get(plain.get("type", ""), plain.get("enum", ())),
        repeats=plain.get("type") == "array",
    )


def _members(schema: Json) -> list[Field]:
    required = schema.get("required", ())
    return [
        Field(name, words_of(member), name in required, member.get("description", ""))
        for name, member in schema.get("properties", {}).items()
    ]


def _answer(document: Json, status: str, response: Json) -> Answer:
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    phrase = HTTPStatus(int(status)).phrase
    return Answer(
        status=status,
        phrase=phrase,
        description="" if response["description"] == phrase else response["description"],
        headers=list(response.get("headers", ())),
        bodies=list(_bodies(response)),
    )


def _bodies(holder: Mapping[str, Any]) -> Iterator[Body]:
    for media_type, media in holder.get("content", {}).items():
        several = {name: each["value"] for name, each in media.get("examples", {}).items()}
        values = several or ({"": media["example"]} if "example" in media else {})
        examples = [Example(name, _written(value)) for name, value in values.items()]
        yield Body(media_type, words_of(media.get("schema", {})), examples)


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
