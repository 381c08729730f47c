"""Servers with a stream of events and an archive of them."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
import json
from typing import Any, override

from aiohttp import web
import orjson

from tests.vendors.eocortex.system import System, camera_id
from tests.vendors.server import Server

from .rows import KEEP_ALIVE, ZONE

FORMAT = "%d.%m.%Y %H:%M:%S"
PAGE = 1000


def printed(row: dict[str, Any]) -> bytes:
    """Return an object as the servers print it."""
    return json.dumps(row, ensure_ascii=False, indent="\t", separators=(",", " : ")).replace("\n", "\r\n").encode()


def wall(ago: float = 0) -> str:
    """Return a time before now, in UTC."""
    return (datetime.now(UTC) - timedelta(seconds=ago)).strftime(FORMAT)


def began(row: dict[str, Any]) -> datetime:
    """Return when an event began."""
    return datetime.strptime(row["Timestamp"], FORMAT).replace(tzinfo=UTC)


class Vms(System):
    """A system that pushes what tests say, and keeps it."""

    def __init__(self, *servers: Server) -> None:
        """Begin with an empty archive."""
        self.archive: list[dict[str, Any]] = []
        self.names = [{"Id": ZONE, "Name": "Camera connection lost"}]
        self.streams: dict[Server, list[web.StreamResponse]] = {server: [] for server in servers}
        self.refused: set[str] = set()
        """Paths that are answered with 403."""
        self.down: set[str] = set()
        """Paths that are answered with 503."""
        self.newest_first = False
        super().__init__(*servers)

    @override
    def _serve(self, number: int, server: Server) -> Callable[[web.BaseRequest], Any]:
        others = super()._serve(number, server)

        async def respond(request: web.BaseRequest) -> web.StreamResponse:
            if server in self.silent or request.path in self.answers:
                return await others(request)
            if request.path in self.refused | self.down:
                return web.Response(status=403 if request.path in self.refused else 503)
            match request.path:
                case "/event":
                    return await self._stream(server, request)
                case "/specialarchiveevents":
                    return web.Response(body=b"\xef\xbb\xbf" + b"".join(map(printed, self._page(number, request))))
                case "/archive_events":
                    return web.Response(body=orjson.dumps(self._found(number, orjson.loads(await request.read()))))
                case "/archive_event_types":
                    return web.Response(body=orjson.dumps(self.names))
                case _:
                    return await others(request)

        return respond

    async def _stream(self, server: Server, request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"\xef\xbb\xbf" + printed(KEEP_ALIVE))
        self.streams[server].append(response)
        transport = request.transport
        while response in self.streams[server] and transport and not transport.is_closing():  # noqa: ASYNC110  # no event tells it
            await asyncio.sleep(0.01)
        self.streams[server] = [stream for stream in self.streams[server] if stream is not response]
        if transport:
            transport.close()
        return response

    def _own(self, number: int) -> list[dict[str, Any]]:
        """Return the events of the cameras of a server; the first has those of none, too."""
        return [row for row in self.archive if (row["ChannelId"] == camera_id(2)) == (number == 2)]

    def _page(self, number: int, request: web.BaseRequest) -> list[dict[str, Any]]:
        query = {key.lower(): text for key, text in request.query.items()}
        start, end = (datetime.strptime(query[key], FORMAT).replace(tzinfo=UTC) for key in ("starttime", "endtime"))
        found = [
            row
            for row in self._own(number)
            if row["EventId"] == query["eventid"]
            and start <= began(row) <= end
            and query.get("channelid") in (None, row["ChannelId"])
        ]
        return sorted(found, key=began, reverse=self.newest_first)[:PAGE]

    def _found(self, number: int, body: dict[str, Any]) -> list[dict[str, Any]]:
        start, end = (
            datetime.strptime(body[key], f"{FORMAT}.%f").replace(tzinfo=UTC) for key in ("startTimeUtc", "endTimeUtc")
        )
        found = [
            row
            for row in self._own(number)
            if row["EventId"] in body["eventIds"]
            and start <= began(row) <= end
            and row["ChannelId"] in body.get("channelIds", [row["ChannelId"]])
        ]
        found.sort(key=began, reverse=not body["isSearchFromBegin"])
        return found[: body["searchLimitCount"]]

    async def push(self, *rows: dict[str, Any], keep: bool = True, at: int = 0) -> None:
        """Let something happen: the stream tells it, and the archive keeps it."""
        if keep:
            self.archive += rows
        for stream in list(self.streams[self.servers[at]]):
            with suppress(ConnectionError):  # one whose client has left
                await stream.write(b"\r\n".join(map(printed, rows)))

    def cut(self) -> None:
        """Break all streams."""
        for server in self.servers:
            self.streams[server] = []
