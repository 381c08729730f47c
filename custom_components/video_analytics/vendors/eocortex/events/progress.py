"""How far the events of one kind have been read at one server."""

from datetime import UTC, datetime, timedelta
from typing import Self

import orjson

from ...models.moments import Moment

OVERLAP = timedelta(minutes=5)
"""How late an event may get into the archive, and still be told after an interruption."""
_MOST = 4096


class Progress:
    """All before the floor has been told, and of what came since some: the ids that are kept.

    What the stream tells is new unless its id is known; the floor is for the archive, which tells everything again.
    """

    def __init__(self, floor: datetime, told: dict[str, datetime] | None = None) -> None:
        """Begin at a time; the servers write whole seconds."""
        self.floor = floor.replace(microsecond=0)
        self._told = told or {}

    @classmethod
    def resume(cls, position: str | None, floor: datetime) -> Self:
        """Go on at a position; at `floor` without one, or with one that cannot be read."""
        try:
            stored = orjson.loads(position or "")
            told = {key: datetime.fromtimestamp(start, UTC) for key, start in stored["told"]}
            return cls(datetime.fromtimestamp(stored["floor"], UTC), told)
        except ValueError, TypeError, KeyError, OverflowError:
            return cls(floor)

    @property
    def position(self) -> str:
        """Return where to go on after a restart."""
        told = [[key, start.timestamp()] for key, start in self._told.items()]
        return orjson.dumps({"floor": self.floor.timestamp(), "told": told}).decode()

    def take(self, moment: Moment, *, past: bool) -> bool:
        """Tell whether a moment has not been told yet, and take note of it."""
        if moment.id in self._told or (past and moment.start < self.floor):
            return False
        self._told[moment.id] = moment.start
        return True

    def reach(self, until: datetime) -> None:
        """Take note that all until then has been told, except what is late."""
        self.floor = max(self.floor, (until - OVERLAP).replace(microsecond=0))
        self._told = {key: start for key, start in self._told.items() if start >= self.floor}
        if len(self._told) > _MOST:
            youngest = sorted(self._told.items(), key=lambda item: item[1])[-_MOST:]
            self.floor = max(self.floor, youngest[0][1].replace(microsecond=0))
            self._told = dict(youngest)
