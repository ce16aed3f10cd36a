"""The link from a page of a list to the next one (RFC 8288)."""

from urllib.parse import urlencode

from starlette.requests import Request


def next_page(request: Request, **place: str | int) -> dict[str, str]:
    """Return the header with the same call at another `place`, a query parameter."""
    kept = [pair for pair in request.query_params.multi_items() if pair[0] not in place]
    query = urlencode([*kept, *place.items()])
    return {"Link": f'<{request.scope["path"]}?{query}>; rel="next"'}
