"""Past events: ``/specialarchiveevents``, ``/archive_events`` and the directory ``/archive_event_types``."""

import asyncio
from collections.abc import Iterable
from itertools import islice
from typing import Literal

from aiohttp import web

from ..switches import Json
from .access import User
from .cameras import DAY, Camera
from .happening import Event
from .kinds import BY_ID
from .rest import FORBIDDEN
from .system import SERVER, System
from .telling import archive_object, printed, stream_objects
from .wire import dressed, parameters, pretty, read_dotted, read_object, refuse, root, root_body

PAGE = 1000
"""The most events of one answer."""
HISTORY = 30 * DAY
"""How long events are kept; chosen here."""
_CHANNEL_KEYS = ("channelIds", "cameraIds")


class Archive:
    """Finds what the streams have told, or would have."""

    def __init__(self, system: System) -> None:
        self._system = system

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        quirks = self._system.quirks
        return [
            web.get("/specialarchiveevents", root(self._special, quirks), allow_head=False),
            web.post("/archive_events", root(self._events, quirks)),
            web.get("/archive_event_types", root(self._types, quirks), allow_head=False),
        ]

    def _asked(self, request: web.Request) -> User:
        user = self._system.user(request)
        if not user.may_look_back():
            refuse(403, FORBIDDEN)
        return user

    def _cameras(self, request: web.Request, user: User, wanted: frozenset[str]) -> list[Camera]:
        """Return the cameras whose events are asked for; with none named, those whose events the server tells."""
        system, server = self._system, request.app[SERVER]
        if wanted:
            cameras = [found for name in wanted if (found := system.reachable(name, server)) is not None]
        else:
            cameras = list(system.cameras.values()) if system.quirks.events_of == "all" else system.attached(server)
        return [camera for camera in cameras if user.knows(camera.id)]

    async def _special(self, request: web.Request) -> web.Response:
        user, query, quirks = self._asked(request), parameters(request), self._system.quirks
        kind, channel = query.get("eventid", "").lower(), query.get("channelid", "").lower()
        if not kind and quirks.eventid_required:
            refuse(400, "eventid is missing")
        start, end = read_dotted(query.get("starttime", "")), read_dotted(query.get("endtime", ""))
        cameras = self._cameras(request, user, frozenset({channel} if channel else ()))
        kinds = frozenset({kind}) if kind else None
        text = await asyncio.to_thread(self._page, cameras, kinds, start, end)
        return web.Response(body=root_body(text, quirks) if text else b"", content_type="application/json")

    def _page(self, cameras: list[Camera], kinds: frozenset[str] | None, start: float, end: float) -> str:
        system, zone = self._system, self._system.simulation.world.time_zone
        known = {camera.id: camera for camera in cameras}
        found = self._find(cameras, kinds, start, end, PAGE, backwards=False)
        return "".join(
            printed(fields)
            for event in found
            for fields in stream_objects(
                event,
                known[event.camera_id],
                system.portraits.of(event, known[event.camera_id]),
                zone,
                system.quirks,
            )
        )

    def _find(
        self,
        cameras: list[Camera],
        kinds: frozenset[str] | None,
        start: float,
        end: float,
        limit: int,
        *,
        backwards: bool,
    ) -> Iterable[Event]:
        """Return the first events of a period, its last moment included."""
        start = max(start, self._system.now - HISTORY)
        return islice(self._system.log.find(cameras, kinds, start, end + 1e-6, backwards=backwards), limit)

    async def _events(self, request: web.Request) -> web.Response:
        user, quirks = self._asked(request), self._system.quirks
        body = {name.lower(): value for name, value in (await read_object(request)).items()}
        kinds, categories = _ids(body.get("eventids")), body.get("eventcategories")
        keys = _CHANNEL_KEYS if quirks.archive_channels == "any" else (quirks.archive_channels,)
        wanted = frozenset[str]().union(*(_ids(body.get(key.lower())) for key in keys))
        if isinstance(categories, list) and categories:
            in_category = {kind.id for kind in BY_ID.values() if kind.category in categories}
            kinds = kinds & in_category if kinds else frozenset(in_category)
            if not kinds:
                return self._answer([])
        limit = body.get("searchlimitcount", PAGE)
        if not isinstance(limit, int) or limit < 1:
            refuse(400, "searchLimitCount is not valid")
        start = read_dotted(str(body.get("starttimeutc", "")))
        end = read_dotted(str(body.get("endtimeutc", "")))
        answer = await asyncio.to_thread(
            self._list,
            self._cameras(request, user, wanted),
            kinds or None,
            start,
            end,
            min(limit, PAGE),
            "Asc" if body.get("issearchfrombegin") is True else "Desc",
        )
        return self._answer(answer)

    def _list(
        self,
        cameras: list[Camera],
        kinds: frozenset[str] | None,
        start: float,
        end: float,
        limit: int,
        order: Literal["Asc", "Desc"],
    ) -> list[Json]:
        system, zone = self._system, self._system.simulation.world.time_zone
        known = {camera.id: camera for camera in cameras}
        return [
            archive_object(
                event,
                known[event.camera_id],
                system.portraits.of(event, known[event.camera_id]),
                zone,
                system.quirks,
            )
            for event in self._find(cameras, kinds, start, end, limit, backwards=order == "Desc")
        ]

    def _answer(self, events: list[Json]) -> web.Response:
        quirks = self._system.quirks
        value: Json = {"events": events} if quirks.archive_answer == "object" else events
        return web.Response(body=root_body(pretty(value), quirks), content_type="application/json")

    async def _types(self, request: web.Request) -> web.Response:
        self._asked(request)
        quirks = self._system.quirks
        kinds: list[Json] = [{"Id": kind.id, "Name": kind.name(quirks.language)} for kind in BY_ID.values()]
        return web.Response(body=root_body(pretty(dressed(kinds, quirks)), quirks), content_type="application/json")


def _ids(value: Json | None) -> frozenset[str]:
    return frozenset(str(part).lower() for part in value) if isinstance(value, list) else frozenset()
