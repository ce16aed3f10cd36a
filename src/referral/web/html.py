"""Rendering pages: one Jinja environment for every template, and the fingerprinted assets."""

import hashlib
import mimetypes
from http import HTTPStatus
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2
from starlette.responses import HTMLResponse

from referral.languages import NAMES, Language, counted, in_words, place, speaking
from referral.settings import Settings
from referral.web import dates
from referral.web.headers import FOR_EVERYBODY
from referral.web.ready import FOREVER, Ready

PACKAGE = Path(__file__).resolve().parents[1]


class Compiled(jinja2.BytecodeCache):
    """Templates as code, by name and text: each is compiled once in a process."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Give what was compiled from the same text."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key, bucket.checksum] = bucket.code


COMPILED = Compiled()


class Html:
    """Renders templates, with the globals that each of them may use."""

    def __init__(self, settings: Settings) -> None:
        self._assets = {path.name: path for path in (PACKAGE / "static").iterdir()}
        self.jinja = jinja2.Environment(
            loader=jinja2.FileSystemLoader(PACKAGE / "templates"),
            undefined=jinja2.StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
            bytecode_cache=COMPILED,
        )
        self.jinja.install_gettext_callables(in_words, counted, newstyle=True)  # type: ignore[attr-defined] # added by the extension i18n
        self.jinja.filters.update(
            day=dates.day,
            full_date=dates.full_date,
            clock=dates.clock,
            moment=dates.moment,
            link=_link,
        )
        self.jinja.globals.update(
            asset=self.asset,
            reader=place,
            language_names=NAMES,
            emergency_number=settings.emergency_number,
            origin=settings.origin,
            demo=settings.demo,
        )

    def asset(self, name: str) -> str:
        """Return the address of a static file; it changes whenever the file does."""
        path = self._assets[name]
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:10]
        return f"/static/{path.stem}.{digest}{path.suffix}"

    def outage(self, *, is_alone: bool = False) -> str:
        """Return a page, in every language, for when nothing else works.

        `is_alone` is for a proxy: the style sheet is in the page, which then needs nothing from us.
        """
        sheet = self._assets["referral.css"].read_text(encoding="utf-8") if is_alone else ""
        parts = {}
        for language in Language:
            with speaking(language):
                parts[language] = self.text("outage_words.html")
        return self.text("outage.html", parts=parts, sheet=sheet)

    def assets(self) -> dict[str, Ready]:
        """Return every static file, ready to send, by its address."""
        return {self.asset(name): _ready(path) for name, path in self._assets.items()}

    def text(self, template: str, **context: Any) -> str:  # noqa: ANN401 - what a template needs
        """Return the rendered template."""
        return self.jinja.get_template(template).render(**context)

    def page(
        self,
        template: str,
        *,
        status: int = 200,
        canonical: str | None = None,
        **context: Any,  # noqa: ANN401 - what a template needs
    ) -> HTMLResponse:
        """Return the rendered template as an answer.

        With `canonical`, its path, search engines may list the page; without, they may not.
        """
        headers = {} if place().prefix else {"vary": "accept-language"}
        if canonical is not None:
            context["canonical"] = canonical
            headers |= FOR_EVERYBODY
        text = self.text(template, nowhere=status == HTTPStatus.NOT_FOUND, **context)
        return HTMLResponse(text, status, headers)


# With the context, it is nothing that Jinja works out once for all languages.
@jinja2.pass_context
def _link(_context: jinja2.runtime.Context, path: str) -> str:
    return place().address(path)


def _ready(path: Path) -> Ready:
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return Ready.of(path.read_bytes(), media_type + charset, cache=FOREVER)
