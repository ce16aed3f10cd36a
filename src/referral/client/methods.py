"""What both clients share: how a verb becomes a method, and how a connection is made."""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

from referral import __version__
from referral.client.calls import Call
from referral.client.errors import NoAnswerError

Method = TypeVar("Method", bound=Callable[..., Any])
SELF = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)


def like(method: Method, verb: Callable[..., Any]) -> Method:
    """Return `method` under the name and description of `verb`, with the client before its own."""
    shown = inspect.signature(verb)
    method.__name__ = method.__qualname__ = verb.__name__
    method.__doc__ = verb.__doc__
    vars(method)["__signature__"] = shown.replace(
        parameters=[SELF, *shown.parameters.values()], return_annotation=shown.empty
    )
    return method


def options(address: str, key: str, timeout: float) -> dict[str, Any]:
    """Return what either client of httpx is made with; redirects are not followed."""
    headers = {"Authorization": f"Bearer {key}", "User-Agent": f"referral-client/{__version__}"}
    return {"base_url": address, "headers": headers, "timeout": timeout}


def patience(call: Call[Any], usual: float) -> httpx.Timeout:
    """Return how long to wait for `call`: for its answer perhaps longer than is usual."""
    return httpx.Timeout(usual, read=call.timeout or usual)


def lost(error: httpx.RequestError) -> NoAnswerError:
    """Return the error for a connection that failed, without an address or anything sent."""
    return NoAnswerError(f"The service did not answer ({type(error).__name__}).")
