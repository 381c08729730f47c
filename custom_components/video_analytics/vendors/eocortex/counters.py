"""Lines and areas, and what they count."""

import asyncio
from collections.abc import Collection, Mapping
from functools import partial

from ..models.state import Zone, ZoneKind
from .occasional import Occasional
from .servers import Link
from .wire.counting import AREA, LINE, ChannelCounters

_EVERY = 15.0
_PATIENCE = 10.0
_KINDS = {LINE: ZoneKind.LINE, AREA: ZoneKind.AREA}


class Counters:
    """The counters of all cameras, by one request for each server."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: dict[str, Occasional[Mapping[str, Zone]]] = {}

    @property
    def zones(self) -> Mapping[str, Zone]:
        """Return lines and areas, by their ids."""
        return {key: zone for known in self._known.values() for key, zone in (known.value or {}).items()}

    @property
    def refusal(self) -> str | None:
        """Return why a server does not tell."""
        return next((known.refusal for known in self._known.values() if known.refusal), None)

    async def refresh(self, links: Mapping[str, Link], *, looked_at: bool) -> None:
        """Ask the servers that answer: once, to know what there is, and then while somebody looks."""
        self._known = {
            key: self._known.get(key) or Occasional(partial(_ask, link), _EVERY) for key, link in links.items()
        }
        due = [known for key, known in self._known.items() if links[key].online and (known.is_new or looked_at)]
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
