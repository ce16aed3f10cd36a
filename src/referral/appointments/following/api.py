"""The JSON door for people who ask: sending a request, and following it by its private link."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from referral.appointments import consent
from referral.appointments.asking.doors import admit, desk_of, naming_the_clinic
from referral.appointments.following import own_data, own_request
from referral.appointments.following.copies import Copy, CopyAsked
from referral.appointments.following.lookup import token_for
from referral.appointments.life.submission import submit
from referral.appointments.representations import Followed, RequestSent
from referral.appointments.schemas import NewRequest
from referral.appointments.steps import PatientMove
from referral.errors import InvalidError, NotFoundError
from referral.languages import words
from referral.text import N_
from referral.web.callers import CallerDep
from referral.web.conditional import TAGGED, IfMatch, etag, versions
from referral.web.deps import HouseDep, IdempotencyKey
from referral.web.languages import told
from referral.web.problems import PLACED, documented
from referral.web.queries import ApiRoute

router = APIRouter(prefix="/api/v1", tags=["Asking"], route_class=ApiRoute)
Token = Annotated[
    str,
    Path(
        max_length=100,
        description="the `follow_token` of the request",
        examples=["Kq3mW8xvT1yZ5rN7cJ2dHsPfLgB9aQ0eUoViYtXwM4k"],
    ),
]
Looks = Annotated[
    int, Query(ge=1, le=500, description="how many looks of the clinic at most", examples=[20])
]
TextVersion = Annotated[
    str,
    Query(
        max_length=20, description="the version that a request names", examples=[consent.VERSION]
    ),
]


class Slip(BaseModel):
    """What stands on the slip that a person got after sending."""

    model_config = ConfigDict(extra="forbid")

    reference: str = Field(max_length=20, examples=["K7QM-2XWD"])
    code: str = Field(max_length=20, description="The `spoken_code` of the request.")


class Found(BaseModel):
    """Where the request is to be followed."""

    follow_token: str
    follow_url: str


class ConsentText(BaseModel):
    """What a person agrees to; show it, and send its version with the request."""

    version: str
    statements: list[str]


@router.get("/consent", operation_id="getConsent", responses=documented(404, 422))
async def get_consent(response: Response, version: TextVersion = consent.VERSION) -> ConsentText:
    """Return the text that a person must agree to, or an older one that requests still name."""
    statements = consent.TEXTS.get(version)
    if statements is None:
        raise NotFoundError(N_("There is no such version of the text."))
    response.headers.update(told())
    return ConsentText(version=version, statements=[words(each) for each in statements])


@router.post(
    "/requests",
    operation_id="createRequest",
    status_code=201,
    responses=PLACED | documented(400, 409, 413, 422, 429, 503),
)
def create_request(
    body: NewRequest,
    response: Response,
    house: HouseDep,
    caller: CallerDep,
    *,
    idempotency_key: IdempotencyKey = None,
) -> RequestSent:
    """Send an appointment request to a clinic. The same request sent twice is recorded once.

    One assessment asks a clinic once: 409 `already-requested` has the `state` of that request. 429
    has the `clinic_phone` to call where it is this clinic that can be asked no more.
    """
    caller.take("submit")
    desk = desk_of(house)
    with naming_the_clinic(house, body.clinic_id):
        sent = house.database.settle(
            lambda session: submit(
                session,
                body,
                desk=desk,
                idempotency_key=idempotency_key,
                admit=lambda: admit(caller, body),
            )
        )
    follow_url = f"{house.settings.origin}/follow/{sent.token}"
    response.headers["Location"] = f"/api/v1/follow/{sent.token}"
    return RequestSent(
        id=sent.id,
        reference=sent.reference,
        clinic_id=sent.clinic_id,
        state=sent.state,
        answer_by=sent.answer_by,
        created_at=sent.created_at,
        follow_token=sent.token,
        follow_url=follow_url,
        spoken_code=sent.spoken_code,
    )


@router.post(
    "/follow", operation_id="findRequest", responses=documented(400, 404, 413, 422, 429, 503)
)
def find_request(body: Slip, house: HouseDep, caller: CallerDep) -> Found:
    """Find a request by its reference and code; 429 after five wrong codes within an hour."""
    caller.take("find")
    token = house.database.settle(
        lambda session: token_for(
            session, body.reference, body.code, vault=house.vault, now=house.now()
        )
    )
    if token is None:
        raise NotFoundError(N_("This reference and this code do not belong together."))
    return Found(follow_token=token, follow_url=f"{house.settings.origin}/follow/{token}")


@router.get(
    "/follow/{token}",
    operation_id="followRequest",
    responses=TAGGED | documented(404, 410, 422, 503),
)
def follow_request(
    token: Token, response: Response, house: HouseDep, *, looks: Looks = own_request.FEW_LOOKS
) -> Followed:
    """Return a request as the person who sent it sees it."""
    with house.database.reading() as session:
        followed = own_request.follow(session, token, desk=desk_of(house), looks=looks)
    response.headers.update(etag(followed.version))
    return followed


@router.post(
    "/follow/{token}/moves",
    operation_id="moveFollowedRequest",
    responses=TAGGED | documented(400, 404, 409, 410, 412, 413, 422, 503),
)
def move_followed_request(
    token: Token,
    body: PatientMove,
    response: Response,
    *,
    house: HouseDep,
    if_match: IfMatch = None,
) -> Followed:
    """Accept or refuse times, ask for others, cancel, or send it on; If-Match is optional here."""
    expected = versions(if_match) if if_match is not None else None
    with house.database.unit_of_work() as session:
        followed = own_request.act(session, token, body, desk=desk_of(house), expected=expected)
    response.headers.update(etag(followed.version))
    return followed


@router.post(
    "/follow/{token}/copy",
    operation_id="copyFollowedRequest",
    responses=documented(400, 404, 410, 413, 422, 429, 503),
)
def copy_followed_request(
    token: Token, body: CopyAsked, house: HouseDep, caller: CallerDep
) -> Copy:
    """Return all that is held about the person; 429 after five wrong contacts within an hour.

    The link alone shows neither contact details nor health answers; the contact says that it is in
    the right hands. Notes that the clinic keeps for itself are not in it.
    """
    caller.take("find")
    desk = desk_of(house)
    if not house.database.settle(
        lambda session: own_data.is_theirs(session, token, body.contact, desk=desk)
    ):
        raise InvalidError.at("contact", code="contact-unknown", detail=own_data.NOT_GIVEN)
    with house.database.reading() as session:
        return own_data.copy(session, token, desk=desk)


@router.delete(
    "/follow/{token}",
    operation_id="eraseFollowedRequest",
    status_code=204,
    responses=documented(404, 410, 422, 503),
)
def erase_followed_request(token: Token, house: HouseDep) -> None:
    """Erase all that is held about the person, for good; what is not over is called off first.

    So with the requests that it came from or went on to. Afterwards their links answer 410.
    """
    own_data.erase_all(house.database, token, desk=desk_of(house))
