"""The page on which people read the API and try it: ours whole, and the same for everyone."""

from functools import cached_property
from typing import Any

from fastapi import FastAPI
from markdown_it import MarkdownIt
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from referral.languages import Language, speaking
from referral.reference import reading
from referral.web.headers import OPEN
from referral.web.html import Html
from referral.web.ready import PAGE, Ready

PATH = "/api/v1/docs"


class Reference:
    """Answers with the page, which is made when it is first asked for."""

    def __init__(self, app: FastAPI, html: Html) -> None:
        self._app = app
        self._html = html

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the page."""
        ready = await run_in_threadpool(lambda: self._ready)
        await ready.answer(scope, send)

    @cached_property
    def _ready(self) -> Ready:
        document = self._app.openapi()
        markdown = MarkdownIt("commonmark", {"html": False})
        # In the language of the API, whatever the first one who asks for it speaks.
        with speaking(Language.ENGLISH):
            text = self._html.text(
                "reference/reference.html",
                info=document["info"],
                origin=document["servers"][0]["url"],
                document_url=self._app.openapi_url,
                subjects=reading.subjects(document),
                shapes=reading.shapes(document),
                markdown=markdown.render,
            )
        return Ready.of(text.encode(), "text/html; charset=utf-8", cache=PAGE, security=OPEN)


def install(app: FastAPI, html: Html) -> None:
    """Make `app` answer with the page."""
    # Starlette takes any ASGI application here, though its types do not say so.
    page: Any = Reference(app, html)
    app.add_route(PATH, page, methods=["GET"], include_in_schema=False)
