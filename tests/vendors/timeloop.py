"""An event loop whose time passes only while everybody waits: hours of polling in no time."""

import asyncio
from collections.abc import Awaitable, Coroutine
import selectors
from typing import Any, override


class _Selector(selectors.DefaultSelector):  # type: ignore[misc, valid-type]  # which it is depends on the system
    now = 0.0

    @override
    def select(self, timeout: float | None = None) -> list[Any]:
        ready: list[Any] = super().select(0)
        if not ready:
            assert timeout is not None, "nothing will ever happen"
            self.now += max(0.0, timeout)
        return ready


class TimeLoop(asyncio.SelectorEventLoop):
    """A loop with a clock of its own."""

    def __init__(self) -> None:
        """Start at 0."""
        self._own = _Selector()
        super().__init__(self._own)

    @override
    def time(self) -> float:
        return self._own.now


def now() -> float:
    """Return the running loop's time."""
    return asyncio.get_running_loop().time()


def run[T](main: Coroutine[Any, Any, T]) -> T:
    """Run to the end, and see that nothing is left."""
    with asyncio.Runner(loop_factory=TimeLoop) as runner:
        result = runner.run(main)
        left = asyncio.all_tasks(runner.get_loop())
        assert not left
        return result


async def for_seconds(seconds: float, work: Awaitable[None]) -> None:
    """Let something run for some time of the loop's clock."""
    try:
        async with asyncio.timeout(seconds):
            await work
    except TimeoutError:
        pass
