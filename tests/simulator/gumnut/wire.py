"""How Gumnut reads requests and writes answers: parameters, times, and its three shapes of errors."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime
import json
from typing import NoReturn, cast

from aiohttp import web

from ..switches import Json, JsonObject
from .quirks import Quirks

type Call = Callable[[web.Request], Awaitable[web.StreamResponse]]
type Values = Mapping[str, Sequence[str]]
"""What a query or a form carries; every name may be repeated."""

LARGEST_PAGE = 200
_CODES = {400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 409: "conflict"}


class Refusal(Exception):
    """Ends a request with a status and a reason; ``field`` is what FastAPI complains of in a 422."""

    def __init__(self, status: int, reason: str, field: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.field = field


def refuse(status: int, reason: str) -> NoReturn:
    """End the request; a function, since it stands in expressions."""
    raise Refusal(status, reason)


def invalid(reason: str, *field: str) -> NoReturn:
    """End the request as FastAPI does."""
    raise Refusal(422, reason, field)


def error_response(refusal: Refusal, quirks: Quirks) -> web.Response:
    """Return an error in the shape that is set; that of FastAPI's own checks is always the same."""
    status, reason = refusal.status, refusal.reason
    if refusal.field:
        complaint: JsonObject = {"loc": [*refusal.field], "msg": reason, "type": "value_error", "input": "…"}
        return web.json_response({"detail": [complaint]}, status=status)
    code = _CODES.get(status, "error")
    bodies: Mapping[str, JsonObject] = {
        "detail": {"detail": reason},
        "message": {"error": code, "message": reason},
        "object": {"error": {"code": code, "message": reason, "details": {}}},
    }
    return web.json_response(bodies[quirks.errors], status=status)


def values_of(request: web.Request) -> Values:
    """Return the query."""
    return {name: request.query.getall(name) for name in request.query}


def text(values: Values, name: str) -> str | None:
    """Return one parameter."""
    found = values.get(name)
    return found[-1] if found else None


def several(values: Values, name: str) -> tuple[str, ...]:
    """Return a list, whether the name is repeated or commas are in between."""
    items = tuple(item for part in values.get(name, ()) for item in part.split(",") if item)
    return items if len(items) <= LARGEST_PAGE else invalid("more than 200", "query", name)


def choice(values: Values, name: str, choices: Sequence[str], default: str) -> str:
    """Return one of the values that are allowed."""
    value = text(values, name) or default
    return value if value in choices else invalid(f"Input should be {' or '.join(choices)}", "query", name)


def chosen(values: Values, name: str, choices: Sequence[str]) -> frozenset[str]:
    """Return some of the values that are allowed."""
    found = several(values, name)
    unknown = [value for value in found if value not in choices]
    return invalid(f"unknown: {', '.join(unknown)}", "query", name) if unknown else frozenset(found)


def whole(values: Values, name: str, default: int, low: int, high: int) -> int:
    """Return a whole number."""
    value = text(values, name)
    try:
        number = default if value is None else int(value)
    except ValueError:
        invalid("Input should be a valid integer", "query", name)
    return number if low <= number <= high else invalid(f"Input should be {low} to {high}", "query", name)


def number(value: str, name: str) -> float:
    """Return a number."""
    try:
        return float(value)
    except ValueError:
        invalid("Input should be a valid number", "query", name)


def limit_of(values: Values) -> int:
    """Return how many rows a page has."""
    return whole(values, "limit", 20, 1, LARGEST_PAGE)


def moment(value: Json, name: str) -> datetime:
    """Read a date and time, which may have no offset."""
    try:
        if not isinstance(value, str):
            raise ValueError
        return datetime.fromisoformat(value)
    except ValueError:
        invalid("Input should be a valid datetime", "query", name)


def birthday(value: Json) -> date | None:
    """Read a date."""
    try:
        if value is not None and not isinstance(value, str):
            raise ValueError
        return date.fromisoformat(value) if value else None
    except ValueError:
        invalid("Input should be a valid date", "body", "birth_date")


def stamp(unix: float) -> str:
    """Write a Unix time as the database has it."""
    return datetime.fromtimestamp(unix, UTC).isoformat().replace("+00:00", "Z")


def row(quirks: Quirks, fields: JsonObject) -> JsonObject:
    """Return an object as the quirks want it."""
    if quirks.extra_fields:
        fields = {**fields, "aura": {"colour": "violet"}, "x_version": 2}
    return fields if quirks.nulls else {name: value for name, value in fields.items() if value is not None}


def page(rows: Sequence[Json], more: bool) -> web.Response:
    """Return a page of rows."""
    return web.json_response({"data": [*rows], "has_more": more})


def behind[T](rows: Sequence[T], ids: Sequence[str], values: Values) -> tuple[Sequence[T], bool]:
    """Return the rows behind ``starting_after_id``, and whether there are more."""
    size, after = limit_of(values), text(values, "starting_after_id")
    if after is not None and after not in ids:
        refuse(400, "starting_after_id is none of these")
    start = ids.index(after) + 1 if after is not None else 0
    return rows[start : start + size], len(rows) > start + size


async def read_object(request: web.Request) -> JsonObject:
    """Read a body of JSON."""
    try:
        body: Json = await request.json()
    except json.JSONDecodeError, UnicodeDecodeError:
        invalid("JSON decode error", "body")
    return body if isinstance(body, dict) else invalid("Input should be an object", "body")


def read_ids(body: JsonObject, name: str) -> list[str]:
    """Read a list of ids."""
    ids = body.get(name)
    if not isinstance(ids, list) or not all(isinstance(key, str) for key in ids) or len(ids) > LARGEST_PAGE:
        invalid("Input should be a list of up to 200 ids", "body", name)
    return cast(list[str], ids)
