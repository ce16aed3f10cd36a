"""Search engines find the public clinics, each in one of sixteen sitemaps, and no private page."""

import re

import pytest
from starlette.testclient import TestClient

from world import open_practice


def test_each_clinic_is_in_one_part_and_only_parts_with_clinics_are_named(
    client: TestClient,
) -> None:
    opened = {str(open_practice(client, npi=None).clinic_id) for _ in range(3)}
    index = re.findall("<loc>([^<]+)</loc>", client.get("/sitemap.xml").text)

    assert index[0].endswith("/sitemaps/pages.xml")
    assert len(index) == 1 + len({clinic_id[0] for clinic_id in opened})
    found = [
        clinic_id
        for part in index[1:]
        for clinic_id in re.findall("/clinics/([^<]+)</loc>", client.get(part).text)
    ]
    assert sorted(found) == sorted(opened)
    assert client.get("/sitemaps/clinics-x.xml").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_pages_that_are_for_everybody_may_be_found(client: TestClient) -> None:
    clinic = f"/clinics/{open_practice(client).clinic_id}"
    for path in ("/check", "/clinics", "/how-clinics-answer", clinic):
        assert client.get(path).headers["x-robots-tag"] == "all", path
    for path in (
        "/clinics?place=10001",
        f"{clinic}/request",
        "/find",
        "/follow/x",
        "/api/v1/clinics",
    ):
        answer = client.get(path, follow_redirects=False)
        assert answer.headers["x-robots-tag"] == "noindex", path
        assert answer.headers["cache-control"] == "no-store", path
