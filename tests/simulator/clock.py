"""The simulated clock: real time with an offset and a rate, which the control port moves."""

from datetime import UTC, datetime
import time


class Clock:
    """Tells the world's time as Unix seconds; starts as real time and is moved from outside only."""

    def __init__(self) -> None:
        self._rate = 1.0
        self._real_origin = self._world_origin = time.time()

    def now(self) -> float:
        """Return the world's Unix time in seconds."""
        return self._world_origin + (time.time() - self._real_origin) * self._rate

    @property
    def rate(self) -> float:
        """World seconds per real second."""
        return self._rate

    def advance(self, seconds: float) -> None:
        """Jump by ``seconds``, which may be negative."""
        self._world_origin += seconds

    def set(self, moment: float) -> None:
        """Jump to a Unix time."""
        self._real_origin, self._world_origin = time.time(), moment

    def set_rate(self, rate: float) -> None:
        """Run at ``rate`` world seconds per real second from now on, without a jump; 0 stops the clock."""
        self.set(self.now())
        self._rate = rate

    def reset(self) -> None:
        """Return to real time."""
        self._rate = 1.0
        self.set(time.time())


def iso(moment: float) -> str:
    """Return a Unix time as ISO-8601 in whole seconds of UTC, ``2026-04-10T08:00:00Z``."""
    return datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
