"""What the failures of HTTP become: our errors, without the vendor's words except where they are a reason to be shown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
import re

import aiohttp

from .errors import (
    BadAnswer,
    Conflict,
    NoSuchPart,
    NotFound,
    NotPermitted,
    RateLimited,
    Rejected,
    SignInFailed,
    StorageFull,
    Unreachable,
    VendorError,
)
from .json import JsonValue, loads
from .secret import Secret

_MAX_BODY = 1 << 14
_MAX_REASON = 200
_MAX_RETRY_AFTER = 24 * 3600.0
_ADDRESS = re.compile(r"\w+://\S+")


@contextmanager
def translated(what: str) -> Iterator[None]:
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


async def failure_of(response: aiohttp.ClientResponse, what: str, secrets: Iterable[Secret]) -> VendorError:
    """Turn a status into an error; vendors differ in the body, so only its usual texts are looked for."""
    status = response.status
    text = f"{what}: HTTP {status}"
    match status:
        case HTTPStatus.UNAUTHORIZED:
            return SignInFailed(text)
        case HTTPStatus.FORBIDDEN:
            return NotPermitted(text, reason=_reason(await response.content.read(_MAX_BODY), secrets))
        case HTTPStatus.NOT_FOUND | HTTPStatus.GONE:
            return NotFound(text)
        case HTTPStatus.TOO_MANY_REQUESTS:
            return RateLimited(text, _retry_after(response.headers.get("Retry-After")))
        case HTTPStatus.INSUFFICIENT_STORAGE:
            return StorageFull(text, _reason(await response.content.read(_MAX_BODY), secrets))
        case HTTPStatus.CONFLICT:
            return Conflict(text, _reason(await response.content.read(_MAX_BODY), secrets))
        case HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return NoSuchPart(text)
        case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return Unreachable(text)
        case _:
            return Rejected(text, _reason(await response.content.read(_MAX_BODY), secrets))


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
        elif isinstance(value, Sequence) and not isinstance(value, str):
            value = _complaints(value)
        if isinstance(value, str) and value:
            for secret in secrets:
                value = value.replace(secret.reveal(), str(secret)) if secret.reveal() else value
            return _ADDRESS.sub("…", value)[:_MAX_REASON]
    return None


def _complaints(items: Sequence[JsonValue]) -> str:
    """Read FastAPI's list of what is wrong where in a request, without the values that were sent."""
    found = []
    for item in items:
        if isinstance(item, Mapping) and isinstance(message := item.get("msg"), str):
            where = item.get("loc")
            path = where[1:] if isinstance(where, Sequence) and not isinstance(where, str) else ()
            field = ".".join(str(part) for part in path if isinstance(part, str | int))
            found.append(f"{field}: {message}" if field else message)
    return "; ".join(found)


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
