"""How eConnect writes and reads: errors, times and the values of requests."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import wraps
import json
from typing import NoReturn
from uuid import UUID

from aiohttp import web

from ..switches import Json, JsonObject
from .quirks import Quirks

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_TITLES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}


class Refusal(Exception):
    """Ends a request with a status and a reason."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


def refuse(status: int, detail: str) -> NoReturn:
    """End the request; a function, since it stands in expressions."""
    raise Refusal(status, detail)


def refusing(handler: Handler, quirks: Quirks) -> Handler:
    """Return a handler that answers refusals; the body of an error is not documented, see the quirk."""

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refusal as refusal:
            match quirks.error_body:
                case "problem":
                    title = _TITLES.get(refusal.status)
                    problem = {"title": title, "status": refusal.status, "detail": refusal.detail}
                    return web.json_response(problem, status=refusal.status, content_type="application/problem+json")
                case "text":
                    return web.Response(text=refusal.detail, status=refusal.status)
                case "empty":
                    return web.Response(status=refusal.status)

    return guarded


def dressed(row: JsonObject, quirks: Quirks) -> JsonObject:
    """Return an object as the quirks have it."""
    if quirks.extra_fields:
        row = row | {"collection": {"id": 7, "name": "Everybody"}}
    return row if quirks.nulls else {name: value for name, value in row.items() if value is not None}


def date(moment: float, how: str = "seconds") -> str:
    """Write a Unix time."""
    at = datetime.fromtimestamp(moment, UTC)
    match how:
        case "milliseconds":
            return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
        case "fractions7":
            return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06d}0Z"
        case _:
            return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def read_date(value: Json, name: str) -> float:
    """Read an ISO-8601 time; without an offset it is UTC."""
    try:
        if not isinstance(value, str):
            raise ValueError
        at = datetime.fromisoformat(value)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except ValueError:
        refuse(400, f"{name} is not a time")


def read_int(text: str | None, name: str, default: int) -> int:
    """Read a whole number of a query that is not negative."""
    if text is None:
        return default
    try:
        number = int(text)
    except ValueError:
        refuse(400, f"{name} is not a whole number")
    return number if number >= 0 else refuse(400, f"{name} is negative")


def read_guid(value: Json, name: str) -> str:
    """Read a GUID, as lower case with hyphens."""
    try:
        return str(UUID(value)) if isinstance(value, str) else refuse(400, f"{name} is not a GUID")
    except ValueError:
        refuse(400, f"{name} is not a GUID")


async def read_object(request: web.Request) -> JsonObject:
    """Read the body of a request."""
    try:
        body: Json = await request.json()
    except json.JSONDecodeError, UnicodeDecodeError:
        refuse(400, "the body is not JSON")
    return body if isinstance(body, dict) else refuse(400, "the body is not an object")
