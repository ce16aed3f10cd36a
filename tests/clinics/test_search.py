"""The search on both databases, against measuring every clinic."""

import pytest
from starlette.testclient import TestClient

from referral.clinics.geo import Point, distance_miles
from world import add_clinic

PLACES = [
    Point(latitude, longitude)
    for latitude in (-60.0, 0.1, 40.7, 41.0, 51.9)
    for longitude in (-179.9, -74.2, -73.9, 10.0, 179.8)
]


@pytest.mark.parametrize("asked", [Point(40.75, -73.99), Point(51.9, -179.99), Point(89.9, 0.0)])
def test_the_nearest_come_first_and_none_is_missed(client: TestClient, asked: Point) -> None:
    ids = {str(add_clinic(client, latitude=p.latitude, longitude=p.longitude)): p for p in PLACES}
    by_distance = sorted(ids, key=lambda clinic_id: distance_miles(asked, ids[clinic_id]))
    near = f"{asked.latitude},{asked.longitude}"

    found = client.get(f"/api/v1/clinics?near={near}&limit=3&radius=100").json()

    inside = [i for i in by_distance if distance_miles(asked, ids[i]) <= 100]
    shown = [clinic["id"] for clinic in found["clinics"]]
    assert found["within_radius"] == bool(inside)
    assert shown == (inside or by_distance)[:3][: len(shown)]
    assert len(shown) == (min(3, len(inside)) or len(shown)) > 0
