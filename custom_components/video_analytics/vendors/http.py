"""HTTP for vendors: one place for time limits, retries, the request budget and errors.

Home Assistant or a script hands in the aiohttp session; `Http.at` binds it to a vendor's base address.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import aiohttp
from multidict import MultiDict
import orjson
from yarl import URL

from .budget import Budget
from .errors import BadAnswer, NotFound, NotPermitted, RateLimited, Rejected, SignInFailed, Unreachable, VendorError
from .json import JsonObject, JsonValue, loads
from .models.media import Download, Picture
from .secret import Secret

type Query = Mapping[str, str | int | Sequence[str] | None]

_TIMEOUT = aiohttp.ClientTimeout(total=30, connect=10)
_STREAM_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=10, sock_read=60)
_RETRY_DELAY = 0.5
_MAX_BODY = 64 * 1024 * 1024
_MAX_PICTURE = 16 * 1024 * 1024
_MAX_REASON = 200


class Http:
    """A session and the request budget of one account."""

    def __init__(self, session: aiohttp.ClientSession, budget: Budget | None = None) -> None:
        """Take a session, which stays the caller's to close."""
        self.session = session
        self.budget = budget or Budget()

    def at(self, base: URL, headers: Mapping[str, Secret]) -> Api:
        """Return access to the API below `base`; the headers go to this address only."""
        return Api(self, base, headers)

    async def picture(self, url: Secret, what: str) -> Picture:
        """Fetch a picture from a signed address, without credentials of ours.

        Raises `NotFound` when the address has expired, `BadAnswer` when something else than a picture comes.
        """
        async with self.download(url, what, _TIMEOUT) as download:
            body = await _read(download.chunks, _MAX_PICTURE, what)
        if not download.content_type.startswith("image/") or not body:
            raise BadAnswer(f"{what}: expected a picture")
        if download.size is not None and len(body) != download.size:
            raise Unreachable(f"{what}: the answer broke off")
        return Picture(body, download.content_type)

    @asynccontextmanager
    async def download(
        self, url: Secret, what: str, timeout: aiohttp.ClientTimeout = _STREAM_TIMEOUT
    ) -> AsyncIterator[Download]:
        """Stream what a signed address serves, without credentials of ours."""
        async with self._respond("GET", url, what, timeout=timeout) as response:
            yield _download(response)

    @asynccontextmanager
    async def _respond(
        self,
        method: str,
        url: Secret,
        what: str,
        *,
        timeout: aiohttp.ClientTimeout,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send one request and turn every failure, the body's included, into our errors."""
        try:
            async with self.session.request(
                method, url.reveal(), headers=headers, data=body, timeout=timeout
            ) as response:
                if response.status >= HTTPStatus.BAD_REQUEST:
                    raise await _failure(response, what)
                yield response
        except TimeoutError:
            raise Unreachable(f"{what}: no answer in time") from None
        except aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError:
            raise BadAnswer(f"{what}: the address is not one of a web server") from None
        except aiohttp.ClientConnectorCertificateError:
            raise Unreachable(f"{what}: the server's certificate is not valid") from None
        except aiohttp.ClientConnectionError, ConnectionError:
            raise Unreachable(f"{what}: no connection") from None
        except aiohttp.ClientPayloadError:
            raise Unreachable(f"{what}: the answer broke off") from None
        except aiohttp.ClientError as error:
            # Texts of aiohttp's errors carry addresses; the name of their class is enough.
            raise BadAnswer(f"{what}: not an HTTP answer ({type(error).__name__})") from None


class Api:
    """A vendor's API below its base address."""

    def __init__(self, http: Http, base: URL, headers: Mapping[str, Secret]) -> None:
        """Bind a session to an address; `Http.at` is the way here."""
        self.base = base
        self._http = http
        self._headers = headers

    async def get(self, path: str, query: Query | None = None, *, urgent: bool = False) -> JsonValue:
        """GET JSON; tried once more when the server does not answer.

        `urgent` is for what a person waits for: it counts against the budget but does not queue.
        """
        try:
            return await self._json("GET", path, query, None, urgent)
        except Unreachable:
            await asyncio.sleep(_RETRY_DELAY)
            return await self._json("GET", path, query, None, urgent)

    async def post(self, path: str, json: JsonObject | None = None) -> JsonValue:
        """POST JSON, once; an empty answer is None."""
        return await self._json("POST", path, None, json, urgent=True)

    @asynccontextmanager
    async def stream(self, path: str, query: Query | None = None) -> AsyncIterator[Download]:
        """Stream the answer to a GET."""
        async with self._respond("GET", path, query, None, urgent=True, timeout=_STREAM_TIMEOUT) as response:
            yield _download(response)

    async def _json(
        self, method: str, path: str, query: Query | None, json: JsonObject | None, urgent: bool
    ) -> JsonValue:
        what = f"{method} {path}"
        async with self._respond(method, path, query, json, urgent=urgent, timeout=_TIMEOUT) as response:
            body = await _read(response.content.iter_chunked(1 << 16), _MAX_BODY, what)
        return loads(body, what) if body else None

    @asynccontextmanager
    async def _respond(
        self,
        method: str,
        path: str,
        query: Query | None,
        json: JsonObject | None,
        *,
        urgent: bool,
        timeout: aiohttp.ClientTimeout,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        url = self.base.joinpath(*path.strip("/").split("/")).with_query(_flat(query or {}))
        headers = {name: value.reveal() for name, value in self._headers.items()}
        body = None
        if json is not None:
            body = orjson.dumps(json)
            headers["Content-Type"] = "application/json"
        what = f"{method} {path}"
        await self._http.budget.take(what, urgent=urgent)
        try:
            async with self._http._respond(  # two classes of one module
                method, Secret(str(url)), what, timeout=timeout, headers=headers, body=body
            ) as response:
                yield response
        except RateLimited as error:
            self._http.budget.slow_down(error.retry_after)
            raise


def base_url(text: str, *, scheme: str, path: str = "") -> URL:
    """Read what a person types as an address: a host, host:port or URL.

    `scheme` and `path` complete what is missing; a path that was given is kept. Raises ValueError.
    """
    text = text.strip()
    url = URL(text if "://" in text else f"{scheme}://{text}")
    if url.scheme not in ("http", "https") or not url.host or not url.port:
        raise ValueError("not an address of a web server")
    url = url.with_user(None).with_query(None).with_fragment(None)
    given = url.path.rstrip("/")
    return url.with_path(given or path)


def _flat(query: Query) -> MultiDict[str]:
    """Lists become repeated keys; None is left out."""
    flat: MultiDict[str] = MultiDict()
    for key, value in query.items():
        if value is None:
            continue
        for item in (value,) if isinstance(value, str | int) else value:
            flat.add(key, str(item))
    return flat


def _download(response: aiohttp.ClientResponse) -> Download:
    encoded = "Content-Encoding" in response.headers
    return Download(
        chunks=response.content.iter_chunked(1 << 16),
        content_type=response.content_type,
        size=None if encoded else response.content_length,
    )


async def _read(chunks: AsyncIterator[bytes], limit: int, what: str) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise BadAnswer(f"{what}: more than {limit} bytes")
        parts.append(chunk)
    return b"".join(parts)


async def _failure(response: aiohttp.ClientResponse, what: str) -> VendorError:
    """Turn a status into an error; vendors differ in the body, so only its usual texts are looked for."""
    status = response.status
    text = f"{what}: HTTP {status}"
    match status:
        case HTTPStatus.UNAUTHORIZED:
            return SignInFailed(text)
        case HTTPStatus.FORBIDDEN:
            return NotPermitted(text)
        case HTTPStatus.NOT_FOUND | HTTPStatus.GONE:
            return NotFound(text)
        case HTTPStatus.TOO_MANY_REQUESTS:
            return RateLimited(text, _retry_after(response.headers.get("Retry-After")))
        case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return Unreachable(text)
        case _:
            return Rejected(text, _reason(await response.content.read(1 << 14)))


def _reason(body: bytes) -> str | None:
    """Find the vendor's reason in the error shapes of the web's frameworks and of our vendors."""
    try:
        found = loads(body, "reason")
    except BadAnswer:
        return None
    if not isinstance(found, Mapping):
        return None
    for key in ("detail", "title", "message", "ErrorMessage", "error"):
        value = found.get(key)
        if isinstance(value, Mapping):
            value = value.get("message")
        if isinstance(value, str) and value:
            return value[:_MAX_REASON]
    return None


def _retry_after(value: str | None) -> float | None:
    """Read the seconds of a Retry-After header, which may also be a date."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except ValueError, TypeError:
        return None
