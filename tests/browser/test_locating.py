"""Who lets the browser say where they are is led to their ZIP code; the position stays here."""

import re

import pytest
from playwright.sync_api import Browser, expect

from browser.service import Service


@pytest.mark.parametrize("is_allowed", [True, False])
def test_my_location_becomes_a_zip_or_a_sentence(
    browser: Browser, service: Service, is_allowed: bool
) -> None:
    context = browser.new_context(
        base_url=service.origin,
        geolocation={"latitude": 41.8812345, "longitude": -87.6298765},
        permissions=["geolocation"] if is_allowed else [],
    )
    tab, sent = context.new_page(), []
    tab.on("request", lambda request: sent.append((request.url, request.post_data or "")))
    tab.goto("/clinics?place=Laramie&radius=10")

    tab.get_by_role("button", name="Use my location").click()

    if is_allowed:
        expect(tab).to_have_url(re.compile(r"/clinics\?place=60603&radius=10$"))
        assert next(body for _, body in sent if body).endswith("near=41.88%2C-87.63")
        assert not [url for url, _ in sent if "41.8" in url or not url.startswith(service.origin)]
    else:
        refused = "Your browser did not tell us where you are."
        expect(tab.get_by_role("status")).to_contain_text(refused)
        expect(tab).to_have_url(re.compile("Laramie"))
    context.close()
