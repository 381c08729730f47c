"""Reports of what was counted in a period."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

MOST_INTERVALS = 400
"""Into how many intervals a period may be cut: each costs a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountQuery:
    """Counts of the lines of cameras in a period, by intervals of the given number of minutes.

    No cameras stand for all that count. Where a vendor takes local times, they are sent in the zone that they have.
    """

    start: datetime
    end: datetime
    cameras: tuple[str, ...] = ()
    interval: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCounts:
    """What crossed a line, by the vendor's class of things, and what its counters showed at the beginning."""

    id: str
    name: str
    before: Mapping[str, int]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountReport:
    """What crossed the lines of a camera in a period."""

    camera: str
    start: datetime
    end: datetime
    lines: tuple[LineCounts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorQuery:
    """Visitors of cameras in a period, by intervals of the given number of minutes.

    With `unique_only` genders, ages and emotions are those of unique visitors; `aggregate` asks for one report of all
    cameras. Whoever belongs to one of the groups, given by the vendor's ids, is left out.
    """

    start: datetime
    end: datetime
    cameras: tuple[str, ...]
    interval: int | None = None
    unique_only: bool = False
    without_groups: tuple[str, ...] = ()
    aggregate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorReport:
    """Visitors in a period, at one camera or (None) at several together; counts by the vendor's categories."""

    camera: str | None
    start: datetime
    end: datetime
    total: int
    unique: int
    genders: Mapping[str, int]
    ages: Mapping[str, int]
    emotions: Mapping[str, int]


def shares(counts: Mapping[str, int]) -> dict[str, float]:
    """Return percent of the sum; none where nothing was counted.

    Of the sum: vendors leave open whether all or only unique visitors are in a distribution.
    """
    total = sum(counts.values())
    return {name: round(100 * count / total, 1) for name, count in counts.items()} if total else {}
