"""What is asked for now and then, and may be refused without harm."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from time import monotonic

from ..errors import BadAnswer, NotFound, NotPermitted, Rejected, SignInFailed, VendorError

REFUSALS = (SignInFailed, NotPermitted, NotFound, Rejected, BadAnswer)
"""What a missing right or licence looks like; which of them is documented contradictorily (facts, section 10)."""
_AGAIN = 60.0
_REFUSED_FOR = 3600.0


class Occasional[T]:
    """A value that is good for a while; None until it is known, and where the server refuses it."""

    def __init__(self, ask: Callable[[], Awaitable[T]], every: float) -> None:
        """`every` is in seconds."""
        self.value: T | None = None
        self.refusal: str | None = None
        """Why there is no value, where the server refused it."""
        self.due = 0.0
        self._ask = ask
        self._every = every

    @property
    def is_new(self) -> bool:
        """Tell whether it was never asked for."""
        return not self.due

    @property
    def is_due(self) -> bool:
        """Tell whether it is time to ask."""
        return self.is_new or monotonic() >= self.due

    async def refresh(self) -> None:
        """Ask when it is time. While the server does not answer, the value stays as it is."""
        if not self.is_due:
            return
        wait = self._every
        try:
            self.value = await self._ask()
            self.refusal = None
        except REFUSALS as error:
            self.value, self.refusal = None, str(error)
            wait = _REFUSED_FOR
        except VendorError:
            wait = min(self._every, _AGAIN)
        self.due = monotonic() + wait


class OfCameras[T]:
    """Values that cost requests per camera: only those that somebody looks at, and not too many at once."""

    def __init__(self, ask: Callable[[str], Awaitable[T]], every: float, at_once: int) -> None:
        """`at_once` is how many cameras are asked for in one poll, the longest overdue first."""
        self._ask = ask
        self._every = every
        self._at_once = at_once
        self._known: dict[str, Occasional[T]] = {}

    def get(self, camera: str) -> T | None:
        """Return what is known."""
        known = self._known.get(camera)
        return known.value if known else None

    def put(self, camera: str, value: T) -> None:
        """Correct what is known, after it was changed."""
        if known := self._known.get(camera):
            known.value = value

    async def refresh(self, cameras: Collection[str]) -> None:
        """Ask for these cameras where it is time, and forget the others."""
        self._known = {camera: self._known.get(camera) or self._new(camera) for camera in sorted(cameras)}
        due = sorted((known for known in self._known.values() if known.is_due), key=lambda known: known.due)
        await asyncio.gather(*(known.refresh() for known in due[: self._at_once]))

    def _new(self, camera: str) -> Occasional[T]:
        return Occasional(lambda: self._ask(camera), self._every)
