"""Events at the root of a server, described in the vendor's HTTP API guide (facts, sections 5, 6 and 8.1)."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
import re

from ...errors import Rejected
from ...json import JsonObject, JsonValue, as_object, as_objects, loads, loads_after_preamble
from ..wire.events import EventKind
from ..wire.row import value
from .caller import Caller

PAGE = 1000
"""Events in an answer of `/specialarchiveevents`, at most."""
_PREAMBLE = 4096
_ERROR = re.compile(r"error[ -]?code\W*(-?\d+)(?:.*?message[ \t]*[:=]?[ \t]*([^\r\n]*))?", re.IGNORECASE | re.DOTALL)

type Chunks = AbstractAsyncContextManager[AsyncIterator[bytes]]


class EventsApi:
    """Events of the cameras of a server, present and past."""

    def __init__(self, caller: Caller) -> None:
        """Belong to a server."""
        self._caller = caller

    def stream(self) -> Chunks:
        """Open the endless stream of events: `GET /event?responsetype=json`.

        Without a filter: only a single kind could be named.
        """
        return self._caller.stream("/event", {"responsetype": "json"})

    def archive(
        self, event_id: str, start: datetime, end: datetime, *, channel: str | None = None, urgent: bool = False
    ) -> Chunks:
        """Open the events of a kind and a period: `GET /specialarchiveevents`; at most `PAGE`, one after the other."""
        query = {
            "startTime": event_time(start),
            "endTime": event_time(end),
            "eventid": event_id,
            "channelid": channel,
            "responsetype": "json",
        }
        return self._caller.stream("/specialarchiveevents", query, urgent=urgent)

    async def search(
        self,
        event_ids: Sequence[str],
        start: datetime,
        end: datetime,
        *,
        channels: Sequence[str] = (),
        from_begin: bool,
        limit: int,
    ) -> tuple[JsonObject, ...]:
        """Return events of several kinds: `POST /archive_events`.

        The channels are called differently in each source, so that two of the names are sent. Some sources expect the
        list of events inside an object.
        """
        body: dict[str, JsonValue] = {
            "startTimeUtc": event_time(start, fine=True),
            "endTimeUtc": event_time(end, fine=True),
            "eventIds": event_ids,
            "isSearchFromBegin": from_begin,
            "searchLimitCount": limit,
        }
        if channels:
            body |= {"channelIds": channels, "cameraIds": channels}
        answer = await self._caller.post("/archive_events", body)
        if isinstance(answer, dict) and isinstance(listed := value(answer, "events"), list):
            answer = listed
        return as_objects(answer or (), "archive_events")

    async def kinds(self) -> tuple[EventKind, ...]:
        """Return the kinds of events: `GET /archive_event_types`."""
        answer = await self._caller.get("/archive_event_types", {"responsetype": "json"}, decode=loads_after_preamble)
        return tuple(EventKind.read(row, "event type") for row in as_objects(answer or (), "archive_event_types"))

    async def registered(self) -> tuple[EventKind, ...]:
        """Return the kinds of events that are registered: `GET /command?type=getallregisteredevents`."""
        query = {"type": "getallregisteredevents", "responsetype": "json"}
        answer = await self._caller.get("/command", query, decode=loads_after_preamble)
        return tuple(EventKind.read(row, "event type") for row in as_objects(answer or (), "getallregisteredevents"))

    async def raise_external(self, channel: str, name: str, information: str | None = None) -> None:
        """Raise an external event at a camera: `/command?type=generateexternalevent`. Sent once, not tried again.

        Raises `Rejected` where the answer's lines of text carry another error code than 0.
        """
        query = {
            "type": "generateexternalevent",
            "channelid": channel,
            "systemname": name,
            "information": information,
            "responsetype": "json",
        }
        body = bytearray()
        async with self._caller.stream("/command", query) as chunks:
            async for chunk in chunks:
                body += chunk[: _PREAMBLE - len(body)]
        match = _ERROR.search(body.decode("utf-8-sig", "replace"))
        if match and int(match[1]):
            raise Rejected("generateexternalevent: refused", (match[2] or "").strip() or None)


def event_time(moment: datetime, *, fine: bool = False) -> str:
    """Write a time as the archive takes it, in UTC; `fine` with milliseconds."""
    moment = moment.astimezone(UTC)
    text = moment.strftime("%d.%m.%Y %H:%M:%S")
    return f"{text}.{moment.microsecond // 1000:03}" if fine else text


def read_object(body: bytes) -> JsonObject:
    """Decode one object of a stream. Raises `BadAnswer`."""
    return as_object(loads(body, "event"), "event")
