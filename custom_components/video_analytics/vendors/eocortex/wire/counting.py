"""What is counted: counters of lines and areas, reports of lines, and reports of visitors."""

from collections.abc import Mapping
from dataclasses import dataclass

from ...wire import named, required
from .row import Row

LINE = "linesection"
AREA = "zone"
_CATEGORIES = {
    name.lower(): name
    for name in (
        *("Person", "Car", "Bus", "Truck", "Motorbike", "Animal"),
        *("Female", "Male", "Young", "Adult", "MiddleAged", "Senior", "Positive", "Neutral", "Negative"),
    )
}


@dataclass(frozen=True, kw_only=True)
class ZoneCounters(Row):
    """A line or an area; only the classes that are switched on are counted."""

    id: str = required("Id")
    name: str | None = named("Name")
    type: str | None = named("Type")
    current_counts: dict[str, int] | None = named("CurrentCounts")


@dataclass(frozen=True, kw_only=True)
class ChannelCounters(Row):
    """A camera that counts: guide, "GET /api/object_counting/current_counters"."""

    id: str = required("Id")
    channel_name: str | None = named("ChannelName")
    zones: tuple[ZoneCounters, ...] | None = named("Zones")

    LISTS = frozenset({"Zones"})


@dataclass(frozen=True, kw_only=True)
class LineReport(Row):
    """What crossed a line in a period; only the classes that are switched on are counted."""

    id: str = required("Id")
    name: str | None = named("Name")
    start_counts: dict[str, int] | None = named("StartCounts")
    total_counts: dict[str, int] | None = named("TotalCounts")


@dataclass(frozen=True, kw_only=True)
class ChannelReport(Row):
    """A camera that counts at lines: guide, "GET /api/object_counting/report"."""

    id: str = required("Id")
    channel_name: str | None = named("ChannelName")
    zones: tuple[LineReport, ...] | None = named("Zones")

    LISTS = frozenset({"Zones"})


@dataclass(frozen=True, kw_only=True)
class Visitors(Row):
    """Visitors of a camera; of all that were asked for where none is named."""

    channel_id: str | None = named("ChannelId")
    total_visitors: int = required("TotalVisitors")
    unique_visitors: int = required("UniqueVisitors")
    gender_distribution: dict[str, int] | None = named("GenderDistribution")
    age_distribution: dict[str, int] | None = named("AgeDistribution")
    emotion_distribution: dict[str, int] | None = named("EmotionDistribution")


@dataclass(frozen=True, kw_only=True)
class VisitorsAnswer(Row):
    """The answer: guide, "GET /api/unique_visitor/report"."""

    report: tuple[Visitors, ...] = required("Report")

    LISTS = frozenset({"Report"})


def spelt_as_documented(counts: Mapping[str, int] | None) -> dict[str, int]:
    """Return counts by the guide's names of their categories; those are keys, the case of which differs."""
    return {_CATEGORIES.get(name.lower(), name): count for name, count in (counts or {}).items()}
