"""No error is a dead end: what its page says, and where it leads from where the person was."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from referral.text import N_

# At these, the same address will answer no better the next time.
FINAL = {404, 410}
# Who has to wait for us is told whom to call, wherever they are.
WAITING = {429, 500, 503}
MOST_LINKS = 3
OUR_FAULT = N_("It is our fault, not yours. Please try again in a few minutes.")
# What a page says instead of the words for programs, by code or status; a sentence of our own that
# came with the error stands in place of the one here.
SAID: Mapping[str | int, tuple[str, str]] = {
    400: (
        N_("We could not read that"),
        N_("Something broke on the way to us. Please try again."),
    ),
    401: (N_("This page asks for a password"), N_("It is for who runs this service.")),
    403: (
        N_("This did not come from our page"),
        N_("Nothing was done. Open the page here and send it again."),
    ),
    404: (N_("We cannot find this page"), N_("The link may be old, or a part of it is missing.")),
    405: (N_("You cannot open this page like that"), N_("Nothing was done. Please go on here:")),
    408: (N_("That took too long"), N_("Nothing was done. Please try again.")),
    410: (N_("This page is gone"), N_("It was here once, and it will not come back.")),
    413: (N_("That was too much"), N_("We cannot take so much at once. Please make it shorter.")),
    422: (
        N_("We cannot use that"),
        N_("Something in the address or the form is not right. Please try again."),
    ),
    429: (N_("Too many tries"), N_("Please wait a little. Then try again.")),
    500: (N_("Something broke on our side"), OUR_FAULT),
    503: (
        N_("We are away for a moment"),
        N_("Nothing was saved. Please try again in a minute."),
    ),
    # These bring a sentence of their own.
    "erased": (N_("This request was erased"), ""),
    "maintenance": (N_("We are at work on this service"), ""),
}
OTHERWISE = (N_("That did not work"), N_("Please try again, or go on here:"))
KEPT = N_("What you sent us before is kept.")
START = (
    (N_("Go to the start"), "/"),
    (N_("Check your symptoms"), "/check"),
    (N_("Find a clinic"), "/clinics"),
)
CHECK = ((N_("Check your symptoms"), "/check"),)
CLINICS = ((N_("Find a clinic"), "/clinics"),)
FIND = ((N_("Find your request"), "/find"),)


class Ways(NamedTuple):
    """Where addresses lead that look like `at`: `back` to a page that can be opened, or `others`.

    `kept` says that nothing is lost; where somebody may be `ill`, the page says whom to call.
    """

    at: str
    back: str
    words: str
    others: tuple[tuple[str, str], ...]
    kept: str = ""
    ill: bool = False


# Where nothing is left to go back to, whatever the address.
AFTER = {"erased": START[1:]}
AGAIN = N_("Try again")
# The first that fits counts.
WAYS = (
    Ways(r"/check/(?:outcome|cleared)", "/check/outcome", AGAIN, CHECK, KEPT, ill=True),
    Ways(r"/check(?:/\w+)?", r"\g<0>", N_("Back to the question"), CHECK, KEPT, ill=True),
    Ways(
        r"/clinics/[^/]+/request(?:/review)?",
        r"\g<0>",
        N_("Back to the form"),
        CLINICS,
        KEPT,
        ill=True,
    ),
    Ways(r"(/follow/[^/]+)(?:/.*)?", r"\1", N_("Back to your request"), FIND, ill=True),
    Ways(r"/find", "/find", AGAIN, FIND, ill=True),
    Ways(r"/clinics(?:/.*)?", "/clinics", N_("Look for other clinics"), CLINICS),
    Ways(
        r"/(?:join|joined|confirm)(?:/.*)?", r"\g<0>", AGAIN, ((N_("I was told a code"), "/join"),)
    ),
    Ways(
        r"/articles(?:/.*)?", "/articles", N_("All articles"), ((N_("All articles"), "/articles"),)
    ),
    Ways(r"(?s).*", "/", N_("Go to the start"), START[1:]),
)


class WayOn(NamedTuple):
    """The page of an error: what it says, and the links that lead on, the best one first."""

    title: str
    sentence: str
    links: tuple[tuple[str, str], ...]
    kept: str
    ill: bool


def way_on(path: str, status: int, *, code: str, own: str) -> WayOn:
    """Return the page of an error at `path`, in which there is no language.

    `own` is the sentence that came with the error, if one did.
    """
    ways = next(ways for ways in WAYS if re.fullmatch(ways.at, path))
    title, sentence = SAID.get(code) or SAID.get(status, OTHERWISE)
    is_final = status in FINAL
    back = ((ways.words, re.sub(ways.at, ways.back, path, count=1)),)
    links = AFTER.get(code, ways.others if is_final else back)
    return WayOn(
        title,
        own or sentence,
        _first_of_each([*links, *START])[:MOST_LINKS],
        "" if is_final else ways.kept,
        ways.ill or status in WAITING,
    )


def _first_of_each(links: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the links, but to each page only the first."""
    found: dict[str, tuple[str, str]] = {}
    for link in links:
        found.setdefault(link[1], link)
    return tuple(found.values())
