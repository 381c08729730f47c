"""What the addresses in Faceter's answers lead to. No key is needed here: the signed token is enough."""

import asyncio
from typing import NoReturn

from aiohttp import web

from ..faults import SENT_FILE
from ..media.live import PLAYLIST
from ..picture import jpeg
from ..signing import NEVER, Signer
from ..simulation import Simulation
from .account import Account, Accounts
from .cameras import Camera
from .events import Event
from .exports import Export, Exports
from .quirks import Quirks

MEDIA = "/media"
_SEGMENT_TYPE = "video/mp2t"
_PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
_UNCACHED = {"Cache-Control": "no-store"}


def base_of(request: web.Request) -> str:
    """Return the address under which the client reached this server."""
    return f"{request.scheme}://{request.host}"


class Media:
    """Previews, live streams, and the files of events and exports."""

    def __init__(
        self, simulation: Simulation, accounts: Accounts, exports: Exports, quirks: Quirks, signer: Signer
    ) -> None:
        self._simulation = simulation
        self._accounts = accounts
        self._exports = exports
        self._quirks = quirks
        self._signer = signer
        self._sessions: set[tuple[str, str]] = set()

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of all media."""
        return [
            web.get(MEDIA + "/preview/{camera}.jpg", self._preview),
            web.get(MEDIA + "/live/{token}/{camera}/{name}", self._live),
            web.get(MEDIA + "/events/{camera}/{event}/{at}.jpg", self._event_picture),
            web.get(MEDIA + "/exports/{export}.{kind}", self._export_file),
        ]

    def event_url(self, base: str, camera: Camera, event: Event) -> str | None:
        """Return the address of an event's picture."""
        shot = event.snapshot
        if shot.absent or shot.url:
            return shot.url
        moment = min(shot.moment, self._simulation.clock.now())
        at = "given" if shot.content else f"{round(moment * 1000)}{'-close' if shot.close_up else ''}"
        subject = f"event/{camera.id}/{event.id}/{at}"
        return f"{base}{MEDIA}/events/{camera.id}/{event.id}/{at}.jpg?token={self._token(subject)}"

    def export_url(self, base: str, job: Export, kind: str) -> str:
        """Return the address of a file of an export; ``kind`` is mp4, mp3 or jpg."""
        return f"{base}{MEDIA}/exports/{job.id}.{kind}?token={self._token(f'export/{job.id}.{kind}')}"

    def forget_sessions(self) -> None:
        """Forget who was watching."""
        self._sessions.clear()

    def _token(self, subject: str) -> str:
        expiry = self._simulation.clock.now() + self._simulation.settings.token_seconds
        rotate = self._quirks.rotate
        return self._signer.token(subject, expiry if rotate else NEVER, fresh=rotate)

    def _check(self, token: str, subject: str) -> None:
        if self._signer.check(token, subject, self._simulation.clock.now()) != "valid":
            raise web.HTTPForbidden(text="The address is not valid any more")

    def _camera(self, camera_id: str) -> tuple[Account, Camera]:
        return self._accounts.of_camera(camera_id) or _not_found()

    def _online_camera(self, camera_id: str) -> Camera:
        _, camera = self._camera(camera_id)
        return camera if camera.online else _not_found()

    async def _preview(self, request: web.Request) -> web.Response:
        camera = self._online_camera(request.match_info["camera"])
        self._check(request.query.get("token", ""), f"preview/{camera.id}")
        picture = await self._simulation.still(camera.place, self._simulation.clock.now())
        return web.Response(body=picture, content_type="image/jpeg", headers=_UNCACHED)

    async def _live(self, request: web.Request) -> web.Response:
        camera, token, name = (request.match_info[part] for part in ("camera", "token", "name"))
        found = self._online_camera(camera)
        self._check_session(token, camera)
        if name != PLAYLIST:
            return await self._segment(token, camera, name)
        place, painter = found.place, self._simulation.painter
        audio = found.audio_granted and self._simulation.settings.stream_audio
        stream = self._simulation.streams.watch(
            camera, token, lambda moment: painter.picture(place, moment), painter.size, audio=audio
        )
        playlist = await stream.playlist()
        if playlist is None:
            raise web.HTTPServiceUnavailable(text="The stream did not start")
        return web.Response(text=playlist, content_type=_PLAYLIST_TYPE, headers=_UNCACHED)

    def _check_session(self, token: str, camera: str) -> None:
        """Let in who has a valid token, and who had one when the stream that still runs was begun."""
        session, running = (token, camera), self._simulation.streams.running(camera)
        outlives = (
            self._simulation.settings.sessions_outlive_tokens and running is not None and session in self._sessions
        )
        verdict = self._signer.check(token, f"live/{camera}", self._simulation.clock.now())
        if verdict == "valid" or (verdict == "expired" and outlives):
            self._sessions.add(session)
            return
        self._sessions.discard(session)
        raise web.HTTPForbidden(text="The address is not valid any more")

    async def _segment(self, token: str, camera: str, name: str) -> web.Response:
        stream = self._simulation.streams.running(camera) or _not_found()
        stream.touch(token)
        path = stream.folder / name
        if path.suffix != ".ts" or not path.exists():
            _not_found()
        content = await asyncio.to_thread(path.read_bytes)
        return web.Response(body=content, content_type=_SEGMENT_TYPE, headers=_UNCACHED)

    async def _event_picture(self, request: web.Request) -> web.Response:
        camera_id, event_id, at = (request.match_info[part] for part in ("camera", "event", "at"))
        self._check(request.query.get("token", ""), f"event/{camera_id}/{event_id}/{at}")
        account, camera = self._camera(camera_id)
        if at == "given":
            kept = (event for event in account.events.get(camera_id, []) if event.id == event_id)
            content = next((event.snapshot.content for event in kept if event.snapshot.content), None) or _not_found()
            kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
            return web.Response(body=content, content_type=kind)
        milliseconds, _, closer = at.partition("-")
        moment = int(milliseconds) / 1000
        if closer:
            painter = self._simulation.painter
            picture = await asyncio.to_thread(lambda: jpeg(painter.close_up(camera.place, moment)))
        else:
            picture = await self._simulation.still(camera.place, moment)
        return web.Response(body=picture, content_type="image/jpeg")

    async def _export_file(self, request: web.Request) -> web.StreamResponse:
        export_id, kind = request.match_info["export"], request.match_info["kind"]
        self._check(request.query.get("token", ""), f"export/{export_id}.{kind}")
        job = self._exports.get(export_id) or _not_found()
        if job.stage != "completed":
            _not_found()
        if kind == "jpg":
            middle = job.request.period.start + job.request.period.seconds / 2
            return web.Response(body=await self._simulation.still(job.camera.place, middle), content_type="image/jpeg")
        if job.file.suffix != f".{kind}":
            _not_found()
        request[SENT_FILE] = job.file
        return web.FileResponse(job.file)


def _not_found() -> NoReturn:
    raise web.HTTPNotFound
