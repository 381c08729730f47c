"""Raises external events at Eocortex' cameras."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import override

from .. import contract
from ..errors import Rejected, Unreachable
from ..models.moments import EventDraft, MomentKind
from .servers import Link

_KINDS = (MomentKind.EXTERNAL, MomentKind.CUSTOM)
_INFORMATION = "information"
_NOW = timedelta(minutes=1)


class EocortexWriter(contract.EventWriter):
    """External events: a name and a text, at the time when they arrive (facts, section 8.1)."""

    def __init__(self, link: Callable[[str], Link], present: Callable[[], datetime]) -> None:
        """`link` returns the server of a camera, `present` the time there."""
        self._link = link
        self._present = present

    @override
    async def create(self, camera: str, draft: EventDraft) -> None:
        """A draft's `name` is the system name; its attributes are the information."""
        name = self._name(draft)
        information = _information(draft)
        # At one address only: where an answer is missing, the event may have been raised all the same.
        if (client := self._link(camera).client) is None:
            raise Unreachable("generateexternalevent: the server has no address for the protocol that was entered")
        await client.events.raise_external(camera, name, information)

    def _name(self, draft: EventDraft) -> str:
        if draft.kind not in _KINDS:
            raise _rejected(f"events of the kind {draft.kind.value} cannot be written, only external ones")
        if not draft.name:
            raise _rejected("an external event needs a name, by which the server's scenarios know it")
        times = [time for time in (draft.start, draft.end) if time]
        if any(abs(time - self._present()) > _NOW for time in times):
            raise _rejected("an external event has no time of its own: it happens when it is sent")
        if draft.id is not None or draft.grid or draft.picture or draft.object_picture:
            raise _rejected("an external event has no id, no grid and no pictures")
        return draft.name


def _information(draft: EventDraft) -> str | None:
    if set(draft.attributes) == {_INFORMATION}:
        return draft.attributes[_INFORMATION]
    return "; ".join(f"{key}: {text}" for key, text in draft.attributes.items()) or None


def _rejected(reason: str) -> Rejected:
    return Rejected("event: not sent", reason)
