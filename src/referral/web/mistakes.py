"""What is wrong with a form, shown by a GET: browsers go back to no page that answered a POST.

A POST leads to a page, and what the page has to say waits for it in the browser's own cookie.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from referral.web.deps import HouseDep
from referral.web.draft import Draft

COOKIE = "referral-mistakes"
# A cookie has little room, and hardly anybody fills in more forms than these at a time.
MOST_PAGES = 3
# Stands for the page where a mistake belongs to no field.
PAGE = ""


class Mistakes:
    """What waits for the page at this address: faults by field, and what was typed beside them.

    Faults are shown where the address asks for them, so that who comes back to the page without
    having sent it sees none.
    """

    def __init__(self, draft: Draft, request: Request) -> None:
        self._draft = draft
        self._kept = draft.read(request)
        here = self._kept.get(request.url.path, {})
        is_asked = "mistakes" in request.query_params
        self.typed: dict[str, Any] = here.get("typed", {})
        self.faults: dict[str, str] = here.get("faults", {}) if is_asked else {}
        self.status: int = here["status"] if self.faults else 200

    @property
    def errors(self) -> list[tuple[str, str]]:
        """The faults as the error summary takes them."""
        return [(f"f-{name}" if name else "main", text) for name, text in self.faults.items()]

    def at(
        self,
        page: str,
        faults: Mapping[str, str],
        *,
        typed: Mapping[str, Any] | None = None,
        status: int = 422,
    ) -> Response:
        """Lead back to `page`, which then shows `faults` and answers with `status`."""
        response = RedirectResponse(f"{page}?mistakes=true", 303)
        self._keep(response, page, {"faults": faults, "status": status, "typed": typed or {}})
        return response

    def put_aside(self, page: str, typed: Mapping[str, Any], *, to: str) -> Response:
        """Lead to another page; `page` keeps what was typed."""
        response = RedirectResponse(to, 303)
        self._keep(response, page, {"typed": typed})
        return response

    def corrected(self, to: str) -> Response:
        """Lead on to `to`: whatever was wrong is not any more."""
        response = RedirectResponse(to, 303)
        self.forget(response)
        return response

    def forget(self, response: Response) -> None:
        """Clear all of it from the browser."""
        if self._kept:
            self._draft.forget(response)

    def _keep(self, response: Response, page: str, kept: Mapping[str, Any]) -> None:
        others = [(path, held) for path, held in self._kept.items() if path != page]
        self._draft.keep(response, dict([*others[1 - MOST_PAGES :], (page, kept)]))


async def _mistakes(request: Request, house: HouseDep) -> Mistakes:
    return Mistakes(house.draft(COOKIE), request)


MistakesDep = Annotated[Mistakes, Depends(_mistakes)]
