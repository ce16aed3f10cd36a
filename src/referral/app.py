"""The only place where the parts meet: settings in, application out."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import anyio.to_thread
from fastapi import FastAPI

from referral import __version__, keeping, logs
from referral.appointments.asking import pages as appointments_pages
from referral.appointments.asking import review_pages
from referral.appointments.desk import many_api, notes_api, staff_api
from referral.appointments.following import answer_pages, find_pages, follow_pages, own_pages
from referral.appointments.following import api as appointments_api
from referral.articles import catalog, sitemap
from referral.articles import pages as articles_pages
from referral.clinics.finding import api as clinics_api
from referral.clinics.finding import pages as clinics_pages
from referral.clinics.finding import search_pages, sitemap_pages
from referral.clinics.geography.gazetteer import Gazetteer
from referral.clinics.membership import confirm_pages, join_pages, keys_api
from referral.clinics.membership import staff_api as clinics_staff_api
from referral.feed import api as feed_api
from referral.feed.listening import Listeners
from referral.languages import Language
from referral.leaving import api as leaving_api
from referral.leaving import pages as leaving_pages
from referral.operations import demo_pages, monitoring
from referral.operations import pages as operations_pages
from referral.reference import document
from referral.reference import pages as reference_pages
from referral.settings import Settings
from referral.statistics import api as statistics_api
from referral.statistics import pages as statistics_pages
from referral.styleguide import pages as styleguide_pages
from referral.symptoms import api as symptoms_api
from referral.symptoms import pages as symptoms_pages
from referral.web import problems
from referral.web.access import REQUEST_ID, AccessLog
from referral.web.calls import Calls
from referral.web.deps import House
from referral.web.headers import (
    ApiCors,
    BodyLimit,
    SameOriginForms,
    SecurityHeaders,
    StrictTransport,
)
from referral.web.hosts import OwnHosts
from referral.web.languages import Languages
from referral.web.maintenance import Maintenance, Sign
from referral.web.packing import Packing
from referral.web.ready import ReadyAnswers
from referral.web.stopping import told_to_stop
from referral.web.straight import THREADS
from referral.webhooks import api as webhooks_api
from referral.webhooks.sending import Sender
from referral.webhooks.targets import Targets

BODY_LIMIT = 64 * 1024
BODY_SECONDS = 20
# So many clinics would have to listen all day with all they may, before nobody else is let in.
SHARE_OF_A_CLINIC = 3
EXPOSED = ("ETag", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", REQUEST_ID)
# Those of them that everybody may find, beside the articles and the clinics.
OTHER_PAGES = ("/check", "/clinics", statistics_pages.PATH)
# Routes are tried in this order: those that programs call most come first.
ROUTERS = (
    staff_api.router,
    clinics_api.router,
    feed_api.router,
    symptoms_pages.router,
    search_pages.router,
    clinics_pages.router,
    appointments_pages.router,
    review_pages.router,
    follow_pages.router,
    # Before the wishes of the page below, which take any word.
    own_pages.router,
    answer_pages.router,
    find_pages.router,
    # Before the sections of the page, which take any word.
    leaving_pages.router,
    confirm_pages.router,
    sitemap_pages.router,
    join_pages.router,
    symptoms_api.router,
    appointments_api.router,
    operations_pages.router,
    clinics_staff_api.router,
    leaving_api.router,
    notes_api.router,
    many_api.router,
    keys_api.router,
    statistics_api.router,
    statistics_pages.router,
    webhooks_api.router,
)
DEMO_ROUTERS = (demo_pages.router, styleguide_pages.router)


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def from_environment() -> FastAPI:
    """Return the application that the REFERRAL_… variables describe; a factory for uvicorn."""
    logs.to_stderr()
    return create_app(Settings())


def create_app(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    """Return the application. Raises ArticleError for a broken article, ValueError for bad data."""
    app = FastAPI(
        title="Referral",
        summary="Chiropractor referral and appointment requests",
        version=__version__,
        description=document.ABOUT,
        contact={"name": "Who runs this service", "url": f"{settings.origin}/privacy"},
        license_info={"name": "MIT", "identifier": "MIT"},
        openapi_tags=document.TAGS,
        servers=[{"url": settings.origin, "description": "This service"}],
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        redirect_slashes=False,
        lifespan=_until_stopped,
    )
    house = House.of(settings, now=clock)
    app.state.house = house
    streams = max(1, settings.connections // SHARE_OF_A_CLINIC)
    app.state.listeners = Listeners(house.database, clock, most=streams)
    app.state.calls = Calls()
    app.state.sender = Sender(Targets.of(settings))
    app.state.gazetteer = Gazetteer.load(settings.data_dir)
    app.state.zips = app.state.gazetteer.zips
    problems.install(app)
    document.install(app)
    # As they are: of a router that is included, the first call builds each route again.
    for router in (*ROUTERS, *(DEMO_ROUTERS if settings.demo else ())):
        app.router.routes.extend(router.routes)
    reference_pages.install(app, house.html)
    app.router.routes.extend(monitoring.router.routes)
    _wrap(app, settings, {**_same_for_everyone(house), **house.html.assets()})
    return app


def _same_for_everyone(house: House) -> articles_pages.Answers:
    settings = house.settings
    folder = settings.content_dir / "articles"
    articles = {language: catalog.load(folder, language) for language in Language}
    site = articles_pages.Site(house.html, settings.origin, keeping.told(settings))
    found = sitemap.ready(articles[Language.ENGLISH], others=OTHER_PAGES, origin=settings.origin)
    return {**articles_pages.ready(articles, site), **found}


def _wrap(app: FastAPI, settings: Settings, answers: articles_pages.Answers) -> None:
    """Put the middleware around `app`; what is added last sees a call first."""
    app.add_middleware(
        Maintenance,
        sign=Sign(settings.maintenance_file),
        now=app.state.house.now,
        answer_to=problems.answer_to,
    )
    app.add_middleware(problems.Unexpected, spare=app.state.house.html.outage())
    app.add_middleware(BodyLimit, limit=BODY_LIMIT, seconds=BODY_SECONDS)
    app.add_middleware(ApiCors, exposed=EXPOSED)
    app.add_middleware(SameOriginForms, origin=settings.origin, answer_to=problems.answer_to)
    app.add_middleware(Packing)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(AccessLog, calls=app.state.calls)
    app.add_middleware(Languages)
    app.add_middleware(ReadyAnswers, answers=answers)
    app.add_middleware(OwnHosts, hosts=settings.hosts, origin=settings.origin)
    if settings.origin.startswith("https:"):
        app.add_middleware(StrictTransport)


@asynccontextmanager
async def _until_stopped(app: FastAPI) -> AsyncIterator[None]:
    """End the streams as soon as the server is to stop: it would wait for their end."""
    listeners: Listeners = app.state.listeners
    # On SQLite those who wait share a commit; on a server more threads only pass the lock around.
    if not app.state.house.database.in_process:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    with told_to_stop(listeners.close):
        yield
    listeners.close()
