"""Visitors of the present day."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo

from ..errors import Unreachable
from ..models.reports import VisitorQuery, VisitorReport, shares
from ..models.state import Visitors
from .occasional import Occasional
from .reports import CAMERAS_AT_ONCE, EocortexReports

_EVERY = 300.0
_RIGHTS_EVERY = 3600.0
_PATIENCE = 10.0
"""Seconds that a poll waits for a request."""


class VisitorsToday:
    """Who came to the cameras that recognize faces since the user's midnight."""

    def __init__(self, reports: EocortexReports, present: Callable[[], datetime]) -> None:
        """`present` returns the time at the servers."""
        self._reports = reports
        self._present = present
        self._since: datetime | None = None
        self._cameras: frozenset[str] = frozenset()
        self._offered = Occasional(self._try, _RIGHTS_EVERY)
        self._known = Occasional(self._ask, _EVERY)

    @property
    def offered(self) -> bool:
        """Tell whether this user may have reports of visitors, and the system makes any."""
        return bool(self._offered.value)

    @property
    def refusal(self) -> str | None:
        """Return why there are none."""
        return self._offered.refusal or self._known.refusal

    def of(self, camera: str) -> Visitors:
        """Return the visitors of a camera, as far as they are known."""
        known = (self._known.value or {}).get(camera)
        return known if known and known.since == self._since else Visitors(camera=camera, since=self._since)

    async def refresh(self, cameras: frozenset[str], wanted: frozenset[str], zone: tzinfo) -> None:
        """Ask for the wanted ones of the cameras when it is time, or another day has begun."""
        since = self._present().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        wanted &= cameras
        if since != self._since or not wanted <= self._cameras:
            self._known.due = 0.0
        self._since, self._cameras = since, wanted or cameras
        if cameras:
            await self._offered.refresh()
        if self.offered and wanted:
            await self._known.refresh()

    async def _try(self) -> bool:
        """Ask for one camera: how the vendor answers for one without the module is not known."""
        await self._of(frozenset(sorted(self._cameras)[:1]))
        return True

    async def _ask(self) -> Mapping[str, Visitors]:
        """Ask for all; what is known of cameras whose server is silent stays for the day."""
        kept = {key: visitors for key, visitors in (self._known.value or {}).items() if visitors.since == self._since}
        return kept | await self._of(self._cameras)

    async def _of(self, cameras: frozenset[str]) -> dict[str, Visitors]:
        start, end = self._since or self._present(), self._present()
        query = VisitorQuery(start=start, end=end, cameras=tuple(sorted(cameras)))
        try:
            async with asyncio.timeout(_PATIENCE * (1 + len(cameras) / CAMERAS_AT_ONCE)):
                reports = await self._reports.visitors(query, in_background=True)
        except TimeoutError:
            raise Unreachable("visitor report: no answer in time") from None
        return {report.camera: _visitors(report, report.camera) for report in reports if report.camera}


def _visitors(report: VisitorReport, camera: str) -> Visitors:
    distributions = (report.genders, report.ages, report.emotions)
    return Visitors(
        camera=camera,
        since=report.start,
        total=report.total,
        unique=report.unique,
        shares={name: share for counts in distributions for name, share in shares(counts).items()},
    )
