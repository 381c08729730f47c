"""Remembers what was asked of a vendor's server, for tests that count and that look for leaks."""

from collections import deque
from collections.abc import Callable
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

    server: str
    method: str
    path: str
    query: tuple[str, ...]
    status: int
    has_key: bool
    leaked_key: bool
    time: str


class Recorder:
    """A middleware that writes down every request.

    ``has_key`` tells whether one carries credentials, ``leaks_key`` whether it carries them where they do not belong.
    """

    def __init__(
        self, clock: Clock, has_key: Callable[[web.Request], bool], leaks_key: Callable[[web.Request], bool]
    ) -> None:
        self._clock = clock
        self._has_key = has_key
        self._leaks_key = leaks_key
        self._asked: deque[Asked] = deque(maxlen=REMEMBERED)

    def as_json(self) -> list[JsonObject]:
        """Return all requests, the oldest first."""
        return [cast(JsonObject, asdict(asked)) for asked in self._asked]

    def clear(self) -> None:
        """Forget them."""
        self._asked.clear()

    def middleware(self, server: str = "") -> Middleware:
        """Return the aiohttp middleware of one of the vendor's servers."""

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
                self._write(server, request, status)

        return record

    def _write(self, server: str, request: web.Request, status: int) -> None:
        has_key, leaked = self._has_key(request), self._leaks_key(request)
        moment = iso(self._clock.now())
        self._asked.append(
            Asked(server, request.method, request.path, tuple(request.query), status, has_key, leaked, moment),
        )
