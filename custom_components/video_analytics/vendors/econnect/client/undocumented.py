"""Answers whose shape eConnect does not document."""

from ...errors import BadAnswer
from ...json import JsonValue, loads


def anything(body: bytes, what: str) -> JsonValue:
    """Read JSON where it is JSON; other text is nothing that could be passed on."""
    try:
        return loads(body, what)
    except BadAnswer:
        return None
