"""The search on both databases, against ranking every clinic."""

from itertools import cycle

import pytest
from starlette.testclient import TestClient

from referral.clinics.geography.geo import Point, distance_miles
from world import Json, add_clinic

PLACES = [
    Point(latitude, longitude)
    for latitude in (-60.0, 0.1, 40.7, 41.0, 51.9)
    for longitude in (-179.9, -74.2, -73.9, 10.0, 179.8)
]
HANDICAPS = (0.0, 20.0, 4.0)


def find(client: TestClient, asked: Point, limit: int, radius: int = 100) -> Json:
    """Ask the API for clinics."""
    near = f"{asked.latitude},{asked.longitude}"
    found: Json = client.get(f"/api/v1/clinics?near={near}&limit={limit}&radius={radius}").json()
    return found


@pytest.mark.parametrize("asked", [Point(40.75, -73.99), Point(51.9, -179.99), Point(89.9, 0.0)])
def test_they_come_in_the_order_of_rank_and_none_is_missed(
    client: TestClient, asked: Point
) -> None:
    clinics = {
        str(add_clinic(client, latitude=p.latitude, longitude=p.longitude, handicap=handicap)): (
            distance_miles(asked, p),
            handicap,
        )
        for p, handicap in zip(PLACES, cycle(HANDICAPS), strict=False)
    }
    by_rank = sorted(clinics, key=lambda clinic_id: sum(clinics[clinic_id]))

    found = find(client, asked, 3)

    inside = [i for i in by_rank if clinics[i][0] <= 100]
    shown = [clinic["id"] for clinic in found["clinics"]]
    assert found["within_radius"] == bool(inside)
    assert shown == (inside[:3] or [i for i in by_rank if i in shown])
    assert len(shown) == (min(3, len(inside)) or len(shown)) > 0


def test_a_short_list_is_the_beginning_of_a_long_one(client: TestClient) -> None:
    asked = Point(40.75, -73.99)
    for number, handicap in zip(range(60), cycle(HANDICAPS), strict=False):
        # Three places; the first alone lies in the first ring, with too few to choose from.
        add_clinic(client, latitude=asked.latitude + number // 20 / 20, handicap=handicap)

    longest = [clinic["id"] for clinic in find(client, asked, 30)["clinics"]]

    for limit in (1, 10, 29):
        assert [c["id"] for c in find(client, asked, limit)["clinics"]] == longest[:limit]
