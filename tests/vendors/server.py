"""A real web server that answers as a test says, and keeps what it was asked."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
import ssl
from typing import Any

from aiohttp import web
from multidict import CIMultiDict
import orjson
from yarl import URL

from custom_components.video_analytics.vendors.models.media import Download

type Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Request:
    """What the server was asked."""

    method: str
    target: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: CIMultiDict[str]
    body: bytes

    @property
    def json(self) -> Any:
        """Return the decoded body."""
        return orjson.loads(self.body)


class Server:
    """Gives its answers one after the other, and the last one again and again."""

    def __init__(self, *answers: Answer) -> None:
        """Start with some answers; `answer` replaces them."""
        self.url = URL()
        self.requests: list[Request] = []
        self._answers = list(answers)

    def answer(self, *answers: Answer) -> None:
        """Say what comes next."""
        self._answers = list(answers)

    @property
    def paths(self) -> list[str]:
        """Return what was asked for, in order."""
        return [request.path for request in self.requests]

    @asynccontextmanager
    async def serving(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
        """Serve on a free port."""
        runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
            await site.start()
            self.url = URL.build(scheme="https" if tls else "http", host="127.0.0.1", port=runner.addresses[0][1])
            yield self
        finally:
            await runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        query = tuple(request.query.items())
        body = await request.read()
        self.requests.append(
            Request(request.method, request.path_qs, request.path, query, CIMultiDict(request.headers), body)
        )
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return await answer(request)


async def consume(opening: AbstractAsyncContextManager[Download]) -> bytes:
    """Read a stream to its end."""
    async with opening as download:
        return b"".join([chunk async for chunk in download.chunks])


def json(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Answer JSON."""
    return body(orjson.dumps(value), status, {"Content-Type": "application/json; charset=utf-8", **(headers or {})})


def body(content: bytes | str = b"", status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Answer these bytes, whole."""
    encoded = content.encode() if isinstance(content, str) else content

    async def respond(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=encoded, status=status, headers=headers)

    return respond


def redirect(to: URL | str, status: int = 302) -> Answer:
    """Send the client elsewhere."""
    return body(b"", status, {"Location": str(to)})


def cut_off(sent: bytes, promised: int | None = None, headers: Mapping[str, str] | None = None) -> Answer:
    """Send less than promised (None: in chunks, without the last one), then break the connection."""

    async def respond(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers=headers)
        if promised is None:
            response.enable_chunked_encoding()
        else:
            response.content_length = promised
        await response.prepare(request)
        await response.write(sent)
        await asyncio.sleep(0.01)  # so that the client has seen it
        _close(request)
        return response

    return respond


def bytes_of_another_protocol(content: bytes) -> Answer:
    """Send what is not HTTP, and hang up."""

    async def respond(request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport
        request.transport.write(content)  # type: ignore[attr-defined]  # a transport that writes
        _close(request)
        return web.Response()

    return respond


def silence() -> Answer:
    """Never answer."""

    async def respond(request: web.BaseRequest) -> web.StreamResponse:
        return await _until_the_client_leaves(request)

    return respond


def silence_after(sent: bytes) -> Answer:
    """Begin a body and fall silent."""

    async def respond(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(sent)
        await _until_the_client_leaves(request)
        return response

    return respond


async def _until_the_client_leaves(request: web.BaseRequest) -> web.Response:
    while request.transport and not request.transport.is_closing():  # noqa: ASYNC110  # no event tells it
        await asyncio.sleep(0.01)
    return web.Response()


def _close(request: web.BaseRequest) -> None:
    if request.transport:
        request.transport.close()
