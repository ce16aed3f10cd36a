"""Renders every component in every state, as the pages of the service will."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from referral.languages import NAMES, place

PAGES = ("question", "form", "errors", "outcome", "following", "clinics", "article")

SOURCE = Path(__file__).parents[2] / "src" / "referral"
LONG_WORD = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 2


def page(name: str) -> str:
    """Return the HTML of the page `name`, one of `PAGES`."""
    return (
        _environment()
        .get_template(f"{name}.html")
        .render(
            emergency_number="911",
            origin="https://referral.example",
            canonical=f"/{name}",
            long_word=LONG_WORD,
            days=_days(),
        )
    )


def asset(name: str) -> str:
    """Return the address of a static file; the service adds a fingerprint here."""
    return f"/static/{name}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader([SOURCE / "templates", Path(__file__).parent / "pages"]),
        undefined=StrictUndefined,
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined] # added by the extension i18n
    environment.globals |= {"asset": asset, "reader": place, "language_names": NAMES}
    environment.filters["link"] = place().address
    return environment


def _days() -> list[dict[str, object]]:
    return [
        {"label": label, "date": date, "parts": _parts(iso, closed=label == "Tuesday")}
        for label, date, iso in (
            ("Tuesday", "December 1", "2026-12-01"),
            ("Wednesday", "December 2", "2026-12-02"),
            ("Thursday", "December 3", "2026-12-03"),
        )
    ]


def _parts(iso: str, *, closed: bool) -> list[dict[str, object]]:
    return [
        {"value": f"{iso}-am", "label": "Morning", "hours": "8 to 12", "disabled": closed},
        {"value": f"{iso}-pm", "label": "Afternoon", "hours": "12 to 5", "checked": True},
        {"value": f"{iso}-ev", "label": "Evening"},
    ]
