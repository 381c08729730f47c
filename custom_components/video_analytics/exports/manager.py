"""The manager: orders exports, follows each until it has ended, and saves it."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
import logging
from pathlib import Path
from time import monotonic
from typing import Any

from homeassistant.components import webhook
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, CoreState, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from ..callback import Callback
from ..const import DOMAIN
from ..vendors.contract import Exports
from ..vendors.errors import NotFound, NotPermitted, RateLimited, Rejected, VendorError
from ..vendors.models.media import ExportJob, ExportPhase, ExportRequest
from ..vendors.models.state import Camera
from ..vendors.secret import Secret
from .files import DiskFull, async_save, file_name, part_of, remove
from .jobs import Job, Reason, Stage, read_jobs, without_addresses

_LOGGER = logging.getLogger(__name__)

MOST_AT_ONCE = 50
_MOST_KEPT = 50
_DEADLINE = timedelta(hours=1)
_FIRST_LOOK = 1.0
_SLOWER = 1.5
_LONGEST_PAUSE = 30.0
_REFUSED_FOR = 60.0
"""Seconds for which the vendor may deny a job before it counts as gone."""
_RETRIES = (2.0, 10.0, 30.0, 60.0, 120.0, 300.0)
"""Seconds between the attempts to download a file; together longer than a server takes to restart."""
_LONGEST_DOWNLOAD = 4 * 3600.0
_DOWNLOADS_AT_ONCE = 2
_SAVE_DELAY = 5.0
_NEWS_AGE = timedelta(days=1)
"""Nobody wants to be told of an end that is older."""
_SETTLE = 2.0
"""Seconds after the start of Home Assistant until automations listen."""

_STAGES = {ExportPhase.QUEUED: Stage.QUEUED, ExportPhase.RUNNING: Stage.RUNNING}

type Listener = Callable[[], None]
type EndListener = Callable[[Job], None]


def _store(hass: HomeAssistant, entry: ConfigEntry[Any]) -> Store[dict[str, Any]]:
    return Store(hass, 1, f"{DOMAIN}.{entry.entry_id}.exports", private=True, atomic_writes=True)


async def async_remove_exports(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Forget the exports of an account that is removed, and what a killed process left of them."""
    store = _store(hass, entry)
    if stored := await store.async_load():
        await _async_remove_parts(hass, read_jobs(stored["jobs"]).values())
    await store.async_remove()


class ExportManager:
    """The exports of one account.

    A job is stored as soon as the vendor has accepted it, and followed by a task of its own until it has ended, in this
    process or the next. Its end is told once, to whoever listens first.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], exports: Exports) -> None:
        """Prepare; nothing is done before `async_load`."""
        self.vendor = exports
        self._hass = hass
        self._entry = entry
        self._store = _store(hass, entry)
        self._webhook_id = webhook.async_generate_id()
        self._callback: Callback | None = None
        self._jobs: dict[str, Job] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._hints: dict[str, asyncio.Event] = {}
        self._downloads = asyncio.Semaphore(_DOWNLOADS_AT_ONCE)
        self._listeners: list[Listener] = []
        self._end_listeners: list[EndListener] = []
        self._tells = False
        self._stop_waiting: CALLBACK_TYPE | None = None
        self._closed = False

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Return what is known, the latest order first."""
        return tuple(sorted(self._jobs.values(), key=lambda job: job.ordered, reverse=True))

    @property
    def open_jobs(self) -> tuple[Job, ...]:
        """Return those that have not ended, the latest order first."""
        return tuple(job for job in self.jobs if job.ended is None)

    def find(self, job_id: str) -> Job | None:
        """Return a job."""
        return self._jobs.get(job_id)

    async def async_load(self) -> None:
        """Go on with what an earlier run left, killed or not."""
        if stored := await self._store.async_load():
            self._webhook_id = stored["webhook_id"]
            self._jobs = read_jobs(stored["jobs"])
        await _async_remove_parts(self._hass, self.open_jobs)
        self._callback = Callback(self._hass, self._entry.title, self._webhook_id, self._look_now, self.vendor.reaches)
        if self._hass.state is CoreState.running:
            self._tells = True
        else:
            self._stop_waiting = async_at_started(self._hass, self._started)
        for job in self.open_jobs:
            self._start(job)

    async def async_close(self) -> None:
        """Leave nothing behind but what is stored; the next `async_load` goes on."""
        self._closed = True
        if self._callback:
            self._callback.close()
        if self._stop_waiting:
            self._stop_waiting()
        for task in (tasks := list(self._tasks.values())):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._jobs:
            await self._store.async_save(self._data())

    async def async_order(self, camera: Camera, request: ExportRequest, folder: Path | None) -> Job:
        """Order an export, to be saved in a folder or not at all. Raises the vendor's errors.

        Whoever waits for the order may be cancelled, but the order is not lost.
        """
        return await asyncio.shield(
            self._entry.async_create_task(self._hass, self._order(camera, request, folder), "order an export")
        )

    async def async_wait(self, job_id: str, seconds: float) -> Job | None:
        """Wait until a job has ended, or until nobody follows it any more; return it, or None if that took too long."""
        if task := self._tasks.get(job_id):
            await asyncio.wait({task}, timeout=seconds)
            if not task.done():
                return None
        return self._jobs[job_id]

    async def async_cancel(self, job: Job, *, at_vendor: bool) -> None:
        """End an open job and save nothing. Raises the vendor's errors."""
        if at_vendor:
            await self.vendor.cancel(job.id)
        task = self._tasks.get(job.id)
        if task:
            task.cancel()
        # Noted before the task is gone, so that whoever waits for it finds out why.
        await self._end(job.id, Stage.CANCELLED)
        if task:
            await asyncio.wait({task})

    async def async_address(self, job_id: str) -> Secret | None:
        """Ask for the present address of a finished export. Raises the vendor's errors."""
        return (await self._ask(job_id)).url

    @callback
    def async_subscribe(self, listener: Listener) -> CALLBACK_TYPE:
        """Call a listener whenever an open job has changed; returns how to unsubscribe."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def async_subscribe_ends(self, listener: EndListener) -> CALLBACK_TYPE:
        """Tell a listener of each job that ends, once, also of those that nobody has been told of yet.

        Those come a moment later, when the state of an entity that is just being added has been written.
        """
        self._end_listeners.append(listener)
        self._hass.loop.call_soon(self._tell)
        return lambda: self._end_listeners.remove(listener)

    async def _order(self, camera: Camera, request: ExportRequest, folder: Path | None) -> Job:
        address = self._callback.address if self._callback else None
        found = await self.vendor.start(replace(request, callback=address))
        now = dt_util.utcnow()
        if (known := self._jobs.get(found.id)) and known.ended is None:
            return known
        job = Job(
            id=found.id,
            camera=camera.id,
            camera_name=camera.name,
            media=request.media,
            start=request.start,
            length=request.length,
            ordered=now,
            deadline=now + _DEADLINE,
            folder=str(folder) if folder else None,
        )
        self._jobs[job.id] = job
        await self._store.async_save(self._data())
        self._changed()
        if not self._closed:
            self._start(job)
        return job

    def _start(self, job: Job) -> None:
        self._hints[job.id] = asyncio.Event()
        task = self._entry.async_create_background_task(self._hass, self._run(job), f"export {job.id}")
        self._tasks[job.id] = task
        task.add_done_callback(lambda _: self._followed(job.id))

    @callback
    def _followed(self, job_id: str) -> None:
        del self._tasks[job_id], self._hints[job_id]

    async def _run(self, job: Job) -> None:
        try:
            if not await self._prepared(job):
                return
            if job.folder is None:
                await self._end(job.id, Stage.FINISHED)
            else:
                await self._save(job, job.folder)
        except Exception:
            _LOGGER.exception("Unexpected error following an export of %s", self._entry.title)
            await self._fail(job.id, Reason.UNEXPECTED)

    async def _prepared(self, job: Job) -> bool:
        """Wait until the vendor has the file; ends the job if there will be none."""
        # The clock may be set meanwhile, but no job is followed for longer than that.
        left = min(job.deadline - dt_util.utcnow(), _DEADLINE).total_seconds()
        end = monotonic() + left
        pause = _FIRST_LOOK
        refused: float | None = None
        while True:
            await self._pause(job.id, min(pause, max(end - monotonic(), 0)))
            pause = min(pause * _SLOWER, _LONGEST_PAUSE)
            try:
                found = await self._ask(job.id)
            except (NotFound, NotPermitted, Rejected) as error:
                refused = refused or monotonic()
                if monotonic() - refused >= _REFUSED_FOR:
                    await self._fail(job.id, Reason.REFUSED, str(error))
                    return False
            except VendorError as error:
                if isinstance(error, RateLimited) and error.retry_after:
                    pause = max(pause, error.retry_after)
            else:
                refused = None
                match found.phase:
                    case ExportPhase.FINISHED:
                        return True
                    case ExportPhase.FAILED:
                        await self._fail(job.id, Reason.VENDOR, found.reason or found.status)
                        return False
                    case ExportPhase.CANCELLED:
                        await self._end(job.id, Stage.CANCELLED)
                        return False
                self._change(job.id, stage=_STAGES[found.phase], progress=found.progress)
            if monotonic() >= end:
                await self._fail(job.id, Reason.DEADLINE)
                return False

    async def _pause(self, job_id: str, seconds: float) -> None:
        """Wait for the next look, or for a hint that there may be something to see."""
        hint = self._hints[job_id]
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await hint.wait()
        # Before the vendor is asked, so that a hint that comes meanwhile is not lost.
        hint.clear()

    async def _ask(self, job_id: str) -> ExportJob:
        for found in await self.vendor.jobs((job_id,)):
            return found
        raise NotFound("export: it does not exist (any more)")

    async def _save(self, job: Job, folder: str) -> None:
        self._change(job.id, stage=Stage.SAVING, progress=None)
        name = file_name(job.camera_name, dt_util.as_local(job.start).strftime("%Y-%m-%d_%H-%M-%S"))
        part = part_of(folder, job.id)
        retries = iter(_RETRIES)
        while True:
            try:
                async with (
                    self._downloads,
                    asyncio.timeout(_LONGEST_DOWNLOAD),
                    self.vendor.download(job.id) as download,
                ):
                    file = await async_save(self._hass, download, part, name, job.media)
                break
            except DiskFull:
                return await self._fail(job.id, Reason.DISK_FULL)
            except TimeoutError:  # an OSError, too
                return await self._fail(job.id, Reason.DOWNLOAD, "it took too long")
            except OSError as error:
                return await self._fail(job.id, Reason.FOLDER, error.strerror)
            except VendorError as error:
                _LOGGER.debug("Export of %s is tried again: %s", self._entry.title, error)
                if (pause := next(retries, None)) is None:
                    return await self._fail(job.id, Reason.DOWNLOAD, str(error))
                asked = error.retry_after if isinstance(error, RateLimited) else None
            await asyncio.sleep(max(pause, asked or 0))
        if not await self._end(job.id, Stage.FINISHED, file=str(file)):
            await self._hass.async_add_executor_job(remove, file)
        return None

    async def _fail(self, job_id: str, reason: Reason, details: str | None = None) -> None:
        await self._end(job_id, Stage.FAILED, reason=reason, details=without_addresses(details) if details else None)

    async def _end(
        self,
        job_id: str,
        stage: Stage,
        *,
        file: str | None = None,
        reason: Reason | None = None,
        details: str | None = None,
    ) -> bool:
        """Note how a job ended, tell it, and store both; the first end is final, and only then it returns true."""
        job = self._jobs[job_id]
        if job.ended:
            return False
        now = dt_util.utcnow()
        self._jobs[job_id] = replace(
            job, stage=stage, ended=now, progress=None, file=file, reason=reason, details=details
        )
        ended = sorted((job.ended, job.id) for job in self._jobs.values() if job.ended)
        for _, old in ended[:-_MOST_KEPT]:
            del self._jobs[old]
        self._changed()
        self._tell()
        await self._store.async_save(self._data())
        return True

    @callback
    def _change(self, job_id: str, *, stage: Stage, progress: float | None) -> None:
        job = self._jobs[job_id]
        changed = replace(job, stage=stage, progress=progress)
        if changed != job:
            self._jobs[job_id] = changed
            self._changed()
            self._store.async_delay_save(self._data, _SAVE_DELAY)

    @callback
    def _changed(self) -> None:
        for listener in list(self._listeners):
            listener()

    @callback
    def _tell(self) -> None:
        """Tell what nobody was told of yet; without a listener it waits for one."""
        if not self._tells or not self._end_listeners or self._closed:
            return
        oldest = dt_util.utcnow() - _NEWS_AGE
        news = [(job.ended, job) for job in self._jobs.values() if job.ended and not job.told]
        for ended, job in sorted(news, key=lambda item: item[0]):
            self._jobs[job.id] = replace(job, told=True)
            for listener in list(self._end_listeners) if ended > oldest else ():
                listener(job)
        if news:
            self._store.async_delay_save(self._data)

    @callback
    def _started(self, hass: HomeAssistant) -> None:
        self._stop_waiting = async_call_later(hass, _SETTLE, self._settled)

    @callback
    def _settled(self, now: datetime) -> None:
        self._stop_waiting = None
        self._tells = True
        self._tell()

    @callback
    def _look_now(self) -> None:
        for hint in self._hints.values():
            hint.set()

    def _data(self) -> dict[str, Any]:
        return {"webhook_id": self._webhook_id, "jobs": [job.to_dict() for job in self._jobs.values()]}


async def _async_remove_parts(hass: HomeAssistant, jobs: Iterable[Job]) -> None:
    parts = [part_of(job.folder, job.id) for job in jobs if job.folder and job.ended is None]
    for part in parts:
        await hass.async_add_executor_job(remove, part)
