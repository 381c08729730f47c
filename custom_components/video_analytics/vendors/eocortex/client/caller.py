"""Requests to one server, and what its refusals mean."""

from collections.abc import Iterator
from contextlib import contextmanager
import re

from yarl import URL

from ...errors import MaybeUnlicensed, SignInFailed
from ...http import Decode, Http, Query
from ...json import JsonObject, JsonValue, loads
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

    async def jpeg(self, path: str, query: Query) -> Picture:
        """GET a JPEG. Raises `BadAnswer` when something else comes."""
        with _explained():
            return await self._api.jpeg(path, query)


@contextmanager
def _explained() -> Iterator[None]:
    """Say what a 401 may mean: servers answer it also while their licence is not activated."""
    try:
        yield
    except SignInFailed as error:
        text = str(error)
        raise MaybeUnlicensed(text if REFUSED in text else f"{text}; {REFUSED}") from None
