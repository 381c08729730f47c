"""Faceter's exports, which are prepared in the background."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import override

from yarl import URL

from .. import contract
from ..addresses import is_public
from ..errors import NotFound, Rejected
from ..http import Http
from ..models.media import Download, ExportJob, ExportMedia, ExportPhase, ExportRequest
from ..models.state import Feature
from ..secret import Secret
from . import wire
from .client import FaceterClient, seconds
from .rights import Cameras, needs

_LONGEST = 2**31 - 1


class FaceterExports(contract.Exports):
    """Exports of video and of sound.

    Asking for a job takes its camera and its medium, so that both are part of our id of it.
    """

    media = frozenset(ExportMedia)
    can_cancel = False

    def __init__(self, http: Http, client: FaceterClient, base: URL, cameras: Cameras) -> None:
        """`cameras` tells the rights."""
        self._http = http
        self._client = client
        self._base = base
        self._cameras = cameras

    @override
    def reaches(self, url: str) -> bool:
        """The cloud reaches what is public, and a server of one's own what is beside it."""
        return is_public(URL(url)) or not is_public(self._base)

    @override
    async def start(self, request: ExportRequest) -> ExportJob:
        if not 0 < seconds(request.length) <= _LONGEST:
            raise Rejected("export: not sent", "the length is none that can be exported")
        if request.options:
            raise Rejected("export: not sent", f"there are no options called {', '.join(request.options)}")
        camera, start, length, callback = request.camera, request.start, request.length, request.callback
        if request.media is ExportMedia.AUDIO:
            with needs(self._cameras, camera, Feature.ARCHIVE, Feature.AUDIO):
                export = await self._client.start_audio_export(camera, start, length, callback=callback)
        else:
            with needs(self._cameras, camera, Feature.ARCHIVE):
                export = await self._client.start_export(camera, start, length, audio=request.audio, callback=callback)
        return _job(request.media, camera, export)

    @override
    async def jobs(self, ids: Collection[str] | None = None) -> tuple[ExportJob, ...]:
        """Faceter lists no exports: without ids there are none."""
        jobs = []
        for job in ids or ():
            try:
                jobs.append(await self._ask(job))
            except NotFound:
                continue
        return tuple(jobs)

    @override
    async def cancel(self, job: str) -> None:
        raise Rejected("export: not cancelled", "exports cannot be cancelled")

    @override
    @asynccontextmanager
    async def download(self, job: str) -> AsyncIterator[Download]:
        """The address is signed and expires: it is asked for just before it is used."""
        url = (await self._ask(job)).url
        if url is None:
            raise NotFound("export: there is no file (yet)")
        async with self._http.download(url, "export") as download:
            yield download

    async def _ask(self, job: str) -> ExportJob:
        media, _, rest = job.partition("/")
        camera, _, export = rest.partition("/")
        if media not in ExportMedia or not camera or not export:
            raise NotFound("export: no export has such an id")
        ask = self._client.audio_export if media == ExportMedia.AUDIO else self._client.export
        with needs(self._cameras, camera, Feature.ARCHIVE):
            return _job(ExportMedia(media), camera, await ask(camera, export))


def _job(media: ExportMedia, camera: str, export: wire.Export) -> ExportJob:
    return ExportJob(
        id=f"{media}/{camera}/{export.export_id}",
        camera=camera,
        media=media,
        phase=_phase(export),
        status=export.status,
        created=export.created_at,
        completed=export.completed_at,
        reason=export.error_message or None,
        url=Secret(export.url) if export.url else None,
        preview=Secret(export.preview_url) if export.preview_url else None,
    )


def _phase(export: wire.Export) -> ExportPhase:
    """Tell how far an export is by its fields: of the names of `status` only two are documented."""
    if export.error_message:
        return ExportPhase.FAILED
    if export.url:
        return ExportPhase.FINISHED
    if export.completed_at:
        return ExportPhase.FAILED
    return ExportPhase.QUEUED if export.status.strip().lower() == "queued" else ExportPhase.RUNNING
