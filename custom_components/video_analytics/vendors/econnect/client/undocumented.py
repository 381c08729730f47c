"""Answers whose shape eConnect does not document."""

from ...errors import BadAnswer
from ...json import JsonValue, excerpt, loads


def anything(body: bytes, what: str) -> JsonValue:
    """Read JSON where it is JSON; other text is nothing that could be passed on.

    Raises `BadAnswer` for a page of HTML, which is not the API's but that of a proxy before it.
    """
    if body.lstrip().startswith(b"<"):
        raise BadAnswer(f"{what}: expected no answer or JSON, got {excerpt(body)}")
    try:
        return loads(body, what)
    except BadAnswer:
        return None
