"""A loop for what tests await: a browser's own may be running in their thread."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run `work` to its end and return what it returns."""
    return elsewhere(lambda: asyncio.run(work))


def elsewhere(work: Callable[[], Result]) -> Result:
    """Call `work` in a thread of its own, where no loop is running."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()
