"""Times of events, as the culture of the server writes them.

The wall clock of an event comes up to three times, and it is not said in which zone: `Timestamp` and `BinaryTimestamp`
carry the same digits as `ZonedTimestamp`, though the latter adds an offset (facts, section 5.1). So there are two
readings, and what happens now shows which one holds.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
import re
from typing import NamedTuple

from ...json import JsonValue, read_datetime

_STAMP = re.compile(
    r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})[T ]+(\d{1,2})[.:](\d{2})[.:](\d{2})(?:[.,](\d{1,7}))?"
    r"\s*([AP]M)?\s*(?:([+-])(\d{1,2}):?(\d{2})|Z)?",
    re.IGNORECASE,
)
_TICKS = (1 << 62) - 1
_TICKS_PER_MICROSECOND = 10
_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
_PRESENT = timedelta(minutes=10)
"""How far the right reading of what happens now may be from the server's present."""


class Stamp(NamedTuple):
    """The wall clock in whole seconds, which tells events apart, and the readings of it, both in UTC."""

    wall: str
    utc: datetime
    zoned: datetime | None = None


def read_stamp(row: Mapping[str, JsonValue]) -> Stamp:
    """Read the times of a row, whose keys are in lower case. Raises ValueError when it has none."""
    zoned, offset = _read(row.get("zonedtimestamp"))
    plain, own_offset = _read(row.get("timestamp"))
    if own_offset is not None and offset is None:
        zoned, offset = plain, own_offset
    wall = plain or zoned or _read_binary(row.get("binarytimestamp"))
    if wall is None:
        raise ValueError("no time that can be read")
    # Only some of the times have fractions; the others have the same second.
    fine = max((wall, *(other for other in (zoned,) if other and other.replace(microsecond=0) == wall)))
    try:
        return Stamp(
            wall.replace(microsecond=0, tzinfo=None).isoformat(),
            fine,
            zoned - offset if zoned is not None and offset is not None else None,
        )
    except OverflowError:
        raise ValueError("a time out of all bounds") from None


class Clock:
    """Which reading of a server's times holds."""

    def __init__(self) -> None:
        """Begin with UTC, as the archive is asked in it."""
        self._is_zoned: bool | None = None

    def live(self, stamp: Stamp, present: datetime) -> datetime:
        """Return when something began that is told now; the present, where no reading comes near it."""
        readings = [(abs(found - present), zoned, found) for zoned, found in _readings(stamp)]
        distance, zoned, found = min(readings)
        if distance > _PRESENT:
            return present
        if stamp.zoned not in (None, stamp.utc):
            self._is_zoned = zoned
        return found

    def past(self, stamp: Stamp, start: datetime, end: datetime) -> datetime:
        """Return when something began that was asked for by a window."""
        readings = dict(_readings(stamp))
        if self._is_zoned is not None:
            return readings.get(self._is_zoned, stamp.utc)
        return next((found for found in readings.values() if start <= found <= end), stamp.utc)


def _readings(stamp: Stamp) -> list[tuple[bool, datetime]]:
    return [(False, stamp.utc), *([(True, stamp.zoned)] if stamp.zoned else [])]


def _read(value: JsonValue) -> tuple[datetime | None, timedelta | None]:
    """Read a wall clock and its offset, which is rarely there."""
    if not isinstance(value, str):
        return None, None
    if (match := _STAMP.fullmatch(value.strip())) is None:
        return _read_iso(value)
    first, second, year, hour, minute, seconds = (int(match[group]) for group in range(1, 7))
    if match[8]:
        hour = hour % 12 + (12 if match[8].upper() == "PM" else 0)
    day, month = (first, second) if second <= 12 else (second, first)
    try:
        micros = int((match[7] or "").ljust(7, "0")[:6])
        wall = datetime(year, month, day, hour, minute, seconds, micros, UTC)
    except ValueError:
        return None, None
    if not match[9]:
        return wall, None
    offset = timedelta(hours=int(match[10]), minutes=int(match[11]))
    return wall, -offset if match[9] == "-" else offset


def _read_iso(value: str) -> tuple[datetime | None, timedelta | None]:
    """Read ISO 8601, as the newer resources write it."""
    try:
        return read_datetime(value), None
    except ValueError:
        return None, None


def _read_binary(value: JsonValue) -> datetime | None:
    """Read .NET's `DateTime.ToBinary()`: two bits for the kind, the others count 100 ns since the year 1."""
    try:
        ticks = int(value) & _TICKS if isinstance(value, int | str) else None
        return None if not ticks else _EPOCH + timedelta(microseconds=ticks // _TICKS_PER_MICROSECOND)
    except ValueError, OverflowError:
        return None
