"""Writes events into Faceter's timeline."""

from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from typing import override
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from .. import contract
from ..errors import Rejected
from ..models.moments import EventDraft
from . import wire
from .client import FaceterClient
from .events import KINDS

_TYPES = {kind: name for name, kind in KINDS.items()}


class FaceterWriter(contract.EventWriter):
    """Creates events of all types that Faceter names."""

    def __init__(self, client: FaceterClient, written: Callable[[str], None], present: Callable[[], datetime]) -> None:
        """`written` is told the camera, so that the event comes back soon; `present` returns the vendor's time."""
        self._client = client
        self._present = present
        self._written = written

    @override
    async def create(self, camera: str, draft: EventDraft) -> str:
        """A draft's `name` is the vendor's own name of a type, and goes before its kind."""
        event_type = _type(draft)
        start = draft.start or self._present()
        if draft.end and draft.end < start:
            raise _rejected("the end is before the start")
        event_id = _id(draft.id)
        await self._client.create_event(
            camera,
            event_id=event_id,
            event_type=event_type,
            start=start,
            end=draft.end,
            instant=draft.instant,
            grid=_grid(draft.grid),
            attributes=draft.attributes or None,
            snapshot=_picture(draft.picture),
            object_snapshot=_picture(draft.object_picture),
        )
        self._written(camera)
        return event_id


def _type(draft: EventDraft) -> str:
    if draft.name is not None:
        if draft.name not in KINDS:
            raise _rejected(f"there is no event type of this name; there are {', '.join(KINDS)}")
        return draft.name
    if (event_type := _TYPES.get(draft.kind)) is None:
        raise _rejected(f"events of the kind {draft.kind.value} cannot be written")
    return event_type


def _id(given: str | None) -> str:
    try:
        return str(UUID(given) if given is not None else uuid4())
    except ValueError:
        raise _rejected("the id of an event has to be a UUID") from None


def _grid(rows: tuple[tuple[int, ...], ...] | None) -> wire.Grid | None:
    if rows is None:
        return None
    cells = tuple(cell for row in rows for cell in row)
    if not cells or len({len(row) for row in rows}) != 1 or not {0, 1}.issuperset(cells):
        raise _rejected("the grid has to have rows of equal length, of nothing but 0 and 1")
    return wire.Grid(rows=len(rows), cols=len(rows[0]), cells=cells)


def _picture(picture: bytes | str | None) -> str | None:
    """Write a picture as "base64-or-url", as the vendor's page has it."""
    if isinstance(picture, bytes):
        return b64encode(picture).decode()
    if picture is not None and urlsplit(picture).scheme not in ("http", "https"):
        raise _rejected("a picture has to be given as bytes, or as an address that begins with http")
    return picture


def _rejected(reason: str) -> Rejected:
    return Rejected("event: not sent", reason)
