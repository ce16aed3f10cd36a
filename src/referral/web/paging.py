"""The link from a page of a list to the next one (RFC 8288)."""

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

# For OpenAPI: that an answer may lead to the next page.
PAGED: dict[int | str, dict[str, Any]] = {
    200: {
        "headers": {
            "Link": {
                "description": "where the next page is; absent on the last one",
                "schema": {
                    "type": "string",
                    "examples": ['</api/v1/events?limit=100&after=142>; rel="next"'],
                },
            }
        }
    }
}


def next_page(request: Request, **place: str | int) -> dict[str, str]:
    """Return the header with the same call at another `place`, a query parameter."""
    kept = [pair for pair in request.query_params.multi_items() if pair[0] not in place]
    query = urlencode([*kept, *place.items()])
    return {"Link": f'<{request.scope["path"]}?{query}>; rel="next"'}
