"""How the servers write and read: bodies with their oddities, errors, dates, and parameters in any case."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import wraps
import json
from typing import NoReturn
from xml.etree import ElementTree as ET

from aiohttp import web

from ..switches import Json, JsonObject
from .quirks import Quirks

BOM = b"\xef\xbb\xbf"
NOBODY = "00000000-0000-0000-0000-000000000000"
_HTML = "<!DOCTYPE html><html><head><title>Eocortex</title></head><body><h1>Authorization failed</h1></body></html>"

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Refusal(Exception):
    """Ends a request with a status and a reason."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class LoginFailed(Refusal):
    """Nobody is known by these credentials, or the licence is not activated."""


def refuse(status: int, message: str) -> NoReturn:
    """End the request; a function, since it stands in expressions."""
    raise Refusal(status, message)


def not_found(request: web.Request) -> NoReturn:
    """End the request as the guide shows it."""
    refuse(404, f"Resource is not found ({request.raw_path.partition('?')[0]} | {request.method})")


def error(message: str) -> JsonObject:
    """Return the body of the REST resources' errors."""
    return {"ErrorMessage": message}


def rest(handler: Handler) -> Handler:
    """Answer refusals of a REST resource."""

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refusal as refusal:
            return web.json_response(error(refusal.message), status=refusal.status)

    return guarded


def root(handler: Handler, quirks: Quirks, *, may_show_page: bool = False) -> Handler:
    """Answer refusals of a root resource: in plain text, or with a page where a login failed and that is switched."""

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refusal as refusal:
            if may_show_page and isinstance(refusal, LoginFailed) and quirks.login_failed != "status":
                status = 200 if quirks.login_failed == "html_200" else refusal.status
                return web.Response(text=_HTML, content_type="text/html", status=status)
            return web.Response(text=refusal.message, status=refusal.status)

    return guarded


def json_answer(value: Json, quirks: Quirks) -> web.Response:
    """Return the answer of a REST resource."""
    return web.json_response(dressed(value, quirks))


def root_body(text: str, quirks: Quirks) -> bytes:
    """Return a root resource's text as bytes."""
    return (BOM if quirks.bom else b"") + text.encode()


def dressed(value: Json, quirks: Quirks) -> Json:
    """Return a value with its keys and booleans as the quirks want them."""
    match value:
        case dict():
            return {_spelt(key, quirks): dressed(part, quirks) for key, part in value.items()}
        case list():
            return [dressed(part, quirks) for part in value]
        case bool() if quirks.booleans != "json":
            return str(value) if quirks.booleans == "title" else str(value).lower()
        case _:
            return value


def _spelt(key: str, quirks: Quirks) -> str:
    match quirks.keys:
        case "pascal":
            return key
        case "camel":
            return key[:1].lower() + key[1:]
        case "lower":
            return key.lower()


def pretty(value: Json) -> str:
    """Return JSON over many lines, as the root resources write it."""
    return json.dumps(value, ensure_ascii=False, indent=1).replace("\n", "\r\n")


def xml(element: ET.Element) -> str:
    """Return a document."""
    return '<?xml version="1.0" encoding="utf-8"?>\r\n' + ET.tostring(element, encoding="unicode")


def text_of(value: Json) -> str:
    """Return a scalar as it stands in XML: booleans in small letters, null as nothing."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def iso(moment: float, quirks: Quirks) -> str:
    """Write a Unix time as ISO-8601 in UTC."""
    at = datetime.fromtimestamp(moment, UTC)
    fraction = {"7": f".{at.microsecond:06d}7", "3": f".{at.microsecond // 1000:03d}", "0": ""}[quirks.fractions]
    return f"{at:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def read_iso(text: str | None) -> float:
    """Read an ISO-8601 date of a query as Unix time: with or without seconds and zone, which is UTC then."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        refuse(400, "The date is not valid")
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def read_dotted(text: str) -> float:
    """Read ``dd.MM.yyyy HH:mm:ss[.fff]`` as Unix time; it is UTC."""
    for layout in ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S.%f"):
        try:
            return datetime.strptime(text, layout).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    refuse(400, "The date is not valid")


def parameters(request: web.Request) -> Mapping[str, str]:
    """Return the query's parameters, their names in small letters."""
    return {name.lower(): value for name, value in request.query.items()}


def read_size(query: Mapping[str, str], name: str) -> int | None:
    """Read a number of pixels."""
    text = query.get(name)
    if not text:
        return None
    return int(text) if text.isdecimal() and 1 <= int(text) <= 4096 else refuse(400, f"{name} is not valid")


def wants_json(query: Mapping[str, str]) -> bool:
    """Return whether the answer is to be JSON; it is XML otherwise."""
    return query.get("responsetype", "").lower() == "json"


def is_true(query: Mapping[str, str], name: str) -> bool:
    """Return whether a parameter says true."""
    return query.get(name, "").lower() == "true"


async def read_object(request: web.Request) -> JsonObject:
    """Read the body of a request."""
    try:
        body: Json = await request.json()
    except json.JSONDecodeError, UnicodeDecodeError:
        refuse(400, "The body is not JSON")
    return body if isinstance(body, dict) else refuse(400, "The body is not an object")
