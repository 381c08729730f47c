"""The eleven documented calls under ``/integration-api/v1``."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from ..faults import SENT_FILE
from ..signing import Signer
from ..simulation import Simulation
from ..switches import Json, JsonObject
from . import events
from .account import Account, Accounts
from .cameras import DAY, Camera
from .exports import Export, Exports, Kind
from .media import Media, base_of
from .quirks import Quirks
from .requests import read_clip, read_event, read_export, read_query
from .wire import Refusal, date, error_response, read_object, read_uuid, refuse

PREFIX = "/integration-api"
KEY_HEADER = "X-Integration-Key"

type _Call = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Api:
    """Reads requests, asks the world, writes answers."""

    def __init__(
        self, simulation: Simulation, accounts: Accounts, exports: Exports, media: Media, quirks: Quirks, signer: Signer
    ) -> None:
        self._simulation = simulation
        self._accounts = accounts
        self._exports = exports
        self._media = media
        self._quirks = quirks
        self._signer = signer

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the calls."""
        camera = "/v1/cameras/{camera}"
        table: list[tuple[str, str, _Call]] = [
            ("POST", "/v1/integration-key/validate", self._validate),
            ("GET", "/v1/cameras", self._cameras),
            ("GET", camera, self._camera),
            ("GET", camera + "/events", self._events),
            ("POST", camera + "/events", self._create_event),
            ("GET", camera + "/recordings", self._recordings),
            ("GET", camera + "/archive/clip", self._clip),
            ("POST", camera + "/archive/exports", self._export_video),
            ("GET", camera + "/archive/exports/{export}", self._video_status),
            ("POST", camera + "/exports/audio", self._export_audio),
            ("GET", camera + "/exports/audio/{export}", self._audio_status),
        ]
        return [web.route(method, PREFIX + path, self._refusing(call)) for method, path, call in table]

    def _refusing(self, call: _Call) -> _Call:
        @wraps(call)
        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                return await call(request)
            except Refusal as refusal:
                return error_response(refusal, self._quirks)

        return guarded

    @property
    def _now(self) -> float:
        return self._simulation.clock.now()

    async def _validate(self, request: web.Request) -> web.Response:
        known = self._accounts.by_key(request.headers.get(KEY_HEADER)) is not None
        if not known and self._quirks.invalid_key != "false":
            refuse(int(self._quirks.invalid_key), "The key is not valid")
        return web.json_response({"isValid": known})

    def _account(self, request: web.Request) -> Account:
        account = self._accounts.by_key(request.headers.get(KEY_HEADER))
        if account is None:
            refuse(
                401 if self._quirks.invalid_key == "false" else int(self._quirks.invalid_key), "The key is not valid"
            )
        return account

    def _asked(self, request: web.Request) -> tuple[Account, Camera]:
        account = self._account(request)
        camera = account.find(request.match_info["camera"].lower(), self._now)
        return account, camera or refuse(404, "There is no such camera")

    def _with_archive(self, request: web.Request) -> Camera:
        _, camera = self._asked(request)
        return camera if camera.archive_granted else refuse(int(self._quirks.rights), "The archive is not granted")

    def _camera_json(self, request: web.Request, camera: Camera) -> JsonObject:
        seconds = self._simulation.settings.token_seconds
        return camera.as_json(base_of(request), self._now, seconds, self._signer, self._quirks)

    async def _cameras(self, request: web.Request) -> web.Response:
        cameras = self._account(request).visible(self._now)
        return web.json_response([self._camera_json(request, camera) for camera in cameras])

    async def _camera(self, request: web.Request) -> web.Response:
        _, camera = self._asked(request)
        return web.json_response(self._camera_json(request, camera))

    async def _events(self, request: web.Request) -> web.Response:
        account, camera = self._asked(request)
        now, base = self._now, base_of(request)
        query = read_query(request.query, now, self._quirks)
        stored = account.events.get(camera.id, [])
        delay = self._simulation.settings.event_delay_seconds
        world = self._simulation.world
        found, more = await asyncio.to_thread(events.find, world, camera, list(stored), query, now, delay)
        items: list[Json] = [
            event.as_json(camera.id, self._media.event_url(base, camera, event), now, self._quirks) for event in found
        ]
        return web.json_response({"items": items, "hasMore": more})

    async def _create_event(self, request: web.Request) -> web.Response:
        account, camera = self._asked(request)
        event = read_event(await read_object(request), self._now)
        others = [known for known in account.events.get(camera.id, []) if known.id != event.id]
        account.events[camera.id] = [*others, event]
        return web.Response(status=204)

    async def _recordings(self, request: web.Request) -> web.Response:
        camera, now = self._with_archive(request), self._now
        recorded = self._exports.recorded(camera, now - camera.archive_days * DAY, now)
        items: list[Json] = [
            {"startDate": date(start, self._quirks), "durationSeconds": int(end - start)}
            for start, end in recorded
            if end - start >= 1
        ]
        return web.json_response(items)

    async def _clip(self, request: web.Request) -> web.StreamResponse:
        camera = self._with_archive(request)
        limit = self._simulation.settings.export_limit_seconds
        period = read_clip(request.query, now=self._now, limit=limit)
        try:
            file = await self._exports.clip(camera, period)
        except LookupError as error:
            refuse(404, str(error))
        request[SENT_FILE] = file
        return _PassingFile(file, headers={"Content-Type": "video/mp4"})

    async def _export_video(self, request: web.Request) -> web.Response:
        return await self._export("video", request, self._with_archive(request))

    async def _export_audio(self, request: web.Request) -> web.Response:
        camera = self._with_archive(request)
        if not camera.audio_granted:
            refuse(int(self._quirks.rights), "The sound is not granted")
        return await self._export("audio", request, camera)

    async def _export(self, kind: Kind, request: web.Request, camera: Camera) -> web.Response:
        limit = self._simulation.settings.export_limit_seconds
        wanted = read_export(await read_object(request), now=self._now, limit=limit, with_video=kind == "video")
        job = self._exports.create(kind, camera, wanted)
        return web.json_response({"exportId": job.id, "status": job.status(self._quirks)}, status=202)

    async def _video_status(self, request: web.Request) -> web.Response:
        job, base = self._job("video", request), base_of(request)
        urls: JsonObject = {
            "videoUrl": self._media.export_url(base, job, "mp4"),
            "previewUrl": self._media.export_url(base, job, "jpg"),
        }
        return web.json_response(job.as_json(urls, self._quirks))

    async def _audio_status(self, request: web.Request) -> web.Response:
        job = self._job("audio", request)
        urls: JsonObject = {"audioUrl": self._media.export_url(base_of(request), job, "mp3")}
        return web.json_response(job.as_json(urls, self._quirks))

    def _job(self, kind: Kind, request: web.Request) -> Export:
        """Return the job asked for; 403 is documented here, and answered when the right was withdrawn meanwhile."""
        _, camera = self._asked(request)
        job = self._exports.get(read_uuid(request.match_info["export"], "exportId"))
        if job is None or job.kind != kind or job.camera is not camera:
            refuse(404, "There is no such export")
        if not camera.archive_granted:
            refuse(403, "The archive is not granted any more")
        return job


class _PassingFile(web.FileResponse):
    """A file that is removed once it has been sent."""

    def __init__(self, path: Path, headers: dict[str, str]) -> None:
        super().__init__(path, headers=headers)
        self._passing = path

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Send the file, then remove it."""
        try:
            return await super().prepare(request)
        finally:
            self._passing.unlink(missing_ok=True)
