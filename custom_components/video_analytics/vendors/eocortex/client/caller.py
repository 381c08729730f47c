"""Requests to one server, and what its refusals mean."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
import re

from yarl import URL

from ...errors import BadAnswer, MaybeUnlicensed, SignInFailed
from ...http import Decode, Http, Query
from ...json import JsonObject, JsonValue, excerpt, loads
from ...models.media import Picture
from ..credentials import Credentials

_HTML = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_BOM = b"\xef\xbb\xbf"
REFUSED = "the login or the password is wrong, or the server's licence is not activated"


class Caller:
    """Asks one server as one user."""

    def __init__(self, http: Http, base: URL, credentials: Credentials) -> None:
        """Bind an address to a user."""
        self.base = base
        self._budget = http.budget
        self._api = http.at(base, credentials.headers, credentials.secrets)

    async def get(
        self, path: str, query: Query | None = None, *, urgent: bool = False, decode: Decode = loads
    ) -> JsonValue:
        """GET, with one more try. Raises `MaybeUnlicensed` also for a page of HTML, which may be the page to sign in."""

        def read(body: bytes, what: str) -> JsonValue:
            if _HTML.match(body.removeprefix(_BOM)):
                raise MaybeUnlicensed(f"{what}: a page of HTML instead of an answer; {REFUSED}")
            return decode(body, what)

        with _explained():
            return await self._api.get(path, query, urgent=urgent, decode=read)

    async def put(self, path: str, json: JsonObject) -> None:
        """PUT; what comes back is not documented and not read."""
        with _explained():
            await self._api.put(path, json, decode=lambda body, what: None)

    async def post(self, path: str, json: JsonObject) -> JsonValue:
        """POST, once."""
        with _explained():
            return await self._api.post(path, json)

    @asynccontextmanager
    async def stream(self, path: str, query: Query, *, urgent: bool = True) -> AsyncIterator[AsyncIterator[bytes]]:
        """GET a body in chunks, once. Raises as `get` does, for a page of HTML while the chunks are read."""
        what = f"GET {path}"
        if not urgent:
            await self._budget.take(what)
        with _explained():
            async with self._api.stream(path, query) as download:
                yield _checked(download.chunks, what)

    async def jpeg(self, path: str, query: Query) -> Picture:
        """GET a JPEG. Raises `BadAnswer` when something else comes."""
        with _explained():
            return await self._api.jpeg(path, query)


async def _checked(chunks: AsyncIterator[bytes], what: str) -> AsyncIterator[bytes]:
    """Refuse a page of HTML, or XML: its first bytes tell."""
    first = b""
    async for chunk in chunks:
        if not first:
            first = chunk.removeprefix(_BOM).lstrip()
            if _HTML.match(first):
                raise MaybeUnlicensed(f"{what}: a page of HTML instead of an answer; {REFUSED}")
            if first.startswith(b"<"):
                raise BadAnswer(f"{what}: expected JSON, got {excerpt(first)}")
        yield chunk


@contextmanager
def _explained() -> Iterator[None]:
    """Say what a 401 may mean: servers answer it also while their licence is not activated."""
    try:
        yield
    except SignInFailed as error:
        text = str(error)
        raise MaybeUnlicensed(text if REFUSED in text else f"{text}; {REFUSED}") from None
