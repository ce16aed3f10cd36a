"""What a clinic says about its webhooks, as it comes in."""

from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    StrictBool,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from referral.clinics.fields import PRINTABLE
from referral.text import N_
from referral.web.numbers import NO_BOOLEAN
from referral.webhooks.models import LONGEST_LABEL, LONGEST_URL

LARGEST = 2**31 - 1
EXAMPLE_URL = "https://desk.example.com/referral"
PLAIN_URL = N_("Give an https address without a user, a password or a part after #.")


def _plain(url: HttpUrl) -> HttpUrl:
    if url.username or url.password or url.fragment or len(str(url)) > LONGEST_URL:
        raise PydanticCustomError("url", PLAIN_URL)
    return url


def _kept() -> Any:  # noqa: ANN401 - stands in for any field
    """Stand for a field that was left out; never read, for only what was sent is taken."""
    return None


Label = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=LONGEST_LABEL,
        pattern=PRINTABLE,
    ),
]
Target = Annotated[HttpUrl, Field(max_length=LONGEST_URL), AfterValidator(_plain)]
Number = Annotated[int, Field(ge=0, le=LARGEST), NO_BOOLEAN]


class NewWebhook(BaseModel):
    """A new address. It gets the events after the number `after`; without it, those from now on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Target = Field(examples=[EXAMPLE_URL])
    label: Label = Field(examples=["Front desk"])
    after: Number | None = Field(default=None, examples=[0])


class WebhookChanges(BaseModel):
    """The fields to change; one that is left out keeps its value.

    `paused` false goes on from where it stopped, at once.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Target = Field(default_factory=_kept, examples=[EXAMPLE_URL])
    label: Label = Field(default_factory=_kept, examples=["Front desk"])
    paused: StrictBool = Field(default_factory=_kept)


class Replay(BaseModel):
    """Where to send from: all events after this number, in order, those delivered before included.

    A number ahead of the last delivered one passes over what lies between.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Number = Field(examples=[0])
