"""Somebody who listens to ``/event``, and readers of what the servers write."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
import json
import re
from typing import Any

import aiohttp

from .eocortex import Eocortex

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
FACE, PLATE = "427f1cc3-2c2f-4f50-8865-56ae99c3610d", "c9d6d086-c965-4cf8-aef6-85b3894e3a4a"
MOTION, MOTION_START = "00000000-0000-0000-0000-000000000033", "eb0bb455-b85f-4ac4-851f-f30a11797579"
SECONDS = 10
_BETWEEN = re.compile(rf"[{BOM}\r\n]*")


def objects(text: str) -> tuple[list[dict[str, Any]], str]:
    """Return the whole objects of a text, and what is left behind them."""
    found, decoder, position = [], json.JSONDecoder(), 0
    while begin := _BETWEEN.match(text, position):
        position = begin.end()
        try:
            value, position = decoder.raw_decode(text, position)
        except json.JSONDecodeError:
            break
        found.append(value)
    return found, text[position:]


class Listener:
    """An open stream."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response
        self.bytes = b""
        self._ready: list[dict[str, Any]] = []
        self._rest = b""

    async def anything(self) -> dict[str, Any]:
        """Return the next object; raise EOFError at the end."""
        async with asyncio.timeout(SECONDS):
            while not self._ready:
                chunk = await self.response.content.readany()
                if not chunk:
                    raise EOFError
                self.bytes += chunk
                self._rest += chunk
                if not self._rest.rstrip().endswith(b"}"):
                    continue
                self._ready, rest = objects(self._rest.decode())
                self._rest = rest.encode()
        return self._ready.pop(0)

    async def event(self, kind: str | None = None) -> dict[str, Any]:
        """Return the next event, of a kind."""
        while True:
            found = await self.anything()
            if found.get("Comment") != "KeepAlive" and kind in (None, found.get("EventId")):
                return found

    async def quiet(self, seconds: float) -> bool:
        """Return whether nothing comes for so long."""
        try:
            async with asyncio.timeout(seconds):
                await self.anything()
        except TimeoutError:
            return True
        return False


@asynccontextmanager
async def listening(
    eocortex: Eocortex, *, server: int = 0, user: tuple[str, str] | None = None, **query: str
) -> AsyncIterator[Listener]:
    """Open a stream."""
    login, sent = user or eocortex.administrator
    headers = {"Authorization": aiohttp.encode_basic_auth(login, sent, "utf-8")}
    params = {"responsetype": "json", **query}
    async with eocortex.session.get(
        eocortex.servers[server] + "/event", headers=headers, params=params, timeout=aiohttp.ClientTimeout(None)
    ) as response:
        assert response.status == 200
        yield Listener(response)


async def past(eocortex: Eocortex, kind: str, start: str, end: str, **options: Any) -> list[dict[str, Any]]:
    """Return what ``/specialarchiveevents`` tells of a kind, dates as ISO."""
    wanted = {name.lower(): value for name, value in options.pop("query", {}).items()}
    query = {"startTime": dotted(start), "endTime": dotted(end), "eventid": kind, **wanted}
    answer = await eocortex("/specialarchiveevents", params=query, **options)
    assert answer.status == 200, answer.text
    found, rest = objects(answer.text)
    assert not rest
    return found


def dotted(text: str) -> str:
    """Return an ISO date as the servers want it."""
    return f"{datetime.fromisoformat(text):%d.%m.%Y %H:%M:%S.%f}"
