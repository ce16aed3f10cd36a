"""What a person has entered so far, kept in their own browser as encrypted cookies."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from referral.errors import InvalidError
from referral.text import N_
from referral.vault import Vault

HOURS_24 = 24 * 60 * 60
# What a browser must take of a cookie: name, value and attributes together (RFC 6265, 6.1).
ROOM = 4096
ATTRIBUTES = len(f"=; HttpOnly; Max-Age={HOURS_24}; Path=/; SameSite=lax; Secure")
TOO_LONG = N_("This is too long for us to keep. Please make it shorter.")


class Draft:
    """One encrypted cookie. `secure` puts it under the `__Host-` rules of browsers on https."""

    def __init__(self, name: str, *, vault: Vault, secure: bool) -> None:
        self._purpose = name
        self._name = f"__Host-{name}" if secure else name
        self._vault = vault
        self._secure = secure

    def read(self, request: Request) -> dict[str, Any]:
        """Return what was entered, or an empty dict where there is nothing that we sealed."""
        return self.opened(request.cookies.get(self._name, ""))

    def opened(self, sealed: str) -> dict[str, Any]:
        """Return what was sealed, or an empty dict where that were not we."""
        return (self._vault.unseal_text(self._purpose, sealed) if sealed else None) or {}

    def sealed(self, data: dict[str, Any]) -> str:
        """Return `data` as it may wait outside of the cookie: in a page that is left open."""
        return self._vault.seal_text(self._purpose, data)

    def keep(self, response: Response, data: dict[str, Any]) -> None:
        """Replace what is kept; it goes with the browser's session, after a day at the latest.

        Raises InvalidError for more than a browser takes, which it would drop without a word.
        """
        sealed = self.sealed(data)
        if not self._fits(sealed):
            raise InvalidError.at("body", code="too-long", detail=TOO_LONG)
        response.set_cookie(
            self._name,
            sealed,
            max_age=HOURS_24,
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def too_long(self, data: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, str]:
        """Return nothing if `data` can be kept, or what is wrong, at the longest text in `typed`.

        Text that people write is never too long within the limits of its fields; a text of that
        length in which no sign comes twice, each of four bytes, may be.
        """
        if self._fits(self._vault.seal_text(self._purpose, data)):
            return {}
        texts = {name: len(text.encode()) for name, text in typed.items() if isinstance(text, str)}
        return {max(texts, key=texts.__getitem__, default=""): TOO_LONG}

    def _fits(self, sealed: str) -> bool:
        return len(self._name) + len(sealed) + ATTRIBUTES <= ROOM

    def forget(self, response: Response) -> None:
        """Remove the cookie."""
        response.delete_cookie(self._name, secure=self._secure, httponly=True, samesite="lax")
