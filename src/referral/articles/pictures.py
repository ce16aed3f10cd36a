"""The picture that goes with a page where its link is shared, such as in a chat."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.types import Scope, Send

from referral.articles.sheet import HEIGHT, WIDTH
from referral.web.ready import FOREVER, Ready

# A new drawing gets new addresses: browsers keep the old one for ever.
DRAWING = hashlib.sha256(Path(__file__).with_name("drawing.py").read_bytes()).digest()


@dataclass(frozen=True, slots=True)
class Picture:
    """A title as a picture, drawn when it is first asked for; `name` is how its address begins."""

    name: str
    title: str

    @property
    def path(self) -> str:
        """Its address; it changes whenever the picture does."""
        digest = hashlib.sha256(DRAWING + self.title.encode()).hexdigest()[:10]
        return f"/static/{self.name}.{digest}.png"

    @property
    def size(self) -> tuple[int, int]:
        """Its width and height."""
        return WIDTH, HEIGHT

    async def answer(self, scope: Scope, send: Send) -> None:
        """Answer a GET or HEAD."""
        ready = await run_in_threadpool(_ready, self.title)
        await ready.answer(scope, send)


@lru_cache(maxsize=64)
def _ready(title: str) -> Ready:
    from referral.articles.drawing import draw  # noqa: PLC0415 - takes long to load, seldom needed

    return Ready.of(draw(title), "image/png", cache=FOREVER)
