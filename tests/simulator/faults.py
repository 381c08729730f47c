"""What can go wrong on the way: rules that delay, refuse or spoil answers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
import re
from typing import Literal, cast, get_args

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from .switches import JsonObject

type Spoiled = Literal["cut", "malformed", "html", "empty", "truncated_json"]

SENT_FILE = web.RequestKey("sent_file", Path)
"""Where a handler notes the file it answers with, so that a rule can cut it."""
MISSING_BYTES = 4096
_KNOWN = {"match", "server", "latency", "status", "retry_after", "headers", "body", "times"}
_HTML = "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Something went wrong</h1></body></html>"
_MALFORMED = b"{'items': [1, 2,, }"


@dataclass
class Rule:
    """One fault; ``match`` is searched in ``METHOD path``, ``times`` counts down to nothing left, None is for ever."""

    match: str
    latency: float = 0.0
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: Spoiled | None = None
    times: int | None = None
    server: str | None = None

    @classmethod
    def from_json(cls, raw: JsonObject) -> Rule:
        """Read a rule; raise ValueError if it does not make sense."""
        if unknown := raw.keys() - _KNOWN:
            raise ValueError(f"unknown in a fault: {', '.join(sorted(unknown))}")
        body = raw.get("body")
        if body is not None and body not in get_args(Spoiled.__value__):
            raise ValueError(f"body cannot be {body!r}")
        status, times, latency = raw.get("status"), raw.get("times"), raw.get("latency") or 0
        if not isinstance(status, int | None) or not isinstance(times, int | None):
            raise ValueError("status and times are whole numbers or null")
        if not isinstance(latency, int | float):
            raise ValueError("latency is a number of seconds")
        match = str(raw.get("match", ""))
        try:
            re.compile(match)
        except re.error as error:
            raise ValueError(f"match is not a regular expression: {error}") from None
        extra = raw.get("headers") or {}
        if not isinstance(extra, dict):
            raise ValueError("headers is an object")
        server = raw.get("server")
        if not isinstance(server, str | None):
            raise ValueError("server is the id of one")
        headers = {name: str(value) for name, value in extra.items()}
        if (retry_after := raw.get("retry_after")) is not None:
            headers["Retry-After"] = str(retry_after)
        return cls(match, float(latency), status, headers, cast(Spoiled | None, body), times, server)

    def as_json(self) -> JsonObject:
        """Return the rule as it would be posted."""
        return {
            "match": self.match,
            "latency": self.latency,
            "status": self.status,
            "headers": dict(self.headers),
            "body": self.body,
            "times": self.times,
            "server": self.server,
        }


def _problem(status: int) -> JsonObject:
    return {"status": status, "title": "Fault"}


class Faults:
    """The rules in force; the first one that matches a request decides.

    ``error`` is the body of an answer that has only a status.
    """

    def __init__(self, api_prefix: str, error: Callable[[int], JsonObject] = _problem) -> None:
        self._api_prefix = api_prefix
        self._error = error
        self.rules: list[Rule] = []

    def middleware(self, server: str = "") -> Middleware:
        """Return the aiohttp middleware of one of the vendor's servers."""

        @web.middleware
        async def disturb(request: web.Request, handler: Handler) -> web.StreamResponse:
            rule = self._rule_for(server, request)
            if rule is None:
                return await handler(request)
            await asyncio.sleep(rule.latency)
            response: web.StreamResponse
            if rule.status is not None:
                response = web.json_response(self._error(rule.status), status=rule.status)
            else:
                response = await handler(request)
            if rule.body:
                response = await _spoil(request, response, rule.body, rule.headers)
            else:
                response.headers.update(rule.headers)
            return response

        return disturb

    def _rule_for(self, server: str, request: web.Request) -> Rule | None:
        line = f"{request.method} {request.path.removeprefix(self._api_prefix)}"
        for rule in self.rules:
            if rule.times != 0 and rule.server in (None, server) and re.search(rule.match, line):
                if rule.times is not None:
                    rule.times -= 1
                return rule
        return None


async def _spoil(
    request: web.Request, response: web.StreamResponse, how: Spoiled, headers: dict[str, str]
) -> web.StreamResponse:
    status, content_type = response.status, response.content_type
    match how:
        case "html":
            return web.Response(text=_HTML, content_type="text/html", status=status, headers=headers)
        case "empty":
            return web.Response(body=b"", content_type=content_type, status=status, headers=headers)
        case "malformed":
            return web.Response(body=_MALFORMED, content_type=content_type, status=status, headers=headers)
    content = await _content(request, response)
    half = content[: max(1, len(content) // 2)]
    if how == "truncated_json":
        return web.Response(body=half, content_type=content_type, status=status, headers=headers)
    cut = web.StreamResponse(status=status, headers=headers)
    cut.content_type = content_type
    cut.content_length = len(content) + MISSING_BYTES
    await cut.prepare(request)
    await cut.write(half)
    if request.transport:
        request.transport.close()
    return cut


async def _content(request: web.Request, response: web.StreamResponse) -> bytes:
    if SENT_FILE in request:
        return await asyncio.to_thread(request[SENT_FILE].read_bytes)
    body = response.body if isinstance(response, web.Response) else None
    return body if isinstance(body, bytes) else b""
