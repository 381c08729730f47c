"""JSON as vendors really send it, and the tolerant readings of its values.

Tolerance is limited to what `BadAnswer` would otherwise punish without need: a byte order mark, text before the body,
`"true"` for `true`, comma decimals, seven fraction digits, one object where a list is meant, enumerations as
`"1 - InQueue"`. Half a body, or a value of another kind, is refused.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite
import re

import orjson

from .errors import BadAnswer

type JsonValue = str | int | float | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None
type JsonObject = Mapping[str, JsonValue]

_BOM = b"\xef\xbb\xbf"
_BODY_STARTS = re.compile(rb"[\[{]")
_FRACTION = re.compile(r"(\.\d{6})\d+")
_EXCERPT = 80


def loads(body: bytes, what: str) -> JsonValue:
    """Decode a whole body; `what` names the request in the error.

    Raises `BadAnswer` for anything that is not complete JSON.
    """
    body = body.removeprefix(_BOM).strip()
    try:
        return orjson.loads(body)  # type: ignore[no-any-return]  # orjson types its result as Any
    except orjson.JSONDecodeError:
        raise BadAnswer(f"{what}: expected JSON, got {excerpt(body)}") from None


def loads_after_preamble(body: bytes, what: str) -> JsonValue:
    """Decode a body that some servers precede with lines of text."""
    start = _BODY_STARTS.search(body)
    return loads(body[start.start() :] if start else body, what)


def excerpt(body: bytes) -> str:
    """Return what kind of text came instead, without its values: they may be secret or personal."""
    text = body[:_EXCERPT].decode("utf-8", "replace").strip()
    if not text:
        return "an empty body"
    if text[:1] == "<":
        return "a page of HTML or XML"
    if text[:1] in "[{":
        return f"broken JSON of {len(body)} bytes"
    return f"{len(body)} bytes of another kind"


def as_object(value: JsonValue, what: str) -> JsonObject:
    """Return an object, or raise `BadAnswer`."""
    if isinstance(value, Mapping):
        return value
    raise BadAnswer(f"{what}: expected an object, got {kind(value)}")


def as_objects(value: JsonValue, what: str) -> tuple[JsonObject, ...]:
    """Return a list of objects; a single object counts as a list of one."""
    if isinstance(value, Mapping):
        return (value,)
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise BadAnswer(f"{what}: expected a list, got {kind(value)}")
    return tuple(as_object(item, what) for item in value)


def kind(value: JsonValue) -> str:
    """Name the JSON type of a value, never the value itself."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case Mapping():
            return "an object"
        case _:
            return "a list"


def read_text(value: JsonValue) -> str:
    """Read text; numbers that stand for an identifier are taken as they are printed."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise ValueError(f"expected text, got {kind(value)}")


def read_identifier(value: JsonValue) -> str:
    """Read text that has to say something."""
    if not (text := read_text(value)):
        raise ValueError("expected an identifier, got nothing")
    return text


def read_bool(value: JsonValue) -> bool:
    """Read `true`, `"true"`, `"True"`."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    raise ValueError(f"expected a boolean, got {kind(value)}")


def read_float(value: JsonValue) -> float:
    """Read `0.98`, `"0.98"`, `"0,98"`."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"expected a number, got {kind(value)}")
    try:
        number = float(value.replace(",", ".") if isinstance(value, str) else value)
    except ValueError, OverflowError:
        raise ValueError("expected a number, got other text") from None
    if not isfinite(number):
        raise ValueError("expected a finite number")
    return number


def read_int(value: JsonValue) -> int:
    """Read `1`, `"1"`, `1.0`, and the number of `"1 - InQueue"`."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and (match := re.match(r"\s*([+-]?\d{1,18})\s*(?:-\s|$)", value)):
        return int(match[1])
    number = read_float(value)
    if not number.is_integer():
        raise ValueError("expected a whole number")
    return int(number)


def read_datetime(value: JsonValue) -> datetime:
    """Read ISO 8601 with any number of fraction digits; without an offset it counts as UTC."""
    if not isinstance(value, str):
        raise ValueError(f"expected a time, got {kind(value)}")  # one error for every bad value
    try:
        moment = datetime.fromisoformat(_FRACTION.sub(r"\1", value.strip()))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except ValueError, OverflowError:
        raise ValueError("expected a time, got other text") from None
