"""Asynchronous exports: queued, running, and then completed or failed."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
import shutil
import tempfile
import threading
from typing import Literal
from uuid import uuid4

import aiohttp
import av
from PIL import Image

from ..clock import iso
from ..media.encode import write_clip, write_sound
from ..simulation import Simulation
from ..switches import Json, JsonObject
from ..world import recordings
from ..world.archive import Interval
from .cameras import DAY, Camera
from .quirks import Quirks
from .requests import ExportRequest, Period
from .wire import date

CALLBACK_SECONDS = 10.0

type Kind = Literal["video", "audio"]
type Stage = Literal["queued", "running", "completed", "failed"]


@dataclass
class Export:
    """One job; times are simulated Unix seconds."""

    id: str
    kind: Kind
    camera: Camera
    request: ExportRequest
    created: float
    file: Path
    stage: Stage = "queued"
    error: str | None = None
    completed: float | None = None
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    def status(self, quirks: Quirks) -> str:
        """Return the stage's name. Only Queued and Completed are documented."""
        names = {"queued": "Queued", "running": quirks.running_status, "failed": quirks.failed_status}
        return names.get(self.stage, "Completed")

    def as_json(self, urls: JsonObject, quirks: Quirks) -> JsonObject:
        """Return the job as the API does; ``urls`` are the addresses of its files, null until it is done."""
        return {
            "exportId": self.id,
            "status": self.status(quirks),
            **{name: url if self.stage == "completed" else None for name, url in urls.items()},
            "errorMessage": self.error,
            "createdAtUtc": date(self.created, quirks),
            "completedAtUtc": None if self.completed is None else date(self.completed, quirks),
        }


class Exports:
    """All jobs of a server, their files, and the calls that told somebody of their end."""

    def __init__(self, simulation: Simulation, quirks: Quirks) -> None:
        self._simulation = simulation
        self._quirks = quirks
        self._jobs: dict[str, Export] = {}
        self._folder = Path(tempfile.mkdtemp(prefix="simulator-exports-"))
        self._stopping = threading.Event()
        self.callbacks: list[JsonObject] = []

    def create(self, kind: Kind, camera: Camera, request: ExportRequest) -> Export:
        """Queue a job."""
        job_id = str(uuid4())
        file = self._folder / f"{job_id}.{'mp4' if kind == 'video' else 'mp3'}"
        job = Export(job_id, kind, camera, request, self._simulation.clock.now(), file)
        self._jobs[job_id] = job
        job.task = asyncio.create_task(self._run(job))
        return job

    def get(self, job_id: str) -> Export | None:
        """Return a job."""
        return self._jobs.get(job_id)

    def all(self) -> list[Export]:
        """Return every job, the oldest first."""
        return list(self._jobs.values())

    async def clip(self, camera: Camera, period: Period) -> Path:
        """Cut a clip at once into a file, which the caller removes; raise LookupError if nothing is recorded."""
        file = self._folder / f"{uuid4()}.mp4"
        await asyncio.to_thread(self._cut, camera, period, file, audio=camera.audio_granted)
        return file

    async def reset(self) -> None:
        """Forget all jobs and their files."""
        self._stopping.set()
        self._stopping = threading.Event()
        tasks = [job.task for job in self._jobs.values() if job.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for file in self._folder.iterdir():
            file.unlink(missing_ok=True)
        self._jobs.clear()
        self.callbacks.clear()

    async def close(self) -> None:
        """Stop working."""
        await self.reset()
        shutil.rmtree(self._folder, ignore_errors=True)

    def recorded(self, camera: Camera, start: float, end: float) -> list[Interval]:
        """Return what a camera's archive holds of a period."""
        now = self._simulation.clock.now()
        oldest = now - camera.archive_days * DAY
        return recordings(camera.place, max(start, oldest), min(end, now))

    async def _run(self, job: Export) -> None:
        settings, period = self._simulation.settings, job.request.period
        await asyncio.sleep(settings.export_queue_seconds)
        job.stage = "running"
        try:
            if settings.export_error is not None:
                raise LookupError(settings.export_error)
            async with asyncio.TaskGroup() as work:
                work.create_task(asyncio.sleep(settings.export_seconds))
                if job.kind == "video":
                    audio = job.request.audio and job.camera.audio_granted
                    work.create_task(asyncio.to_thread(self._cut, job.camera, period, job.file, audio=audio))
                else:
                    work.create_task(asyncio.to_thread(self._cut_sound, job.camera, period, job.file))
            job.stage = "completed"
        except* LookupError as errors:
            job.stage, job.error = "failed", str(errors.exceptions[0].args[0])
        except* (OSError, av.FFmpegError) as errors:
            job.stage, job.error = "failed", f"the file could not be made: {errors.exceptions[0]}"
        job.completed = self._simulation.clock.now()
        if job.request.callback_url:
            await self._tell(job, job.request.callback_url)

    def _cut(self, camera: Camera, period: Period, file: Path, *, audio: bool) -> None:
        painter, place, stopping = self._simulation.painter, camera.place, self._stopping

        def draw(moment: float) -> Image.Image:
            if stopping.is_set():
                raise InterruptedError("nobody wants this clip any more")
            return painter.picture(place, moment)

        write_clip(file, draw, self._intervals(camera, period), painter.size, audio=audio)

    def _cut_sound(self, camera: Camera, period: Period, file: Path) -> None:
        write_sound(file, self._intervals(camera, period))

    def _intervals(self, camera: Camera, period: Period) -> list[Interval]:
        intervals = self.recorded(camera, period.start, period.end)
        if not intervals:
            raise LookupError("Nothing is recorded in this period")
        return intervals

    async def _tell(self, job: Export, url: str) -> None:
        """Call back. What the vendor sends is not documented: here the id and the status, and nothing else."""
        sent: JsonObject = {"exportId": job.id, "status": job.status(self._quirks)}
        status: Json = None
        error: Json = None
        try:
            timeout = aiohttp.ClientTimeout(total=CALLBACK_SECONDS)
            async with aiohttp.ClientSession(timeout=timeout) as session, session.post(url, json=sent) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError) as failure:
            error = f"{type(failure).__name__}: {failure}"
        moment = iso(self._simulation.clock.now())
        self.callbacks.append({"url": url, "sent": sent, "status": status, "error": error, "time": moment})
