"""Resources below `/webapi`."""

from collections.abc import Collection
from datetime import UTC, datetime

from ...json import JsonObject, as_objects
from ..wire.cameras import ArchiveDays, CameraAnalytics, CameraSettings
from ..wire.license import License
from .caller import Caller


class WebApi:
    """Cameras and licences."""

    def __init__(self, caller: Caller) -> None:
        """Belong to a server."""
        self._caller = caller

    async def cameras(self) -> tuple[CameraSettings, ...]:
        """List the cameras' settings: guide, "cameras"."""
        rows = as_objects(await self._caller.get("/webapi/cameras"), "webapi/cameras")
        return tuple(CameraSettings.read(row, "camera") for row in rows)

    async def archive_days(self, camera: str, start: datetime, end: datetime) -> ArchiveDays:
        """Return the days with recordings: guide, "cameras/{cameraId}/archive_days".

        The example's times have neither seconds nor a zone and are in UTC; seconds are sent too, so that nothing is cut
        off.
        """
        query = {"startTimeUtc": _time(start), "endTimeUtc": _time(end)}
        answer = await self._caller.get(f"/webapi/cameras/{camera}/archive_days", query, urgent=True)
        return ArchiveDays.read(answer, "archive days")

    async def analytics(self, cameras: Collection[str] = ()) -> tuple[CameraAnalytics, ...]:
        """Return which modules are on: guide, "cameras/analytics". Without `cameras`, of all."""
        query = {"channelIds": tuple(cameras)}
        rows = as_objects(await self._caller.get("/webapi/cameras/analytics", query), "cameras/analytics")
        return tuple(CameraAnalytics.read(row, "camera") for row in rows)

    async def grid_profiles(self) -> tuple[JsonObject, ...]:
        """Return the saved screens as they come: guide, "GET /grid_profiles"."""
        return as_objects(await self._caller.get("/webapi/grid_profiles", urgent=True) or (), "grid profiles")

    async def license(self) -> License:
        """Return the licences of the cameras of this server: guide, "GET /license"."""
        return License.read(await self._caller.get("/webapi/license"), "license")


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
