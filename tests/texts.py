"""The texts that the sources mark, as Babel finds them; as a script, it brings es.po up to date.

A text that is new comes without a translation, one that changed with none either, and one that is
gone goes: nothing is guessed.
"""

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).parents[1] / "src" / "referral"
FILE = SOURCE / "locales" / "es.po"
WIDTH = 100
# What only operators, programmers and clinics read is in English.
ENGLISH = (
    "cli/**",
    "reference/**",
    "templates/reference/**",
    "styleguide/**",
    "templates/styleguide/**",
    "webhooks/letters.py",
    "appointments/letters/to_clinics.py",
    "clinics/membership/letters.py",
    # Clinics are taken in and given out from a command line.
    "clinics/exchange/**",
    "clinics/register/**",
)
METHODS = [
    *((pattern, "ignore") for pattern in ENGLISH),
    ("**.py", "python"),
    ("templates/**", "jinja2"),
]
TEMPLATES = {"extensions": "jinja2.ext.i18n", "trim_blocks": "true", "lstrip_blocks": "true"}
KEYWORDS = {"N_": None, "_": None, "gettext": None, "ngettext": (1, 2)}


def marked() -> Catalog:
    """Return the texts of the sources, in the order of files and lines."""
    found = Catalog()
    texts = extract_from_dir(SOURCE, METHODS, {"templates/**": TEMPLATES}, KEYWORDS)
    for file, _line, text, _comments, _context in sorted(texts, key=lambda text: text[:2]):
        # Lines would change with every edit above them.
        found.add(text, locations=[(file, 0)])
    return found


def kept() -> Catalog:
    """Return the Spanish texts as they stand in the file."""
    with FILE.open("rb") as file:
        return read_po(file, locale="es")


def updated(texts: Catalog, found: Catalog) -> Catalog:
    """Return `texts` with what was `found`, and without what was not."""
    texts.update(found, no_fuzzy_matching=True)
    texts.obsolete.clear()
    return texts


def written(texts: Catalog) -> bytes:
    """Return the file, its head as it stands: Babel would put the day and placeholders into it."""
    head, _, _ = FILE.read_bytes().partition(b"\n\n")
    file = io.BytesIO()
    write_po(file, texts, width=WIDTH, omit_header=True, include_lineno=False)
    return head + b"\n\n" + file.getvalue().strip() + b"\n"


if __name__ == "__main__":
    FILE.write_bytes(written(updated(kept(), marked())))
