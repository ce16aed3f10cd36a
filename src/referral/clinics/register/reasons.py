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
    NOT_JSON = ("not-json", N_("The record cannot be read as JSON"))
    SHAPE = ("shape", N_("The record does not have the shape of an HSDS 3 service"))
    ID = ("id", N_("The id is missing"))
    TWICE = ("twice", N_("An earlier record of the file has the same id"))
    ENDED = ("ended", N_("The service is no longer offered"))
    NO_LOCATION = ("no-location", N_("The service has no physical location"))
    COUNTRY = ("country", N_("The country is not a code of two letters, such as DK"))
    WHERE = ("where", N_("It has no coordinates, nor a ZIP code that we know"))
    TIMEZONE = ("timezone", N_("It has no time zone that we know; --timezone gives one to all"))
    HOURS = ("hours", N_("Opening hours that cannot be read, or are not those of every week"))
    PHONE = ("phone", N_("A phone number that cannot be read"))
    EMAIL = ("email", N_("An e-mail address that cannot be read"))
    CODE = ("code", N_("A code that we do not know, or a price that is not whole US dollars"))

    def __init__(self, code: str, label: str) -> None:
        self.code = code
        self.label = label


SKIPS = frozenset(
    [Reason.NOT_CHIROPRACTOR, Reason.DEACTIVATED, Reason.OUTSIDE_US, Reason.BLANK, Reason.ENDED]
)
"""A record with one of these is sound, and not for the directory; the others are refused."""

PARTS = frozenset([Reason.HOURS, Reason.PHONE, Reason.EMAIL, Reason.CODE])
"""A record with only these is taken, without the part that cannot be."""
