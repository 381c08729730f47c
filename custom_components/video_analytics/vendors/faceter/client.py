"""Faceter's Integration API: one method for each of its eleven calls.

Source: https://wiki.faceter.cam/en/integration-api/methods/ ("Integration API methods"). Times are sent in UTC with
`Z`, as in all its examples. Errors are those of `vendors.errors`.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from yarl import URL

from ..errors import BadAnswer
from ..http import Http, Query
from ..json import JsonObject, as_object, as_objects, read_bool
from ..models.media import Download
from ..secret import Secret
from . import wire


class Sort(StrEnum):
    """`SortOrder`. `None` exists too, but what it means is not said."""

    ASCENDING = "Asc"
    DESCENDING = "Desc"


class FaceterClient:
    """The API of one integration key."""

    def __init__(self, http: Http, base: URL, key: Secret) -> None:
        """Bind the API below `base` (`…/integration-api`) to a key."""
        self._api = http.at(base, {"X-Integration-Key": key})

    async def validate_key(self) -> bool:
        """Tell whether the key is valid: `POST /v1/integration-key/validate`.

        A bad key may also be answered with 401 or 403 (`SignInFailed`, `NotPermitted`).
        """
        answer = await self._api.post("/v1/integration-key/validate")
        return wire.Validation.read(answer, "key validation").is_valid

    async def cameras(self, *, urgent: bool = False) -> tuple[JsonObject, ...]:
        """List the cameras that the key may see: `GET /v1/cameras`.

        The rows are left for `wire.Camera.read`, so that unchanged ones need not be decoded again.
        """
        answer = await self._api.get("/v1/cameras", urgent=urgent)
        if isinstance(answer, Mapping):
            raise BadAnswer("GET /v1/cameras: expected a list, got an object")
        return as_objects(answer, "GET /v1/cameras")

    async def camera(self, camera: str) -> JsonObject:
        """Return one camera: `GET /v1/cameras/{cameraId}`. Raises `NotFound`."""
        return as_object(await self._api.get(f"/v1/cameras/{camera}", urgent=True), "camera")

    async def events(
        self,
        camera: str,
        *,
        start: datetime,
        end: datetime,
        types: Sequence[str] = (),
        merge_interval: int | None = None,
        limit: int | None = None,
        sort: Sort = Sort.ASCENDING,
        urgent: bool = False,
    ) -> wire.Events:
        """Return events of a camera: `GET /v1/cameras/{cameraId}/events`. Raises `Rejected`, `NotFound`.

        Without `merge_interval` (its unit is not documented) identifiers are stable. Which bounds `limit` has, and
        whether the window tests the start, the end or an overlap, is not documented either.
        """
        query: Query = {
            "startDate": timestamp(start),
            "endDate": timestamp(end),
            "eventTypes": tuple(types),
            "mergeInterval": merge_interval,
            "limit": limit,
            "sortOrder": sort.value,
        }
        answer = as_object(await self._api.get(f"/v1/cameras/{camera}/events", query, urgent=urgent), "events")
        items = as_objects(answer.get("items"), "events")
        try:
            has_more = read_bool(answer.get("hasMore") or False)
        except ValueError:
            raise BadAnswer("events: unexpected hasMore") from None
        return wire.Events(items=tuple(wire.Event.read(item, "event") for item in items), has_more=has_more)

    async def create_event(
        self,
        camera: str,
        *,
        event_id: str,
        event_type: str,
        start: datetime,
        end: datetime | None = None,
        instant: bool = False,
        grid: wire.Grid | None = None,
        attributes: Mapping[str, str] | None = None,
        snapshot: str | None = None,
        object_snapshot: str | None = None,
    ) -> None:
        """Create an event: `POST /v1/cameras/{cameraId}/events`. Raises `Rejected`, `NotFound`.

        Pictures are base64 or an address that Faceter can fetch.
        """
        optional: JsonObject = {
            "endDate": timestamp(end) if end else None,
            "grid": grid.as_json() if grid else None,
            "attributes": attributes,
            "snapshot": snapshot,
            "objectSnapshot": object_snapshot,
        }
        body: JsonObject = {
            "eventId": event_id,
            "startDate": timestamp(start),
            "eventType": event_type,
            "instant": instant,
            **{key: value for key, value in optional.items() if value is not None},
        }
        await self._api.post(f"/v1/cameras/{camera}/events", body)

    async def recordings(self, camera: str) -> tuple[wire.Recording, ...]:
        """Return what is recorded: `GET /v1/cameras/{cameraId}/recordings`, the whole archive at once."""
        answer = await self._api.get(f"/v1/cameras/{camera}/recordings", urgent=True)
        return tuple(wire.Recording.read(item, "recording") for item in as_objects(answer, "recordings"))

    def clip(self, camera: str, start: datetime, length: timedelta) -> AbstractAsyncContextManager[Download]:
        """Stream a clip: `GET /v1/cameras/{cameraId}/archive/clip`, `duration` in whole seconds."""
        query: Query = {"startDate": timestamp(start), "duration": seconds(length)}
        return self._api.stream(f"/v1/cameras/{camera}/archive/clip", query)

    async def start_export(
        self, camera: str, start: datetime, length: timedelta, *, audio: bool, callback: str | None = None
    ) -> wire.Export:
        """Order a video: `POST /v1/cameras/{cameraId}/archive/exports`."""
        body: JsonObject = {
            "startDate": timestamp(start),
            "durationSeconds": seconds(length),
            "audioEnabled": audio,
            **({"callbackUrl": callback} if callback else {}),
        }
        return wire.Export.read(await self._api.post(f"/v1/cameras/{camera}/archive/exports", body), "export")

    async def export(self, camera: str, export: str) -> wire.Export:
        """Return a video's status: `GET /v1/cameras/{cameraId}/archive/exports/{exportId}`."""
        return wire.Export.read(await self._api.get(f"/v1/cameras/{camera}/archive/exports/{export}"), "export")

    async def start_audio_export(
        self, camera: str, start: datetime, length: timedelta, *, callback: str | None = None
    ) -> wire.Export:
        """Order the sound alone: `POST /v1/cameras/{cameraId}/exports/audio`."""
        body: JsonObject = {
            "startDate": timestamp(start),
            "durationSeconds": seconds(length),
            **({"callbackUrl": callback} if callback else {}),
        }
        return wire.Export.read(await self._api.post(f"/v1/cameras/{camera}/exports/audio", body), "audio export")

    async def audio_export(self, camera: str, export: str) -> wire.Export:
        """Return the status of a sound export: `GET /v1/cameras/{cameraId}/exports/audio/{exportId}`."""
        return wire.Export.read(await self._api.get(f"/v1/cameras/{camera}/exports/audio/{export}"), "audio export")


def timestamp(moment: datetime) -> str:
    """Write a time as Faceter's examples do; fractions only where there are any."""
    moment = moment.astimezone(UTC)
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds" if moment.microsecond else "seconds") + "Z"


def seconds(length: timedelta) -> int:
    """Write a length in whole seconds, rounded up, so that nothing of it is cut off."""
    return -(-length // timedelta(seconds=1))
