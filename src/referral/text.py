"""Marks the sentences a person reads, so that gettext can collect and translate them."""

_MARKED: set[str] = set()


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark `message` for translation and return it unchanged; templates translate it when shown."""
    _MARKED.add(message)
    return message


def is_marked(text: str) -> bool:
    """Return whether `text`, as it stands, is a sentence of the program's own."""
    return text in _MARKED
