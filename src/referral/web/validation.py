"""What pydantic finds wrong with what was sent, in sentences that never repeat it."""

from collections.abc import Iterable, Mapping
from typing import Any

from referral.errors import Problem
from referral.languages import Language, spoken, words
from referral.text import N_, is_marked
from referral.web.moments import NOT_A_MOMENT


def problems_of(errors: Iterable[Mapping[str, Any]], body: object = None) -> list[Problem]:
    """Turn pydantic's list of errors into ours, leaving out every value that was sent."""
    return [Problem(_loc(error, body), str(error["type"]), _sentence(error)) for error in errors]


def _sentence(error: Mapping[str, Any]) -> str:
    """Return our own sentence, or pydantic's where that cannot quote; never anything else."""
    kind, said = error["type"], str(error["msg"])
    if is_marked(said):
        return said
    if kind not in NEVER_QUOTING:
        return PLAIN.get(kind, CANNOT_BE_USED)
    if spoken() is Language.ENGLISH:
        return said
    return words(NEVER_QUOTING[kind], **error.get("ctx", {}))


CANNOT_BE_USED = N_("This value cannot be used.")
NO_SUCH_ACTION = N_("Choose one of the actions that this address describes.")
NO_DATE = N_("Write a date like 2026-12-24.")
NO_ID = N_("Send an id as we gave it.")
PLAIN = {
    "date_from_datetime_inexact": NO_DATE,
    "date_from_datetime_parsing": NO_DATE,
    "date_parsing": NO_DATE,
    "datetime_from_date_parsing": NOT_A_MOMENT,
    "datetime_parsing": NOT_A_MOMENT,
    "extra_forbidden": N_("There is a field here that we do not know."),
    "json_invalid": N_("The body is not valid JSON."),
    "union_tag_invalid": NO_SUCH_ACTION,
    "union_tag_not_found": NO_SUCH_ACTION,
    "uuid_parsing": NO_ID,
    "uuid_type": NO_ID,
}
# Pydantic fills these with limits and codes of the schema, and at most with a number of items. In
# English they are said as pydantic says them; in other languages, as here.
NEVER_QUOTING: Mapping[str, str] = {
    "missing": N_("This field is missing."),
    **dict.fromkeys(("enum", "literal_error"), N_("Send one of these: %(expected)s.")),
    "timezone_aware": N_("Write the offset from UTC, too."),
    "date_type": N_("Send a date."),
    "datetime_type": N_("Send a date and a time."),
    "greater_than": N_("Send a number greater than %(gt)s."),
    "greater_than_equal": N_("Send a number of at least %(ge)s."),
    "less_than": N_("Send a number less than %(lt)s."),
    "less_than_equal": N_("Send a number of at most %(le)s."),
    "multiple_of": N_("Send a multiple of %(multiple_of)s."),
    "string_type": N_("Send a text."),
    "string_too_short": N_(
        "This text is too short. The shortest has this many characters: %(min_length)s."
    ),
    "string_too_long": N_(
        "This text is too long. The longest has this many characters: %(max_length)s."
    ),
    "too_short": N_("This list is too short. The shortest has this many entries: %(min_length)s."),
    "too_long": N_("This list is too long. The longest has this many entries: %(max_length)s."),
    **dict.fromkeys(("bool_type", "bool_parsing"), N_("Send true or false.")),
    **dict.fromkeys(
        ("int_type", "int_parsing", "int_parsing_size", "int_from_float"),
        N_("Send a whole number."),
    ),
    **dict.fromkeys(("float_type", "float_parsing", "finite_number"), N_("Send a number.")),
    **dict.fromkeys(("dict_type", "model_attributes_type"), N_("Send an object.")),
    **dict.fromkeys(("list_type", "tuple_type"), N_("Send a list.")),
}


def _loc(error: Mapping[str, Any], body: object) -> tuple[str | int, ...]:
    loc = _without_tags(tuple(error["loc"]), body)
    if error["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        return (*loc, error["ctx"]["discriminator"].strip("'"))
    return loc[:-1] if error["type"] in {"extra_forbidden", "json_invalid"} else loc


def _without_tags(loc: tuple[str | int, ...], body: object) -> tuple[str | int, ...]:
    """Leave out the tags of unions: they stand in pydantic's path, and nowhere in what was sent."""
    kept = list(loc[:1])
    place: Any = body
    for part in loc[1:-1]:
        if isinstance(place, dict) and part not in place:
            continue
        kept.append(part)
        place = place[part] if type(place) in {dict, list} else None
    return (*kept, *loc[1:][-1:])
