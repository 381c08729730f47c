"""How many requests an account may make."""

import asyncio
from collections import deque
from dataclasses import dataclass
from enum import Enum
from time import monotonic

from .errors import RateLimited

_SLOWEST = 1 / 16
_RECOVERY = 300.0
_PAUSE = 30.0
_LONGEST_PAUSE = 3600.0
_PATIENCE = 10.0
_SHORTEST_WAIT = 0.001
_PICTURES = 2


@dataclass(frozen=True, slots=True)
class Pace:
    """Requests per second, and how many may go at once."""

    rate: float = 1.0
    burst: float = 4.0

    @property
    def of_pictures(self) -> Pace:
        """Return how many pictures may be fetched beside: small files by signed addresses, every event has one."""
        return Pace(self.rate * _PICTURES, self.burst * _PICTURES)


class Urgency(Enum):
    """Who waits for a request."""

    BACKGROUND = "background"
    """Nobody."""
    EVENT = "event"
    """An event that is to be told: it goes before the background."""
    PERSON = "person"
    """Somebody in front of a screen: it goes at once."""


class Budget:
    """A token bucket: one request a second, four at once; halved by every 429, and doubled again after quiet minutes.

    What goes at once for a person is paid back by the others. Nobody goes while the vendor asks to wait.
    """

    def __init__(self, pace: Pace | None = None) -> None:
        """Start with a full bucket."""
        self.pace = pace = pace or Pace()
        self._full_rate = self._rate = pace.rate
        self._burst = self._tokens = pace.burst
        self._filled = monotonic()
        self._paused_until = 0.0
        self._slowed = 0.0
        self._queue = asyncio.Lock()
        self._front = asyncio.Lock()
        self._in_front = 0
        self._taken: deque[float] = deque(maxlen=256)

    @property
    def rate(self) -> float:
        """Return the requests per second that are allowed now."""
        return self._rate

    @property
    def pause(self) -> float:
        """Return the seconds that the vendor still asks to keep still."""
        return max(0.0, self._paused_until - monotonic())

    @property
    def used(self) -> int:
        """Return the requests of the last minute, up to 256."""
        since = monotonic() - 60
        return sum(taken > since for taken in self._taken)

    async def take(self, what: str, urgency: Urgency = Urgency.BACKGROUND) -> None:
        """Wait until the next request may go; first come, first served among equals.

        Raises `RateLimited` while the vendor asks to keep still for longer than a few seconds.
        """
        if urgency is Urgency.PERSON:
            self._obey(what, patience=0)
            self._fill()
            self._spend()
            return
        in_front = urgency is Urgency.EVENT
        self._in_front += in_front
        try:
            async with self._front if in_front else self._queue:
                while (wait := self._wait()) > 0 or (self._in_front and not in_front):
                    self._obey(what, patience=_PATIENCE)
                    await asyncio.sleep(max(wait, _SHORTEST_WAIT))
                self._spend()
        finally:
            self._in_front -= in_front

    def slow_down(self, retry_after: float | None) -> None:
        """Take note of a 429: keep still as long as the vendor asks, within an hour, and go on at half the rate.

        Answers to requests that were under way already do not halve it again.
        """
        now = monotonic()
        if not self.pause:
            self._rate = max(self._rate / 2, _SLOWEST)
            self._slowed = now
        pause = min(_PAUSE if retry_after is None else retry_after, _LONGEST_PAUSE)
        self._paused_until = max(self._paused_until, now + pause)

    def _obey(self, what: str, *, patience: float) -> None:
        if (pause := self.pause) > patience:
            raise RateLimited(f"{what}: not sent, since the vendor asked to wait", pause)

    def _wait(self) -> float:
        self._fill()
        return max(self.pause, (1 - self._tokens) / self._rate)

    def _fill(self) -> None:
        now = monotonic()
        if self._rate < self._full_rate and now - self._slowed > _RECOVERY:
            self._rate = min(self._rate * 2, self._full_rate)
            self._slowed = now
        self._tokens = min(self._burst, self._tokens + (now - self._filled) * self._rate)
        self._filled = now

    def _spend(self) -> None:
        # The debt of urgent requests is bounded, or a busy hour would silence the background for as long.
        self._tokens = max(self._tokens - 1, -self._burst)
        self._taken.append(monotonic())
