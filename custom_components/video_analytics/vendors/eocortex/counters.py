"""Lines and areas, and what they count."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from time import monotonic

from ..models.state import Zone, ZoneKind
from .occasional import Occasional
from .servers import Link
from .wire.counting import AREA, LINE, ChannelCounters

_EVERY = 14.0
"""Seconds, a little less than between two polls while somebody looks."""
_RARELY = 600.0
"""Seconds after which it is looked for new lines and areas although nobody looks at the others."""
_PATIENCE = 10.0
_KINDS = {LINE: ZoneKind.LINE, AREA: ZoneKind.AREA}


class Counters:
    """The counters of all cameras, by one request for each server."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: dict[str, tuple[Link, Occasional[Mapping[str, Zone]]]] = {}

    @property
    def zones(self) -> Mapping[str, Zone]:
        """Return lines and areas, by their ids."""
        return {
            key: zone if link.online else replace(zone, online=False)
            for link, known in self._known.values()
            for key, zone in (known.value or {}).items()
        }

    @property
    def complete(self) -> bool:
        """Tell whether every server has told what it counts."""
        return all(known.value is not None for _, known in self._known.values())

    @property
    def refusal(self) -> str | None:
        """Return why a server does not tell."""
        return next((known.refusal for _, known in self._known.values() if known.refusal), None)

    async def refresh(self, links: Mapping[str, Link], *, looked_at: bool) -> None:
        """Ask the servers that answer: now and then, to know what there is, and often while somebody looks."""
        before = self._known
        self._known = {
            key: before[key]
            if key in before and before[key][0] is link
            else (link, Occasional(partial(_ask, link), _EVERY))
            for key, link in links.items()
        }
        due = [
            known
            for link, known in self._known.values()
            if link.online and (known.is_new or looked_at or monotonic() >= known.due + _RARELY)
        ]
        await asyncio.gather(*(known.refresh() for known in due))


async def _ask(link: Link) -> Mapping[str, Zone]:
    """Ask one server."""
    return zones(await link.ask(lambda client: client.counting.current(), _PATIENCE))


def zones(counters: Collection[ChannelCounters]) -> dict[str, Zone]:
    """Return the lines and areas; what is of no kind that is known is left out."""
    return {
        row.id: Zone(
            id=row.id, name=row.name or row.id, camera=channel.id, kind=kind, counts=dict(row.current_counts or {})
        )
        for channel in counters
        for row in channel.zones or ()
        if (kind := _KINDS.get((row.type or "").lower()))
    }
