"""What a person has entered so far, kept in their own browser as encrypted cookies."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from referral.vault import Vault

HOURS_24 = 24 * 60 * 60


class Draft:
    """One encrypted cookie. `secure` puts it under the `__Host-` rules of browsers on https."""

    def __init__(self, name: str, *, vault: Vault, secure: bool) -> None:
        self._purpose = name
        self._name = f"__Host-{name}" if secure else name
        self._vault = vault
        self._secure = secure

    def read(self, request: Request) -> dict[str, Any]:
        """Return what was entered, or an empty dict where there is nothing that we sealed."""
        sealed = request.cookies.get(self._name)
        return (self._vault.unseal_text(self._purpose, sealed) if sealed else None) or {}

    def keep(self, response: Response, data: dict[str, Any]) -> None:
        """Replace what is kept; it goes with the browser's session, after a day at the latest."""
        response.set_cookie(
            self._name,
            self._vault.seal_text(self._purpose, data),
            max_age=HOURS_24,
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def forget(self, response: Response) -> None:
        """Remove the cookie."""
        response.delete_cookie(self._name, secure=self._secure, httponly=True, samesite="lax")
