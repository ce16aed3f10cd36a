"""A letter as text and as HTML, from one pair of templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from referral.notices.mail import Letter
from referral.notices.models import Audience
from referral.web import dates
from referral.web.html import Html


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands in a letter: sentences with `facts` to put in them, and a foot that leads on.

    `foot` has `reference`, `where` and `call`, and for letters about requests what the templates
    say; `times` are moments in words.
    """

    subject: str
    paragraphs: Sequence[str]
    facts: Mapping[str, str]
    foot: Mapping[str, str]
    audience: Audience
    times: Sequence[str] = ()


def letter(html: Html, to: str, sheet: Sheet) -> Letter:
    """Return the letter of a sheet to an address."""
    shown = {
        "subject": sheet.subject,
        "paragraphs": sheet.paragraphs,
        "facts": sheet.facts,
        "times": sheet.times,
        "foot": sheet.foot,
        "audience": sheet.audience.value,
    }
    return Letter(
        to=to,
        subject=said(html, sheet.subject, sheet.facts),
        text=html.text("letters/letter.txt", **shown).replace(dates.NB, " "),
        html=html.text("letters/letter.html", **shown),
    )


def said(html: Html, sentence: str, facts: Mapping[str, str]) -> str:
    """Return a sentence with its facts, in plain text."""
    return html.text("letters/sentence.txt", sentence=sentence, facts=facts).replace(dates.NB, " ")
