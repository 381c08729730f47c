"""How Faceter writes and reads: dates, errors, and the values of requests."""

from datetime import UTC, datetime, timedelta, timezone
import json
from typing import NoReturn
from urllib.parse import urlsplit
from uuid import UUID

from aiohttp import web

from ..switches import Json, JsonObject
from .quirks import Quirks

INT32_MAX = 2**31 - 1
INT64_MAX = 2**63 - 1
_TITLES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 500: "Internal Server Error"}


class Refusal(Exception):
    """Ends a request with a status and a reason."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


def refuse(status: int, detail: str) -> NoReturn:
    """End the request; a function, since it stands in expressions."""
    raise Refusal(status, detail)


def error_response(refusal: Refusal, quirks: Quirks) -> web.Response:
    """Return an error; its body is not documented, see the quirk."""
    status = refusal.status
    match quirks.error_body:
        case "problem":
            problem = {"type": "about:blank", "title": _TITLES.get(status), "status": status, "detail": refusal.detail}
            return web.json_response(problem, status=status, content_type="application/problem+json")
        case "text":
            return web.Response(text=refusal.detail, status=status)
        case "empty":
            return web.Response(status=status)


def date(moment: float, quirks: Quirks) -> str:
    """Write a Unix time."""
    at = datetime.fromtimestamp(moment, UTC)
    match quirks.dates:
        case "seconds":
            return f"{at:%Y-%m-%dT%H:%M:%S}Z"
        case "fractions7":
            return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06d}0Z"
        case "offset":
            return f"{at.astimezone(timezone(timedelta(hours=3))):%Y-%m-%dT%H:%M:%S}+03:00"


def read_date(value: Json, name: str) -> float:
    """Read an ISO-8601 date as Unix time; without an offset it is UTC."""
    try:
        if not isinstance(value, str) or "T" not in value:
            raise ValueError
        at = datetime.fromisoformat(value)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except ValueError:
        refuse(400, f"{name} is not a date and time")


def read_int(value: Json, name: str, *, low: int, high: int) -> int:
    """Read a whole number from a query or a body."""
    try:
        if isinstance(value, bool | float) or not isinstance(value, int | str):
            raise ValueError
        number = int(value)
    except ValueError:
        refuse(400, f"{name} is not a whole number")
    return number if low <= number <= high else refuse(400, f"{name} is out of range")


def read_uuid(value: Json, name: str) -> str:
    """Read a uuid, as lower case with hyphens."""
    try:
        return str(UUID(value)) if isinstance(value, str) else refuse(400, f"{name} is not a uuid")
    except ValueError:
        refuse(400, f"{name} is not a uuid")


def read_callback(body: JsonObject) -> str | None:
    """Read ``callbackUrl``; whether it may be left out is not documented, here it may."""
    value = body.get("callbackUrl")
    if value is None:
        return None
    if not isinstance(value, str) or urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname:
        refuse(400, "callbackUrl is not an address")
    return value


async def read_object(request: web.Request) -> JsonObject:
    """Read the body of a request."""
    try:
        body: Json = await request.json()
    except json.JSONDecodeError, UnicodeDecodeError:
        refuse(400, "the body is not JSON")
    return body if isinstance(body, dict) else refuse(400, "the body is not an object")
