"""HTTP for vendors: one place for time limits, retries, the request budget and errors.

Home Assistant or a script hands in the aiohttp session; `Http.at` binds it to a vendor's base address.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Protocol

import aiohttp
from multidict import MultiDict
import orjson
from yarl import URL

from .answers import Chunks, download_of, is_redirect, location_of, read_whole
from .budget import Budget, Urgency
from .errors import BadAnswer, NotFound, NotPermitted, RateLimited, SignInFailed, Unreachable
from .failures import failure_of, translated
from .form import Form
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
_CLOCK_ERROR = timedelta(seconds=5)
_JPEG = b"\xff\xd8"
_STALLED = 60.0


class Tokens(Protocol):
    """Who asks, at a vendor where signing in gives a token that is good for a time."""

    @property
    def secrets(self) -> Iterable[Secret]:
        """Return what the vendor may repeat in its reasons, and nobody may read."""

    async def headers(self) -> Mapping[str, Secret]:
        """Return what says who asks; signs in when it is time. Raises `SignInFailed`."""

    async def replaced(self, refused: Mapping[str, Secret]) -> Mapping[str, Secret]:
        """Return others, after the vendor refused these. Raises `SignInFailed`."""


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

    def at(
        self, base: URL, headers: Mapping[str, Secret], secrets: Iterable[Secret] = (), tokens: Tokens | None = None
    ) -> Api:
        """Return access to the API below `base`; the headers go to this address only, and so do those of `tokens`.

        `secrets` are what the headers are made of, for a vendor that repeats them in its reasons.
        """
        return Api(self, base, headers, secrets, tokens)

    async def picture(self, url: Secret, what: str) -> Picture:
        """Fetch a picture from a signed address, without credentials of ours.

        Raises `NotFound` when the address has expired, `BadAnswer` when something else than a picture comes.
        """
        async with self.download(url, what, _TIMEOUT) as download:
            body = await read_whole(download.chunks, _MAX_PICTURE, what)
        if not download.content_type.startswith("image/") or not body:
            raise BadAnswer(f"{what}: expected a picture")
        return Picture(body, download.content_type)

    async def picture_of_event(self, url: Secret, what: str, urgency: Urgency) -> Picture:
        """Fetch a picture as `picture` does, within the budget of those of events."""
        await self.pictures.take(what, urgency)
        try:
            return await self.picture(url, what)
        except RateLimited as error:
            self.slow_down(error.retry_after)
            raise

    @asynccontextmanager
    async def download(
        self,
        url: Secret,
        what: str,
        timeout: aiohttp.ClientTimeout = _STREAM_TIMEOUT,
        *,
        byte_range: str | None = None,
    ) -> AsyncIterator[Download]:
        """Stream what a signed address serves, or a part of it, without credentials of ours.

        Raises `NotFound` when the address has expired, `NoSuchPart` for a part that the file does not have.
        """
        text = url.reveal()
        with translated(what):
            # A signature may cover the address as it is written, so that it is quoted only where it has to be.
            address = URL(text, encoded=text.isascii() and text.isprintable() and " " not in text)
            if not address.scheme or not address.host:
                raise aiohttp.InvalidURL(address)
        # The bytes are counted as they are sent, so that they must not be compressed.
        headers = {"Range": byte_range, "Accept-Encoding": "identity"} if byte_range else None
        async with AsyncExitStack() as stack:
            try:
                response = await stack.enter_async_context(
                    self._respond("GET", address, what, timeout=timeout, redirects=True, headers=headers)
                )
            except (SignInFailed, NotPermitted) as error:
                raise NotFound(str(error)) from None  # it says nothing about credentials that are not sent
            yield download_of(response, what)

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
        body: bytes | aiohttp.MultipartWriter | None = None,
        secrets: Iterable[Secret] = (),
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send one request; `secrets` are kept out of the vendor's reason for refusing it."""
        async with AsyncExitStack() as stack:
            with translated(what):
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
                    raise await failure_of(response, what, secrets)
            yield response


class Api:
    """A vendor's API below its base address."""

    def __init__(
        self,
        http: Http,
        base: URL,
        headers: Mapping[str, Secret],
        secrets: Iterable[Secret],
        tokens: Tokens | None = None,
    ) -> None:
        """Bind a session to an address; `Http.at` is the way here."""
        self.base = base
        self._http = http
        self._headers = headers
        self._secrets = tuple(secrets)
        self._tokens = tokens

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

    async def post(
        self, path: str, json: JsonObject | None = None, query: Query | None = None, *, decode: Decode = loads
    ) -> JsonValue:
        """POST JSON, once; an empty answer is None."""
        return await self._json("POST", path, query, json, decode, urgent=True)

    async def put(self, path: str, json: JsonObject, *, decode: Decode = loads) -> JsonValue:
        """PUT JSON, once; an empty answer is None."""
        return await self._json("PUT", path, None, json, decode, urgent=True)

    async def patch(self, path: str, json: JsonObject, query: Query | None = None) -> JsonValue:
        """PATCH JSON, once; an empty answer is None."""
        return await self._json("PATCH", path, query, json, loads, urgent=True)

    async def delete(self, path: str, query: Query | None = None, *, decode: Decode = loads) -> JsonValue:
        """DELETE, once; an empty answer is None."""
        return await self._json("DELETE", path, query, None, decode, urgent=True)

    async def upload(self, path: str, form: Form, query: Query | None = None, *, decode: Decode = loads) -> JsonValue:
        """POST a form with files, once; an empty answer is None.

        What goes wrong in reading a file is raised as it is. A form that streams cannot be sent again after a sign-in:
        whoever sends one sees to it that the token is good.
        """
        try:
            async with asyncio.timeout(_STALLED) as limit:
                loop = asyncio.get_running_loop()
                form.on_progress(lambda: limit.reschedule(loop.time() + _STALLED))
                return await self._json("POST", path, query, form, decode, urgent=True, timeout=_STREAM_TIMEOUT)
        except TimeoutError:
            raise Unreachable(f"POST {path}: no answer in time") from None
        except Unreachable:
            if form.failure:
                raise form.failure from None
            raise

    async def jpeg(self, path: str, query: Query | None = None) -> Picture:
        """GET a JPEG, once, whatever the server calls it. Raises `BadAnswer` when something else comes."""
        what = f"GET {path}"
        async with self._respond("GET", path, query, None, urgent=True, timeout=_TIMEOUT) as response:
            body = await read_whole(Chunks(response, what), _MAX_PICTURE, what)
        if not body.startswith(_JPEG):
            raise BadAnswer(f"{what}: expected a picture")
        return Picture(body, "image/jpeg")

    @asynccontextmanager
    async def stream(self, path: str, query: Query | None = None) -> AsyncIterator[Download]:
        """Stream the answer to a GET; where the vendor sends elsewhere for it, the headers stay behind."""
        what = f"GET {path}"
        async with self._respond("GET", path, query, None, urgent=True, timeout=_STREAM_TIMEOUT) as response:
            if not is_redirect(response):
                yield download_of(response, what)
                return
            address = location_of(response, what)
        async with self._http.download(address, what) as download:
            yield download

    async def _json(
        self,
        method: str,
        path: str,
        query: Query | None,
        content: JsonObject | Form | None,
        decode: Decode,
        *,
        urgent: bool,
        timeout: aiohttp.ClientTimeout | None = None,
    ) -> JsonValue:
        what, timeout = f"{method} {path}", timeout or _TIMEOUT
        async with self._respond(method, path, query, content, urgent=urgent, timeout=timeout) as response:
            if is_redirect(response):
                # Following would lose a POST's body, and could hand the headers to somebody else.
                raise BadAnswer(f"{what}: HTTP {response.status}, the API is not at this address")
            body = await read_whole(Chunks(response, what), _MAX_BODY, what)
        return decode(body, what) if body else None

    @asynccontextmanager
    async def _respond(
        self,
        method: str,
        path: str,
        query: Query | None,
        content: JsonObject | Form | None,
        *,
        urgent: bool,
        timeout: aiohttp.ClientTimeout,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        what = f"{method} {path}"
        segments = path.strip("/").split("/")
        if "." in segments or ".." in segments:
            raise NotFound(f"{what}: nothing has such an id")  # and it would lead out of the API
        if path.endswith("/"):  # some servers take it for another path
            segments.append("")
        url = self.base.joinpath(*segments).with_query(_flat(query or {}))

        def send(who: Mapping[str, Secret]) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
            return self._send(method, url, what, {**self._headers, **who}, content, urgent=urgent, timeout=timeout)

        async with AsyncExitStack() as stack:
            who = await self._tokens.headers() if self._tokens else {}
            try:
                response = await stack.enter_async_context(send(who))
            except SignInFailed:
                if self._tokens is None or (isinstance(content, Form) and not content.is_repeatable):
                    raise
                response = await stack.enter_async_context(send(await self._tokens.replaced(who)))
            yield response

    @asynccontextmanager
    async def _send(
        self,
        method: str,
        url: URL,
        what: str,
        secret_headers: Mapping[str, Secret],
        content: JsonObject | Form | None,
        *,
        urgent: bool,
        timeout: aiohttp.ClientTimeout,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        if not all(secret.reveal().isprintable() for secret in secret_headers.values()):
            raise SignInFailed(f"{what}: the credentials contain characters that cannot be sent")
        headers = {name: secret.reveal() for name, secret in secret_headers.items()}
        body: bytes | aiohttp.MultipartWriter | None = None
        if isinstance(content, Form):
            body = content.encode()
            headers["Content-Type"] = body.content_type
        elif content is not None:
            body = orjson.dumps(content)
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
                        secrets=(
                            *secret_headers.values(),
                            *self._secrets,
                            *(self._tokens.secrets if self._tokens else ()),
                        ),
                    )
                )
            except RateLimited as error:
                self._http.slow_down(error.retry_after)
                raise
            self._http._note_time(response.headers.get("Date"))
            yield response


def _flat(query: Query) -> MultiDict[str]:
    """Lists become repeated keys; None is left out."""
    flat: MultiDict[str] = MultiDict()
    for key, value in query.items():
        if value is None:
            continue
        for item in (value,) if isinstance(value, str | int) else value:
            flat.add(key, str(item))
    return flat
