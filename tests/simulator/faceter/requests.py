"""What clients send: the query of events, a new event, an export."""

import base64
import binascii
from dataclasses import dataclass

from multidict import MultiMapping

from ..switches import Json, JsonObject
from .cameras import DAY
from .events import EVENT_TYPES, Event, Query, Snapshot
from .quirks import Quirks
from .wire import INT32_MAX, INT64_MAX, read_callback, read_date, read_int, read_uuid, refuse

DEFAULT_LIMIT = 100
LARGEST_LIMIT = 1000
"""Neither is documented; a larger limit is served as the largest."""
DEFAULT_PERIOD = DAY
_IMAGE_STARTS = (b"\xff\xd8\xff", b"\x89PNG")


@dataclass(frozen=True, slots=True)
class Period:
    """An interval of the archive: start in Unix seconds, length in seconds."""

    start: float
    seconds: int

    @property
    def end(self) -> float:
        """Where it ends."""
        return self.start + self.seconds


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is to be exported, with sound or not, and who is to be told."""

    period: Period
    audio: bool
    callback_url: str | None


def read_query(query: MultiMapping[str], now: float, quirks: Quirks) -> Query:
    """Read the query of events. Types may be repeated or separated by commas; names in any case, as in ASP.NET."""
    names = {name.lower(): name for name in EVENT_TYPES}
    types: set[str] = set()
    for part in ",".join(query.getall("eventTypes", [])).split(","):
        if part:
            types.add(names.get(part.strip().lower()) or refuse(400, f"unknown event type {part}"))
    if quirks.dates_required and not ("startDate" in query and "endDate" in query):
        refuse(400, "startDate and endDate are required")
    end = read_date(query["endDate"], "endDate") if "endDate" in query else now
    start = read_date(query["startDate"], "startDate") if "startDate" in query else end - DEFAULT_PERIOD
    if start > end:
        refuse(400, "startDate is after endDate")
    limit = read_int(query.get("limit", str(DEFAULT_LIMIT)), "limit", low=1, high=INT32_MAX)
    merge = query.get("mergeInterval")
    order = query.get("sortOrder", "None").capitalize()
    if order not in ("None", "Asc", "Desc"):
        refuse(400, "sortOrder is None, Asc or Desc")
    return Query(
        start=start,
        end=end,
        types=frozenset(types),
        merge_seconds=None if merge is None else read_int(merge, "mergeInterval", low=0, high=INT32_MAX),
        limit=min(limit, LARGEST_LIMIT),
        order=quirks.unsorted if order == "None" else "Desc" if order == "Desc" else "Asc",
        overlap=quirks.window == "overlap",
    )


def read_event(body: JsonObject, now: float) -> Event:
    """Read an event to be created. Which fields are required is not documented: here id, type and start are."""
    kind = body.get("eventType")
    if kind not in EVENT_TYPES:
        refuse(400, "eventType is unknown")
    start = read_date(body.get("startDate"), "startDate")
    instant = body.get("instant", False)
    if not isinstance(instant, bool):
        refuse(400, "instant is not true or false")
    given_end = body.get("endDate")
    end = read_date(given_end, "endDate") if given_end is not None else (start if instant else None)
    if end is not None and end < start:
        refuse(400, "endDate is before startDate")
    _check_grid(body.get("grid"))
    attributes = body.get("attributes")
    if not isinstance(attributes, dict | None) or not all(isinstance(v, str) for v in (attributes or {}).values()):
        refuse(400, "attributes is not an object of strings")
    snapshot = _read_snapshot(body.get("snapshot"), "snapshot")
    closer = _read_snapshot(body.get("objectSnapshot"), "objectSnapshot")
    return Event(
        id=read_uuid(body.get("eventId"), "eventId"),
        type=kind,
        start=start,
        end=end,
        attributes=({key: str(value) for key, value in attributes.items()},) if attributes else (),
        snapshot=closer if snapshot.absent else snapshot,
    )


def injected_event(event_id: str, raw: JsonObject, now: float) -> Event:
    """Return an event the control port puts on a camera's timeline; ``raw`` replaces fields of the answer."""
    kind = raw.get("type")
    start, end = raw.get("startTime"), raw.get("endTime")
    return Event(
        id=event_id,
        type=kind if kind in EVENT_TYPES else "Custom",
        start=read_date(start, "startTime") if isinstance(start, str) else now,
        end=read_date(end, "endTime") if isinstance(end, str) else None,
        attributes=(),
        snapshot=Snapshot(now),
        raw=raw,
    )


def read_period(start: Json, seconds: Json, name: str, *, now: float, limit: int, high: int = INT32_MAX) -> Period:
    """Read an interval of the archive; ``name`` is what the request calls the length."""
    period = Period(read_date(start, "startDate"), read_int(seconds, name, low=1, high=high))
    if period.seconds > limit:
        refuse(400, f"{name} is more than {limit}")
    if period.start >= now:
        refuse(400, "startDate is in the future")
    return period


def read_clip(query: MultiMapping[str], *, now: float, limit: int) -> Period:
    """Read the query of a clip."""
    return read_period(query.get("startDate"), query.get("duration"), "duration", now=now, limit=limit, high=INT64_MAX)


def read_export(body: JsonObject, *, now: float, limit: int, with_video: bool) -> ExportRequest:
    """Read the body of an export; ``audioEnabled`` belongs to video exports only."""
    seconds = body.get("durationSeconds")
    if isinstance(seconds, str):
        refuse(400, "durationSeconds is not a whole number")
    period = read_period(body.get("startDate"), seconds, "durationSeconds", now=now, limit=limit)
    audio = body.get("audioEnabled", False) if with_video else True
    if not isinstance(audio, bool):
        refuse(400, "audioEnabled is not true or false")
    return ExportRequest(period, audio, read_callback(body))


def _check_grid(grid: Json) -> None:
    if grid is None:
        return
    if not isinstance(grid, dict):
        refuse(400, "grid is not an object")
    rows, cols, cells = grid.get("rows"), grid.get("cols"), grid.get("cells")
    if not isinstance(rows, int) or not isinstance(cols, int) or not isinstance(cells, list):
        refuse(400, "grid needs rows, cols and cells")
    if len(cells) != rows * cols or any(cell not in (0, 1) for cell in cells):
        refuse(400, "grid.cells has not one 0 or 1 for each of rows x cols")


def _read_snapshot(value: Json, name: str) -> Snapshot:
    """Read "base64-or-url"; any other text, like the vendor's own sample, is accepted and gives no picture."""
    if value is None:
        return Snapshot(absent=True)
    if not isinstance(value, str):
        refuse(400, f"{name} is not a text")
    if value.startswith(("http://", "https://")):
        return Snapshot(url=value)
    try:
        content = base64.b64decode(value.partition("base64,")[2] or value, validate=True)
    except binascii.Error:
        return Snapshot(absent=True)
    return Snapshot(content=content) if content.startswith(_IMAGE_STARTS) else Snapshot(absent=True)
