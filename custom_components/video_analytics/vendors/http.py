"""HTTP for vendors: one place for time limits, retries, the request budget and errors.

Home Assistant or a script hands in the aiohttp session; `Http.at` binds it to a vendor's base address.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
import re
from typing import override
from urllib.parse import urljoin

import aiohttp
from multidict import MultiDict
import orjson
from yarl import URL

from .budget import Budget, Urgency
from .errors import BadAnswer, NotFound, NotPermitted, RateLimited, Rejected, SignInFailed, Unreachable, VendorError
from .json import JsonObject, JsonValue, loads
from .models.media import Download, Picture
from .secret import Secret

type Query = Mapping[str, str | int | Sequence[str] | None]
type Decode = Callable[[bytes, str], JsonValue]
"""Reads a whole body; the text names the request in the error."""

_TIMEOUT = aiohttp.ClientTimeout(total=30, connect=10)
_STREAM_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=10, sock_read=60)
_RETRY_DELAY = 0.5
_MAX_BODY = 64 * 1024 * 1024
_MAX_PICTURE = 16 * 1024 * 1024
_MAX_REASON = 200
_MAX_RETRY_AFTER = 24 * 3600.0
_CHUNK = 1 << 16
_CLOCK_ERROR = timedelta(seconds=5)
_ADDRESS = re.compile(r"\w+://\S+")
_JPEG = b"\xff\xd8"


class Http:
    """A session and the request budgets of one account."""

    def __init__(self, session: aiohttp.ClientSession, budget: Budget | None = None) -> None:
        """Take a session, which stays the caller's to close."""
        self.session = session
        self.budget = budget or Budget()
        self.pictures = Budget(self.budget.pace.of_pictures)
        """For those of events, which come from another place than the API, and must not keep the API's requests waiting."""
        self._ahead = timedelta()

    @property
    def present(self) -> datetime:
        """Return the vendor's time, as its last answer tells it; ours where they hardly differ."""
        return datetime.now(UTC) + self._ahead

    def slow_down(self, retry_after: float | None) -> None:
        """Take note of a 429, whatever was asked for: a vendor that asks for quiet gets it everywhere."""
        self.budget.slow_down(retry_after)
        self.pictures.slow_down(retry_after)

    def at(self, base: URL, headers: Mapping[str, Secret], secrets: Iterable[Secret] = ()) -> Api:
        """Return access to the API below `base`; the headers go to this address only.

        `secrets` are what the headers are made of, for a vendor that repeats them in its reasons.
        """
        return Api(self, base, headers, secrets)

    async def picture(self, url: Secret, what: str) -> Picture:
        """Fetch a picture from a signed address, without credentials of ours.

        Raises `NotFound` when the address has expired, `BadAnswer` when something else than a picture comes.
        """
        async with self.download(url, what, _TIMEOUT) as download:
            body = await _read(download.chunks, _MAX_PICTURE, what)
        if not download.content_type.startswith("image/") or not body:
            raise BadAnswer(f"{what}: expected a picture")
        return Picture(body, download.content_type)

    @asynccontextmanager
    async def download(
        self, url: Secret, what: str, timeout: aiohttp.ClientTimeout = _STREAM_TIMEOUT
    ) -> AsyncIterator[Download]:
        """Stream what a signed address serves, without credentials of ours.

        Raises `NotFound` when the address has expired.
        """
        text = url.reveal()
        with _translated(what):
            # A signature may cover the address as it is written, so that it is quoted only where it has to be.
            address = URL(text, encoded=text.isascii() and text.isprintable() and " " not in text)
            if not address.scheme or not address.host:
                raise aiohttp.InvalidURL(address)
        async with AsyncExitStack() as stack:
            try:
                response = await stack.enter_async_context(
                    self._respond("GET", address, what, timeout=timeout, redirects=True)
                )
            except (SignInFailed, NotPermitted) as error:
                raise NotFound(str(error)) from None  # it says nothing about credentials that are not sent
            yield _download(response, what)

    def _note_time(self, date: str | None) -> None:
        """Compare a Date header, which has whole seconds and was written a moment ago, with our clock."""
        try:
            ahead = parsedate_to_datetime(date or "") - datetime.now(UTC)
        except ValueError, TypeError:  # the latter for a date without a time zone
            return
        self._ahead = ahead if abs(ahead) > _CLOCK_ERROR else timedelta()

    @asynccontextmanager
    async def _respond(
        self,
        method: str,
        url: URL,
        what: str,
        *,
        timeout: aiohttp.ClientTimeout,
        redirects: bool,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        secrets: Iterable[Secret] = (),
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send one request; `secrets` are kept out of the vendor's reason for refusing it."""
        async with AsyncExitStack() as stack:
            with _translated(what):
                response = await stack.enter_async_context(
                    self.session.request(
                        method,
                        url,
                        headers=headers,
                        skip_auto_headers=("Content-Type",),  # or aiohttp would name one for a POST without a body
                        data=body,
                        timeout=timeout,
                        allow_redirects=redirects,
                    )
                )
                if response.status >= HTTPStatus.BAD_REQUEST:
                    raise await _failure(response, what, secrets)
            yield response


class Api:
    """A vendor's API below its base address."""

    def __init__(self, http: Http, base: URL, headers: Mapping[str, Secret], secrets: Iterable[Secret]) -> None:
        """Bind a session to an address; `Http.at` is the way here."""
        self.base = base
        self._http = http
        self._headers = headers
        self._secrets = (*headers.values(), *secrets)

    async def get(
        self, path: str, query: Query | None = None, *, urgent: bool = False, decode: Decode = loads
    ) -> JsonValue:
        """GET JSON, or what `decode` reads; tried once more when the server does not answer.

        `urgent` is for what a person waits for: it counts against the budget but does not queue.
        """
        try:
            return await self._json("GET", path, query, None, decode, urgent=urgent)
        except Unreachable:
            await asyncio.sleep(_RETRY_DELAY)
            return await self._json("GET", path, query, None, decode, urgent=urgent)

    async def post(self, path: str, json: JsonObject | None = None) -> JsonValue:
        """POST JSON, once; an empty answer is None."""
        return await self._json("POST", path, None, json, loads, urgent=True)

    async def put(self, path: str, json: JsonObject, *, decode: Decode = loads) -> JsonValue:
        """PUT JSON, once; an empty answer is None."""
        return await self._json("PUT", path, None, json, decode, urgent=True)

    async def jpeg(self, path: str, query: Query | None = None) -> Picture:
        """GET a JPEG, once, whatever the server calls it. Raises `BadAnswer` when something else comes."""
        what = f"GET {path}"
        async with self._respond("GET", path, query, None, urgent=True, timeout=_TIMEOUT) as response:
            body = await _read(_Chunks(response, what), _MAX_PICTURE, what)
        if not body.startswith(_JPEG):
            raise BadAnswer(f"{what}: expected a picture")
        return Picture(body, "image/jpeg")

    @asynccontextmanager
    async def stream(self, path: str, query: Query | None = None) -> AsyncIterator[Download]:
        """Stream the answer to a GET; where the vendor sends elsewhere for it, the headers stay behind."""
        what = f"GET {path}"
        async with self._respond("GET", path, query, None, urgent=True, timeout=_STREAM_TIMEOUT) as response:
            if not _is_redirect(response):
                yield _download(response, what)
                return
            address = _location(response, what)
        async with self._http.download(address, what) as download:
            yield download

    async def _json(
        self, method: str, path: str, query: Query | None, json: JsonObject | None, decode: Decode, *, urgent: bool
    ) -> JsonValue:
        what = f"{method} {path}"
        async with self._respond(method, path, query, json, urgent=urgent, timeout=_TIMEOUT) as response:
            if _is_redirect(response):
                # Following would lose a POST's body, and could hand the headers to somebody else.
                raise BadAnswer(f"{what}: HTTP {response.status}, the API is not at this address")
            body = await _read(_Chunks(response, what), _MAX_BODY, what)
        return decode(body, what) if body else None

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
        what = f"{method} {path}"
        segments = path.strip("/").split("/")
        if "." in segments or ".." in segments:
            raise NotFound(f"{what}: nothing has such an id")  # and it would lead out of the API
        url = self.base.joinpath(*segments).with_query(_flat(query or {}))
        if not all(secret.reveal().isprintable() for secret in self._headers.values()):
            raise SignInFailed(f"{what}: the credentials contain characters that cannot be sent")
        headers = {name: secret.reveal() for name, secret in self._headers.items()}
        body = None
        if json is not None:
            body = orjson.dumps(json)
            headers["Content-Type"] = "application/json"
        await self._http.budget.take(what, Urgency.PERSON if urgent else Urgency.BACKGROUND)
        async with AsyncExitStack() as stack:
            try:
                response = await stack.enter_async_context(
                    self._http._respond(  # two classes of one module
                        method,
                        url,
                        what,
                        timeout=timeout,
                        redirects=False,
                        headers=headers,
                        body=body,
                        secrets=self._secrets,
                    )
                )
            except RateLimited as error:
                self._http.slow_down(error.retry_after)
                raise
            self._http._note_time(response.headers.get("Date"))
            yield response


class _Chunks(AsyncIterator[bytes]):
    """Reads a body; what goes wrong in reading it becomes our error, and nothing else does."""

    def __init__(self, response: aiohttp.ClientResponse, what: str) -> None:
        self._chunks = response.content.iter_chunked(_CHUNK)
        self._what = what

    @override
    async def __anext__(self) -> bytes:
        with _translated(self._what):
            return await anext(self._chunks)


@contextmanager
def _translated(what: str) -> Iterator[None]:
    """Turn the failures of a request, or of reading its answer, into our errors."""
    try:
        yield
    except TimeoutError:
        raise Unreachable(f"{what}: no answer in time") from None
    except aiohttp.ClientConnectorCertificateError:
        raise Unreachable(f"{what}: the server's certificate is not valid") from None
    except aiohttp.ClientConnectionError, ConnectionError:
        raise Unreachable(f"{what}: no connection") from None
    except aiohttp.ClientPayloadError:
        raise Unreachable(f"{what}: the answer broke off") from None
    except ValueError, aiohttp.NonHttpUrlClientError:  # some parts of an address are looked at late
        raise BadAnswer(f"{what}: the address is not one of a web server") from None
    except aiohttp.ClientError as error:
        # Texts of aiohttp's errors carry addresses; the name of their class is enough.
        raise BadAnswer(f"{what}: not an HTTP answer ({type(error).__name__})") from None


def _flat(query: Query) -> MultiDict[str]:
    """Lists become repeated keys; None is left out."""
    flat: MultiDict[str] = MultiDict()
    for key, value in query.items():
        if value is None:
            continue
        for item in (value,) if isinstance(value, str | int) else value:
            flat.add(key, str(item))
    return flat


def _is_redirect(response: aiohttp.ClientResponse) -> bool:
    return HTTPStatus.MULTIPLE_CHOICES <= response.status < HTTPStatus.BAD_REQUEST


def _location(response: aiohttp.ClientResponse, what: str) -> Secret:
    """Return where a redirect leads; it is probably a signed address."""
    try:
        return Secret(urljoin(str(response.url), response.headers["Location"]))
    except KeyError, ValueError:
        raise BadAnswer(f"{what}: HTTP {response.status}, but not to where") from None


def _download(response: aiohttp.ClientResponse, what: str) -> Download:
    encoded = "Content-Encoding" in response.headers
    return Download(
        chunks=_Chunks(response, what),
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


async def _failure(response: aiohttp.ClientResponse, what: str, secrets: Iterable[Secret]) -> VendorError:
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
            return Rejected(text, _reason(await response.content.read(1 << 14), secrets))


def _reason(body: bytes, secrets: Iterable[Secret]) -> str | None:
    """Find the vendor's reason in the error shapes of the web's frameworks and of our vendors, without our secrets."""
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
            for secret in secrets:
                value = value.replace(secret.reveal(), str(secret)) if secret.reveal() else value
            return _ADDRESS.sub("…", value)[:_MAX_REASON]
    return None


def _retry_after(value: str | None) -> float | None:
    """Read the seconds of a Retry-After header, which may also be a date."""
    if value is None:
        return None
    value = value.strip()
    try:
        if value.isascii() and value.isdigit():
            seconds = float(value)
        else:
            seconds = (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
        return min(max(0.0, seconds), _MAX_RETRY_AFTER)
    except ValueError, TypeError:
        return None
