"""Marks the sentences a person reads, so that gettext can collect and translate them."""


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark `message` for translation and return it unchanged; templates translate it when shown."""
    return message
