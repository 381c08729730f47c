"""How far one camera or person has been read, and which of its moments have been told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

import orjson

from .models.moments import Moment

OVERLAP = timedelta(minutes=5)
"""How late a moment may become visible at the vendor after a younger one, and still be told."""
LONGEST = timedelta(minutes=30)
"""How long the end of a moment is waited for."""
REMEMBERED = 2048
"""So many ids are kept at least, in case a clock is set back: an hour of a busy camera several times over."""
MOST = 4096
_CLOCK_ERROR = timedelta(seconds=10)

type _Details = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """A moment that was told; its details are not known any more after a restart."""

    start: datetime
    lasts: bool
    details: _Details | None


class Track:
    """Sifts what a vendor sends again and again: every moment is told once, and again when it changed.

    Moments that start before the floor are history, or too late. The floor only rises, behind the youngest moment by
    the overlap, so that nothing is told twice however little is remembered; except when the vendor's clock is set back,
    for then it would swallow all that happens until the clock has caught up.
    """

    def __init__(self, floor: datetime, told: dict[str, _Told] | None = None) -> None:
        """Start at a time; vendors that write whole seconds would put what happens in this second before it."""
        self._floor = floor.replace(microsecond=0)
        self._told = told or {}

    @classmethod
    def resume(cls, position: str | None, present: datetime) -> Self:
        """Go on at a position; at the present without one, or with one that cannot be read."""
        try:
            stored = orjson.loads(position or "")
            told = {
                key: _Told(datetime.fromtimestamp(start, UTC), bool(lasts), None)
                for key, start, lasts in stored["told"]
            }
            return cls(datetime.fromtimestamp(stored["floor"], UTC), told)
        except ValueError, TypeError, KeyError, OverflowError:
            return cls(present)

    @property
    def position(self) -> str:
        """Return where to go on after a restart: the floor, and what has been told of the time since."""
        told = [
            [key, told.start.timestamp(), int(told.lasts)]
            for key, told in self._told.items()
            if told.lasts or told.start >= self._floor
        ]
        return orjson.dumps({"floor": self._floor.timestamp(), "told": told}).decode()

    def lasts(self, present: datetime) -> bool:
        """Tell whether the end of a moment is being waited for."""
        return any(self._is_watched(told, present) for told in self._told.values())

    def since(self, present: datetime) -> datetime:
        """Return from when on the vendor should be asked."""
        if present + _CLOCK_ERROR < self._floor:
            self._floor = present.replace(microsecond=0)
        watched = [told.start for told in self._told.values() if self._is_watched(told, present)]
        return min([self._floor, *watched])

    def sift(self, moments: Iterable[Moment], present: datetime) -> tuple[list[Moment], list[Moment]]:
        """Return new moments and changed ones of a page, oldest first.

        All that lies between the time asked for and the page's youngest moment has to be in it, or in earlier ones.
        """
        new: list[Moment] = []
        changed: list[Moment] = []
        youngest = self._floor
        for moment in sorted(moments, key=lambda moment: moment.start):
            youngest = max(youngest, moment.start)
            known = self._told.get(moment.id)
            told = _Told(moment.start, _lasts(moment), _details(moment))
            if known is None:
                if moment.start < self._floor:
                    continue
                new.append(moment)
            elif (known.details or told.details) != told.details or known.lasts != told.lasts:
                changed.append(moment)
            self._told[moment.id] = told
        # A moment in the future is one of a clock that is wrong: it must not hide the present ones.
        self._floor = max(self._floor, min(youngest, present) - OVERLAP)
        self._forget(present)
        return new, changed

    def _is_watched(self, told: _Told, present: datetime) -> bool:
        return told.lasts and present - told.start < LONGEST

    def _forget(self, present: datetime) -> None:
        old = [
            key for key, told in self._told.items() if told.start < self._floor and not self._is_watched(told, present)
        ]
        for key in old[:-REMEMBERED]:
            del self._told[key]
        if (excess := len(self._told) - MOST) > 0:
            oldest = sorted(self._told, key=lambda key: self._told[key].start)[:excess]
            self._floor = max(self._floor, self._told[oldest[-1]].start + timedelta(microseconds=1))
            for key in oldest:
                del self._told[key]


def _lasts(moment: Moment) -> bool:
    return moment.end is None and not moment.instant


def _details(moment: Moment) -> _Details:
    """Return what listeners need to be told of when it changes after the moment was first seen."""
    return moment.subject, moment.recognition, moment.picture is not None
