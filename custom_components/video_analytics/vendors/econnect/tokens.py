"""Signing in: user and password for a JWT that expires (page "Authentication")."""

import asyncio
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from time import monotonic
from typing import override

from yarl import URL

from ..errors import BadAnswer, NotFound, NotPermitted, RateLimited, Rejected, SignInFailed, Unreachable
from ..http import Http, Tokens
from ..json import JsonValue, as_object, loads
from ..secret import Secret

_AUTHENTICATE = "/api/v1/authenticate"
_RENEW = "/api/v1/renewToken"
_EARLY = 60.0
"""Seconds before its end that a token is renewed, or a fifth of its life where that is less."""
_EARLY_SHARE = 0.2
_REFUSED_FOR = 30.0
"""Seconds that a refused password is not tried again: a server may lock the user out."""


@dataclass(frozen=True, slots=True)
class _Token:
    """A token; times are the server's, in Unix seconds, None where it does not say when it ends."""

    text: Secret
    ends: float | None
    due: float | None


class EconnectTokens(Tokens):
    """Keeps a token that is good: one sign-in at a time, however many requests wait for it."""

    def __init__(self, http: Http, base: URL, username: str, password: Secret) -> None:
        """Nothing is requested before the first token is needed."""
        self._http = http
        self._base = base
        self._username = username
        self._password = password
        self._token: _Token | None = None
        self._under_way: asyncio.Task[Secret] | None = None
        self._refusal = ""
        self._refused_until = 0.0

    @property
    @override
    def secrets(self) -> tuple[Secret, ...]:
        return (self._password, *([self._token.text] if self._token else []))

    @override
    async def headers(self) -> Mapping[str, Secret]:
        known = self._token
        if known and (known.due is None or self._now < known.due):
            return _bearer(known.text)
        return _bearer(await self._obtain())

    @override
    async def replaced(self, refused: Mapping[str, Secret]) -> Mapping[str, Secret]:
        if self._token and _bearer(self._token.text) == refused:
            self._token = None
        return await self.headers()

    def forget(self) -> None:
        """Sign in before the next request: a token carries the rights of the time when it was given."""
        self._token = None

    async def refresh(self) -> None:
        """See to it that the token is accepted at present, for a request that cannot be repeated."""
        if known := self._token:
            self._token = _Token(known.text, known.ends, due=0.0)
        await self.headers()

    async def close(self) -> None:
        """Stop signing in."""
        if self._under_way:
            self._under_way.cancel()
            await asyncio.gather(self._under_way, return_exceptions=True)

    @property
    def _now(self) -> float:
        return self._http.present.timestamp()

    async def _obtain(self) -> Secret:
        """Wait for the token that is being asked for, or ask; whoever stops waiting does not stop the others."""
        if self._under_way is None:
            self._under_way = asyncio.create_task(self._renew_or_sign_in())
            self._under_way.add_done_callback(self._is_done)
        return await asyncio.shield(self._under_way)

    def _is_done(self, task: asyncio.Task[Secret]) -> None:
        self._under_way = None
        if not task.cancelled():
            task.exception()  # or it would be missed where nobody waits any more

    async def _renew_or_sign_in(self) -> Secret:
        known = self._token
        if known and (known.ends is None or self._now < known.ends):
            try:
                return await self._renew(known.text)
            except Unreachable, RateLimited:
                return known.text  # the request itself will tell
            except SignInFailed, NotPermitted, NotFound, Rejected, BadAnswer:
                pass
        return await self._sign_in()

    async def _renew(self, token: Secret) -> Secret:
        api = self._http.at(self._base, _bearer(token), (token,))
        return self._keep(await api.get(_RENEW, urgent=True), f"GET {_RENEW}")

    async def _sign_in(self) -> Secret:
        if monotonic() < self._refused_until:
            raise SignInFailed(self._refusal)
        what = f"POST {_AUTHENTICATE}"
        api = self._http.at(self._base, {}, (self._password,))
        try:
            answer = await api.post(_AUTHENTICATE, {"username": self._username, "password": self._password.reveal()})
        except NotFound:
            raise BadAnswer(f"{what}: HTTP 404, the API is not at this address") from None
        except (SignInFailed, NotPermitted, Rejected) as error:
            # What a wrong password is answered is not documented.
            self._refusal, self._refused_until = str(error), monotonic() + _REFUSED_FOR
            raise SignInFailed(self._refusal) from None
        return self._keep(answer, what)

    def _keep(self, answer: JsonValue, what: str) -> Secret:
        text = as_object(answer, what).get("token")
        if not isinstance(text, str) or not text.isascii() or not text.isprintable() or " " in text or not text:
            raise BadAnswer(f"{what}: no token")
        now, ends = self._now, expiry(text)
        if ends is not None and ends <= now:
            ends = None  # by a clock that nobody else has: it is good until it is refused
        due = ends - min(_EARLY, (ends - now) * _EARLY_SHARE) if ends is not None else None
        self._token = _Token(Secret(text), ends, due)
        return self._token.text


def expiry(token: str) -> float | None:
    """Return the `exp` of a JWT, in Unix seconds; None where there is none. Its signature is the server's business."""
    try:
        _, claims, _ = token.split(".")
        found = loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)), "token")
    except ValueError, BadAnswer:
        return None
    ends = found.get("exp") if isinstance(found, Mapping) else None
    return float(ends) if isinstance(ends, int | float) and not isinstance(ends, bool) and isfinite(ends) else None


def _bearer(token: Secret) -> Mapping[str, Secret]:
    return {"Authorization": Secret(f"Bearer {token.reveal()}")}
