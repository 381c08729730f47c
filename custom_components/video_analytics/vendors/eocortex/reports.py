"""Reports of counters and of visitors, put together from those of the servers."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import override

from .. import contract
from ..errors import BadAnswer, NotFound, Rejected
from ..json import JsonObject
from ..models.reports import MOST_INTERVALS, CountQuery, CountReport, LineCounts, VisitorQuery, VisitorReport
from .servers import Link, Servers
from .wire.counting import ChannelReport, Visitors, spelt_as_documented

CAMERAS_AT_ONCE = 50
"""Cameras in a request: they are named in its address, the length of which is limited."""
_MOST_REQUESTS = 1000
_AT_ONCE = 20
"""Nobody expects the answer to more requests than these at once: they take their turn."""

type _Period = tuple[datetime, datetime]
type _Asked = tuple[Link, tuple[str, ...]]
"""A server, and the cameras that it is asked for."""


class EocortexReports(contract.Reports):
    """Counts of lines, and visitors; each server knows those of its own cameras."""

    def __init__(self, servers: Servers, link: Callable[[str], Link]) -> None:
        """`link` returns the server of a camera."""
        self._servers = servers
        self._link = link
        self._names_cameras = True
        """Whether a report of several cameras says which is which; the guide's example does not."""

    @override
    async def counting(self, query: CountQuery) -> tuple[CountReport, ...]:
        """Return reports; the times have to be in the zone of the servers."""
        asked: list[_Asked] = self._asked(query.cameras) if query.cameras else [(link, ()) for link in self._all]
        periods = _periods(query)
        urgent = _is_urgent(len(periods) * len(asked))
        found: list[CountReport] = []
        for period in periods:
            for link, cameras in asked:
                known = {camera.lower(): camera for camera in cameras}
                rows = await _counted(link, cameras, period, urgent=urgent)
                found += [
                    count_report(row, *period, known.get(row.id.lower(), row.id))
                    for row in rows
                    if not cameras or row.id.lower() in known
                ]
        return tuple(found)

    @override
    async def visitors(self, query: VisitorQuery, *, in_background: bool = False) -> tuple[VisitorReport, ...]:
        """Return reports. Raises `Rejected` for cameras whose unique visitors no server can count together."""
        if self._names_cameras or query.aggregate:
            found = await self._visitors(query, CAMERAS_AT_ONCE, in_background=in_background)
            if found is not None:
                return found
            self._names_cameras = False
        return await self._visitors(query, 1, in_background=in_background) or ()

    @override
    async def views(self) -> tuple[JsonObject, ...]:
        link = next((link for link in self._all if link.online), self._all[0])
        return await link.ask(lambda client: client.webapi.grid_profiles())

    async def _visitors(
        self, query: VisitorQuery, at_once: int, *, in_background: bool
    ) -> tuple[VisitorReport, ...] | None:
        """Return reports, asked for so many cameras at once; None where it is not said which camera one is of."""
        asked = [
            (link, portion)
            for link, cameras in self._asked(query.cameras)
            for portion in batched(cameras, at_once, strict=False)
        ]
        if query.aggregate and len(asked) > 1:
            reason = (
                f"visitors of more than {CAMERAS_AT_ONCE} cameras, or at several servers, cannot be counted together, "
                "since the same person would count several times; ask for fewer cameras, or for each on its own"
            )
            raise Rejected("visitor report: not sent", reason)
        periods = _periods(query)
        urgent = _is_urgent(len(periods) * len(asked)) and not in_background
        found: list[VisitorReport] = []
        for period in periods:
            for link, cameras in asked:
                rows = await _visited(link, cameras, period, query, urgent=urgent)
                if query.aggregate:
                    found += [visitor_report(_only(rows), *period, None)] if rows else []
                    continue
                if len(cameras) > 1 and not all(row.channel_id for row in rows):
                    return None
                for camera in cameras:
                    own = [row for row in rows if (row.channel_id or camera).lower() == camera.lower()]
                    found += [visitor_report(_only(own), *period, camera)] if own else []
        return tuple(found)

    @property
    def _all(self) -> list[Link]:
        return list(self._servers.links.values()) or [self._servers.entry]

    def _asked(self, cameras: Collection[str]) -> list[_Asked]:
        """Return which server is asked for which cameras, each once."""
        asked: dict[int, tuple[Link, list[str]]] = {}
        for camera in dict.fromkeys(cameras):
            link = self._link(camera)
            asked.setdefault(id(link), (link, []))[1].append(camera)
        return [(link, tuple(own)) for link, own in asked.values()]


def count_report(row: ChannelReport, start: datetime, end: datetime, camera: str) -> CountReport:
    """Return what crossed the lines of a camera in a period."""
    lines = tuple(
        LineCounts(
            id=line.id,
            name=line.name or line.id,
            before=spelt_as_documented(line.start_counts),
            counts=spelt_as_documented(line.total_counts),
        )
        for line in row.zones or ()
    )
    return CountReport(camera=camera, start=start, end=end, lines=lines)


def visitor_report(row: Visitors, start: datetime, end: datetime, camera: str | None) -> VisitorReport:
    """Return the visitors of a period; the row may not say whose they are."""
    return VisitorReport(
        camera=camera,
        start=start,
        end=end,
        total=row.total_visitors,
        unique=row.unique_visitors,
        genders=spelt_as_documented(row.gender_distribution),
        ages=spelt_as_documented(row.age_distribution),
        emotions=spelt_as_documented(row.emotion_distribution),
    )


async def _counted(link: Link, cameras: tuple[str, ...], period: _Period, *, urgent: bool) -> tuple[ChannelReport, ...]:
    """Ask a server for a camera, or for all that count: several cannot be named.

    A camera that does not count is not in the list, and is not found where it is named.
    """
    named = cameras[0] if len(cameras) == 1 else None
    try:
        return await link.ask(lambda client: client.counting.report(*period, named, urgent=urgent))
    except NotFound:
        if named is None:
            raise
        return ()


async def _visited(
    link: Link, cameras: tuple[str, ...], period: _Period, query: VisitorQuery, *, urgent: bool
) -> tuple[Visitors, ...]:
    """Ask a server for these cameras."""
    return await link.ask(
        lambda client: client.counting.visitors(
            *period,
            cameras,
            unique_only=query.unique_only,
            without_groups=query.without_groups,
            aggregate=query.aggregate,
            urgent=urgent,
        )
    )


def _only(rows: Sequence[Visitors]) -> Visitors:
    """Return the report; several cannot be added up."""
    if len(rows) > 1:
        raise BadAnswer(f"visitor report: {len(rows)} reports instead of one")
    return rows[0]


def _is_urgent(requests: int) -> bool:
    """Tell whether somebody can wait for so many requests. Raises `Rejected` where nobody can."""
    if requests > _MOST_REQUESTS:
        reason = f"it would take {requests} requests, {_MOST_REQUESTS} are allowed; ask for fewer cameras or intervals"
        raise Rejected("report: not sent", reason)
    return requests <= _AT_ONCE


def _periods(query: CountQuery | VisitorQuery) -> list[_Period]:
    """Cut a period into intervals, the last of which may be shorter; without an interval it stays as it is."""
    if query.interval is None:
        return [(query.start, query.end)]
    step, zone = timedelta(minutes=query.interval), query.start.tzinfo
    start, end = query.start.astimezone(UTC), query.end.astimezone(UTC)  # days of the zone may have 23 or 25 hours
    if query.interval < 1 or (end - start) / step > MOST_INTERVALS:
        raise Rejected("report: not sent", f"a report has at most {MOST_INTERVALS} intervals, of a minute or more")
    found = []
    while start < end:
        found.append((start.astimezone(zone), min(start + step, end).astimezone(zone)))
        start += step
    return found
