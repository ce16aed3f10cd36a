"""Finding clinics: the best placed near a point, and one by its id."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from heapq import nsmallest
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Select, bindparam
from sqlalchemy import select as sa_select
from sqlmodel import col

from referral.clinics.finding.bands import (
    DEEPEST,
    ENOUGH,
    ENOUGH_THAT_FIT,
    RINGS,
    Bookmark,
    Found,
    in_order,
)
from referral.clinics.finding.circles import AT_ITS_ADDRESS, TRUE, Circle, Sought, within
from referral.clinics.geography.geo import Point
from referral.clinics.models import Chiropractor, Clinic
from referral.clinics.ranking import Facts, rank
from referral.clinics.standing import takes_requests
from referral.errors import NotFoundError
from referral.text import N_

NAMES = (
    "id",
    "npi",
    "name",
    "address_1",
    "address_2",
    "city",
    "state",
    "postal_code",
    "country",
    "phone",
    "timezone",
    "standing",
    "accepting",
    "paused",
    "next_free_week",
    "confirmed_at",
    "median_answer_seconds",
    "left_unanswered",
    "hours",
    "keeps_holidays",
    "closed_on",
    "languages",
    "techniques",
    "accessibility",
    "insurance",
    "prices",
    "other_names",
    "places",
)
OF_ROW = itemgetter(*Facts._fields)
COLUMNS = tuple(getattr(Clinic, name) for name in NAMES)
PERSON = ("id", "name", "credential")
# Each clinic once for each of its chiropractors: one round trip instead of two.
CLINICS = (
    sa_select(*COLUMNS, *(getattr(Chiropractor, name) for name in PERSON))
    .outerjoin(Chiropractor, col(Chiropractor.clinic_id) == col(Clinic.id))
    .where(col(Clinic.id).in_(bindparam("ids", expanding=True)))
    .order_by(col(Chiropractor.name), col(Chiropractor.id))
)
PUBLIC = CLINICS.where(col(Clinic.is_public).is_(TRUE))
ANY = Sought()


class Page(NamedTuple):
    """A part of the list, whether it lies within the radius, and where the next part begins.

    Rows have the shape of `ClinicNearby`, but for their `rank` (see `explain`).
    """

    rows: list[dict[str, Any]]
    within_radius: bool
    following: Bookmark | None = None


def nearest(
    connection: Connection,
    circle: Circle,
    sought: Sought = ANY,
    *,
    limit: int,
    after: Bookmark | None = None,
) -> Page:
    """Return up to `limit` of the clinics sought in the circle, or those after a bookmark.

    They are in the order of `ranking.rank`, band after band (see `bands`), and end after `DEEPEST`.
    Where none is in the circle, and no traits are asked for, some that lie farther.
    """
    read = partial(_read, connection, sought, circle.middle)
    shown = after.shown if after else 0
    take = max(0, min(limit, DEEPEST - shown))
    enough = ENOUGH_THAT_FIT if sought.traits else ENOUGH
    found = list(islice(in_order(read, circle.miles, after, enough=enough), take + 1))
    page = [one for one, _ in found[:take]]
    if not (page or after or sought.traits):
        farther = next(filter(None, map(read, (ring for ring in RINGS if ring > circle.miles))), [])
        return Page(_shown(connection, nsmallest(limit, farther)), within_radius=False)
    following = None
    if page and len(found) > take and shown + take < DEEPEST:
        last, band = found[take - 1]
        following = Bookmark(*band, shown + take, last[:3])
    return Page(_shown(connection, page), bool(page), following)


def _read(connection: Connection, sought: Sought, middle: Point, miles: float) -> list[Found]:
    return within(connection, sought, Circle(middle, miles))


def _shown(connection: Connection, chosen: Sequence[Found]) -> list[dict[str, Any]]:
    """Return the rows of the clinics, each with how far away it is, and which place of it."""
    ids = [UUID(one.clinic_id) for one in chosen]
    rows = {row["id"]: row for row in _rows(connection, ids)}
    for one, clinic_id in zip(chosen, ids, strict=True):
        row = rows[clinic_id]
        row["distance_miles"] = round(one.miles, 1)
        at = one.position
        row["nearest_place"] = None if at == AT_ITS_ADDRESS else row["places"][at]
    return [rows[clinic_id] for clinic_id in ids]


def explain(rows: Iterable[dict[str, Any]], *, now: datetime) -> None:
    """Add to each of the rows of `nearest` its `rank`: why it stands where it stands."""
    today = now.astimezone(UTC).date()
    for row in rows:
        place = rank(row["distance_miles"], Facts(*OF_ROW(row)), today=today)
        # Plain strings: members of an enum take longer to write as JSON than to find.
        reasons = [{"code": str(code), "miles": miles} for code, miles in place.reasons]
        row["rank"] = {"counts_as_miles": place.counts_as_miles, "reasons": reasons}
        # A small number of requests is for the clinic alone, as in its statistics.
        del row["left_unanswered"]


def by_id(connection: Connection, clinic_id: UUID, *, public: bool = True) -> dict[str, Any]:
    """Return one clinic in the shape of `ClinicShown`, or raise NotFoundError.

    To anybody but its own staff and the operator, only a public one.
    """
    rows = _rows(connection, [clinic_id], PUBLIC if public else CLINICS)
    if not rows:
        raise NotFoundError(N_("There is no such clinic."))
    return rows[0]


def _rows(
    connection: Connection, ids: list[UUID], clinics: Select[Any] = CLINICS
) -> list[dict[str, Any]]:
    rows: dict[UUID, dict[str, Any]] = {}
    for values in connection.execute(clinics, {"ids": ids}).all():
        row = rows.get(values[0]) or _row(values)
        person = dict(zip(PERSON, values[len(NAMES) :], strict=True))
        if person["id"] is not None:
            row["chiropractors"].append(person)
        rows[values[0]] = row
    return list(rows.values())


def _row(values: Sequence[Any]) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip(NAMES, values, strict=False))
    takes = takes_requests(row["standing"], row["accepting"], paused=row["paused"])
    return row | {"takes_requests": takes, "chiropractors": []}
