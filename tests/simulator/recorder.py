"""Remembers what was asked of a vendor's server, for tests that count and that look for leaks."""

from collections import deque
from dataclasses import asdict, dataclass
from typing import cast

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from .clock import Clock, iso
from .switches import JsonObject

REMEMBERED = 50_000
CLIENT_WENT_AWAY = 499


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: the names of its query parameters but never their values; ``time`` is the simulated one."""

    method: str
    path: str
    query: tuple[str, ...]
    status: int
    has_key: bool
    leaked_key: bool
    time: str


class Recorder:
    """A middleware that writes down every request. A key sent along with a request for media is a leak."""

    def __init__(self, clock: Clock, key_header: str, media_prefix: str) -> None:
        self._clock = clock
        self._key_header = key_header
        self._media_prefix = media_prefix
        self._asked: deque[Asked] = deque(maxlen=REMEMBERED)

    def as_json(self) -> list[JsonObject]:
        """Return all requests, the oldest first."""
        return [cast(JsonObject, asdict(asked)) for asked in self._asked]

    def clear(self) -> None:
        """Forget them."""
        self._asked.clear()

    def middleware(self) -> Middleware:
        """Return the aiohttp middleware."""

        @web.middleware
        async def record(request: web.Request, handler: Handler) -> web.StreamResponse:
            status = CLIENT_WENT_AWAY
            try:
                response = await handler(request)
                status = response.status
            except web.HTTPException as error:
                status = error.status
                raise
            except Exception:
                status = 500
                raise
            else:
                return response
            finally:
                self._write(request, status)

        return record

    def _write(self, request: web.Request, status: int) -> None:
        has_key = self._key_header in request.headers
        leaked = has_key and request.path.startswith(self._media_prefix)
        moment = iso(self._clock.now())
        self._asked.append(
            Asked(request.method, request.path, tuple(request.query), status, has_key, leaked, moment),
        )
