"""Why a record of the public register gave nothing (pure)."""

from enum import Enum

from referral.text import N_


class Reason(Enum):
    """Why a record gave nothing: a stable code, and a label for people."""

    NOT_CHIROPRACTOR = ("not-chiropractor", N_("Not a chiropractor"))
    DEACTIVATED = ("deactivated", N_("The NPI is no longer active"))
    OUTSIDE_US = ("outside-us", N_("The practice is outside the United States"))
    BLANK = ("blank", N_("An empty line"))
    NOT_CSV = ("not-csv", N_("The line cannot be read as CSV"))
    ENCODING = ("encoding", N_("The line is not UTF-8 text"))
    COLUMN_COUNT = ("column-count", N_("Too few or too many columns"))
    NPI = ("npi", N_("The NPI is not ten digits, or its check digit is wrong"))
    ENTITY_TYPE = ("entity-type", N_("Neither a person nor an organization"))
    NAME = ("name", N_("The name is missing"))
    ADDRESS = ("address", N_("The practice address is not complete"))
    POSTAL_CODE = ("postal-code", N_("The ZIP code is not five or nine digits"))
    UNKNOWN_ZIP = ("unknown-zip", N_("We do not know where the ZIP code is"))
    TOO_LONG = ("too-long", N_("A value is longer than any in the register"))
    DATE = ("date", N_("A date cannot be read"))

    def __init__(self, code: str, label: str) -> None:
        self.code = code
        self.label = label


SKIPS = frozenset([Reason.NOT_CHIROPRACTOR, Reason.DEACTIVATED, Reason.OUTSIDE_US, Reason.BLANK])
"""A record with one of these is sound, and not for the directory; the others are refused."""
