"""Reports of counters, as the servers send them."""

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from typing import override

from .. import contract
from ..errors import Rejected
from ..json import JsonObject
from ..models.databases import CountQuery, VisitorQuery
from .servers import Link, Servers
from .wire.row import value

_MOST_INTERVALS = 400

type _Report = Callable[[datetime, datetime], Awaitable[list[JsonObject]]]


class EocortexReports(contract.Reports):
    """Counts of lines, and visitors."""

    def __init__(self, servers: Servers, link: Callable[[str], Link]) -> None:
        """`link` returns the server of a camera; each knows the counts of its own."""
        self._servers = servers
        self._link = link

    @override
    async def counting(self, query: CountQuery) -> JsonObject:
        """Return `{"Report": [{Id, ChannelName, Zones: [{Id, Name, StartCounts, TotalCounts}]}]}`.

        With an interval `{"Intervals": [{StartTime, EndTime, Report}]}`: the vendor only adds up. Times in the zone of
        the query, which has to be that of the servers.
        """
        links = [self._link(query.camera)] if query.camera else self._all

        async def report(start: datetime, end: datetime) -> list[JsonObject]:
            rows: list[JsonObject] = []
            for link in links:
                rows += await link.ask(lambda client: client.counting.report(start, end, query.camera))
            return rows

        return await _by_intervals(report, query)

    @override
    async def visitors(self, query: VisitorQuery) -> JsonObject:
        """Return `{"Report": [{ChannelId, TotalVisitors, UniqueVisitors, GenderDistribution, …}]}`.

        With an interval `{"Intervals": [{StartTime, EndTime, Report}]}`. The servers' sums are not added up.
        """
        asked = self._asked(query.cameras)

        async def report(start: datetime, end: datetime) -> list[JsonObject]:
            rows: list[JsonObject] = []
            for link, cameras in asked:
                answer = await link.ask(
                    lambda client, cameras=cameras: client.counting.visitors(  # type: ignore[misc]
                        start, end, cameras, aggregate=query.aggregate
                    )
                )
                listed = value(answer, "Report")
                rows += [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else [answer]
            return rows

        return await _by_intervals(report, query)

    @override
    async def views(self) -> tuple[JsonObject, ...]:
        link = next((link for link in self._all if link.online), self._all[0])
        return await link.ask(lambda client: client.webapi.grid_profiles())

    @property
    def _all(self) -> list[Link]:
        return list(self._servers.links.values()) or [self._servers.entry]

    def _asked(self, cameras: Collection[str]) -> list[tuple[Link, tuple[str, ...]]]:
        """Return which server is asked for which cameras; none stands for all."""
        if not cameras:
            return [(link, ()) for link in self._all]
        links = {id(link): link for camera in cameras if (link := self._link(camera))}
        return [(link, tuple(camera for camera in cameras if self._link(camera) is link)) for link in links.values()]


async def _by_intervals(report: _Report, query: CountQuery | VisitorQuery) -> JsonObject:
    """Ask for the period, or for one interval after the other."""
    if query.interval is None:
        return {"Report": await report(query.start, query.end)}
    return {
        "Intervals": [
            {"StartTime": start.isoformat(), "EndTime": end.isoformat(), "Report": await report(start, end)}
            for start, end in _intervals(query.start, query.end, query.interval)
        ]
    }


def _intervals(start: datetime, end: datetime, minutes: int) -> list[tuple[datetime, datetime]]:
    """Return the intervals of a period, the last of which may be shorter."""
    step = timedelta(minutes=minutes)
    if minutes < 1 or (end - start) / step > _MOST_INTERVALS:
        raise Rejected("report: not sent", f"a report has at most {_MOST_INTERVALS} intervals")
    found = []
    while start < end:
        found.append((start, min(start + step, end)))
        start += step
    return found
