"""A service as another directory may write it in HSDS 3: sound, but not as we do it."""

from typing import Any

CHIROPRACTIC = {"taxonomy_term": {"code": "111N00000X", "taxonomy": "NUCC"}}
FOREIGN: dict[str, Any] = {
    "id": "1",
    "name": "Kiropraktik",
    "status": "active",
    "email": "hej@ryg.example",
    "attributes": [CHIROPRACTIC],
    "languages": [{"name": "English"}, {"code": "da"}, {"name": "Klingon"}],
    "organization": {"id": "2", "name": "  Ryg &  Krop ", "phones": None},
    "contacts": [{"id": "5", "name": "Reception"}],
    "schedules": [
        {"freq": "WEEKLY", "byday": "MO,TU", "opens_at": "10:00:00Z", "closes_at": "18:00+01:00"},
        {"freq": "WEEKLY", "byday": "FR", "opens_at": "22:00", "closes_at": "00:00"},
        {"byday": "WE", "opens_at": "10:00", "closes_at": "12:00", "valid_to": "2024-08-31"},
        {"freq": "MONTHLY", "byday": "1SA", "opens_at": "10:00", "closes_at": "12:00"},
    ],
    "service_at_locations": [
        {
            "id": "3",
            "location": {
                "id": "4",
                "location_type": "physical",
                "latitude": "55.7",
                "longitude": 12.57,
                "addresses": [
                    {
                        "address_1": "Eksempelvej 1",
                        "city": "København",
                        "state_province": "",
                        "postal_code": 2100,
                        "country": "dk",
                        "address_type": "physical",
                    }
                ],
                "phones": [{"number": "32 12 34 56", "type": "fax"}, {"number": "32 12 34 57"}],
            },
        },
        {"id": "6", "location": {"id": "7", "location_type": "virtual"}},
    ],
}


def changed(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return the service with changes."""
    return FOREIGN | changes


def placed(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return the service with changes of its location."""
    (at, _) = FOREIGN["service_at_locations"]
    return changed(service_at_locations=[at | {"location": at["location"] | changes}])
