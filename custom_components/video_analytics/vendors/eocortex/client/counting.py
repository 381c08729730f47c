"""Counts of objects and of visitors, below `/api`."""

from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime

from ...errors import BadAnswer, NotFound, Rejected
from ...http import Query
from ...json import JsonValue, as_objects
from ..wire.counting import ChannelCounters, ChannelReport, Visitors, VisitorsAnswer
from .caller import Caller

_FOLDERS = ("/api/objects_counting", "/api/object_counting")
"""The guide's addresses, and the headings above them."""

type _Write = Callable[[datetime], str]


class CountingApi:
    """Counters of one server."""

    def __init__(self, caller: Caller) -> None:
        """Belong to a server."""
        self._caller = caller
        self._folders: tuple[str, ...] = _FOLDERS

    async def current(self, channel: str | None = None) -> tuple[ChannelCounters, ...]:
        """Return what lines and areas count now: guide, "api/objects_counting/current_counters".

        Without a channel, of all that the module runs on.
        """
        answer = await self._get("current_counters", {"channelId": channel}, urgent=False)
        return tuple(ChannelCounters.read(row, "counters") for row in as_objects(answer or (), "current_counters"))

    async def report(
        self, start: datetime, end: datetime, channel: str | None = None, *, urgent: bool = False
    ) -> tuple[ChannelReport, ...]:
        """Return how many objects crossed the lines: guide, "api/objects_counting/report".

        Without a channel, of all that the module runs on. The times are the server's local ones, so that they are sent in the zone that they have. The guide's table and
        its example write dates differently.
        """

        async def ask(write: _Write) -> JsonValue:
            query = {"channelId": channel, "startTime": write(start), "endTime": write(end)}
            return await self._get("report", query, urgent=urgent)

        answer = await _in_either(ask, _as_table, _as_example)
        rows = as_objects(answer or (), "counting report")
        return tuple(ChannelReport.read(row, "counting report") for row in rows)

    async def visitors(
        self,
        start: datetime,
        end: datetime,
        channels: Collection[str],
        *,
        unique_only: bool = False,
        without_groups: Collection[str] = (),
        aggregate: bool = False,
        urgent: bool = False,
    ) -> tuple[Visitors, ...]:
        """Return visitors: guide, "api/unique_visitor/report".

        `unique_only` restricts the distributions to unique visitors; `without_groups` are left out. Times are sent in
        UTC, as the guide's example has them, or else as its type says.
        """

        async def ask(write: _Write) -> JsonValue:
            query = {
                "starttimeutc": write(start.astimezone(UTC)),
                "endtimeutc": write(end.astimezone(UTC)),
                "channel": ",".join(channels),
                "uniqueonly": str(unique_only).lower(),
                "group": ",".join(without_groups) or None,
                "aggregate": str(aggregate).lower(),
            }
            return await self._caller.get("/api/unique_visitor/report", query, urgent=urgent)

        return VisitorsAnswer.read(await _in_either(ask, _in_seconds, _as_type), "unique visitors").report

    async def _get(self, name: str, query: Query, *, urgent: bool) -> JsonValue:
        """Ask in the folder that there is, and remember which."""
        try:
            return await self._caller.get(f"{self._folders[0]}/{name}", query, urgent=urgent)
        except NotFound:
            if len(self._folders) == 1:
                raise
        answer = await self._caller.get(f"{self._folders[1]}/{name}", query, urgent=urgent)
        self._folders = self._folders[1:]
        return answer


async def _in_either(ask: Callable[[_Write], Awaitable[JsonValue]], first: _Write, second: _Write) -> JsonValue:
    """Ask with dates in one way, and in the other where that is refused; the first refusal tells more."""
    try:
        return await ask(first)
    except (Rejected, BadAnswer) as refusal:
        try:
            return await ask(second)
        except Rejected, BadAnswer:
            raise refusal from None


def _as_table(moment: datetime) -> str:
    return f"{_in_seconds(moment)}.{moment.microsecond // 1000:03}"


def _as_example(moment: datetime) -> str:
    return f'"{moment.strftime("%Y.%m.%d %H:%M:%S")}"'


def _in_seconds(moment: datetime) -> str:
    return moment.strftime("%d.%m.%Y %H:%M:%S")


def _as_type(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
