"""A hook of schemathesis: each call that creates something has an Idempotency-Key of its own.

Under a key that is sent again the first answer comes again, whatever has become since of what was
made: the check for what was just created would take that for something lost. What repeats do is
told by tests/web/test_repeats.py.
"""

from typing import Any
from uuid import uuid4

import schemathesis
from schemathesis import GenerationMode

NAME, LONGEST = "Idempotency-Key", 200


@schemathesis.hook
def before_call(_ctx: Any, case: Any, **_: Any) -> None:  # noqa: ANN401 - as schemathesis calls it
    """Give the call a fresh key in place of one that could be used, unless it is broken on purpose.

    A call that was touched is no longer taken for broken, and then sent with what it was to lack.
    """
    if case.meta is not None and case.meta.generation.mode is GenerationMode.NEGATIVE:
        return
    if 0 < len((case.headers or {}).get(NAME) or "") <= LONGEST:
        case.headers[NAME] = str(uuid4())
