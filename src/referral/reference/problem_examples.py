"""What each kind of refusal looks like, made from the errors themselves."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from referral.errors import (
    ConflictError,
    ErasedError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    ReferralError,
    StaleError,
    TooManyError,
    UnauthorizedError,
    UnavailableError,
    UnconditionalError,
)
from referral.web.problems import of_http, said_of

ERRORS = (
    UnauthorizedError("Send a valid staff key as a bearer token."),
    ForbiddenError("This needs a key with the scope admin."),
    NotFoundError("There is no such request."),
    ConflictError(
        "That is not possible now.",
        facts={"state": "booked", "available_actions": ["offer", "move", "release", "cancel"]},
    ),
    ErasedError("What you told us is gone for good."),
    StaleError("Somebody changed this after you read it. Read it again."),
    InvalidError.at("name", code="missing", detail="Enter your name, up to 100 letters."),
    UnconditionalError("Send If-Match with the ETag of the version you read."),
    TooManyError("Too many wrong codes. Try again later.", wait=timedelta(hours=1)),
    ReferralError("It is our fault, not yours. Please try again in a few minutes."),
    UnavailableError("The database does not answer. Nothing was saved. Try again."),
)
PROBLEMS: Mapping[int, dict[str, Any]] = {
    **{error.status: said_of(error) for error in ERRORS},
    **{status: of_http(status) for status in (400, 413)},
}
