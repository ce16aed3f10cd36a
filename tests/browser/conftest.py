"""The real service on a free port, with demo clinics and a staff key, and tabs to visit it."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page
from pydantic import HttpUrl, SecretStr
from sqlmodel import Session, func, select

from browser.service import Service
from live import serving
from post_office import PostOffice
from referral.app import create_app
from referral.appointments.models import Appointment
from referral.clinics.exchange import demo
from referral.settings import Settings, SmtpSecurity, new_ring
from referral.staff.scopes import Scope
from referral.staff.service import issue

OpenTab = Callable[..., Page]
OPERATOR = {"username": "operator", "password": "correct horse battery"}


@pytest.fixture
def service(sqlite_url: str, clock: Callable[[], Any], office: PostOffice) -> Iterator[Service]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = Settings(
            _env_file=None,
            keys=SecretStr(new_ring()),
            database_url=sqlite_url,
            database_pool=5,
            base_url=HttpUrl(origin),
            demo=True,
            operator_password=SecretStr(OPERATOR["password"]),
            smtp_host="127.0.0.1",
            smtp_port=office.port,
            smtp_security=SmtpSecurity.NONE,
            operator_email="operator@referral.example",
        )
        app = create_app(settings, clock=clock)
        database = app.state.house.database
        with database.unit_of_work() as session:
            file = settings.data_dir / "demo_clinics.csv"
            clinic = demo.add(session, file, zips=app.state.zips, now=clock())[0]
            _, key = issue(session, clinic.id, label="test", scopes=[Scope.WRITE], now=clock())
            known = (clinic.name, clinic.id, clinic.postal_code)

        def requests_recorded() -> int:
            with Session(database.engine) as session:
                return session.exec(select(func.count()).select_from(Appointment)).one()

        headers = {"Authorization": f"Bearer {key}"}
        with (
            serving(app, listener),
            httpx.Client(base_url=f"{origin}/api/v1", headers=headers) as staff,
        ):
            yield Service(origin, *known, staff, app.state.house, requests_recorded)
        database.engine.dispose()


@pytest.fixture
def open_tab(browser: Browser, service: Service) -> Iterator[OpenTab]:
    """Open tabs on the service; at the end, no page may have asked another host for anything."""
    asked: list[str] = []
    with ExitStack() as stack:

        def opened(**options: Any) -> Page:  # noqa: ANN401 - Playwright's options of a context
            settings = {"viewport": {"width": 360, "height": 800}} | options
            context = browser.new_context(base_url=service.origin, **settings)
            stack.callback(context.close)
            context.on("request", lambda request: asked.append(request.url))
            tab = context.new_page()
            tab.set_default_timeout(10_000)
            return tab

        yield opened
    assert asked
    assert [url for url in asked if not url.startswith(f"{service.origin}/")] == []
