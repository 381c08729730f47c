"""What is kept of an export."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
import logging
import re
from typing import Any

from mashumaro import DataClassDictMixin
from mashumaro.config import BaseConfig

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ..vendors.models.media import ExportMedia
from .files import media_path

_LOGGER = logging.getLogger(__name__)
_ADDRESS = re.compile(r"\w+://\S+")
_MAX_DETAILS = 200


class Stage(StrEnum):
    """How far an export is, the file included."""

    QUEUED = "queued"
    RUNNING = "running"
    SAVING = "saving"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Reason(StrEnum):
    """Why an export failed."""

    VENDOR = "vendor"
    """The vendor says so."""
    REFUSED = "refused"
    """The vendor does not know it any more, or refuses to tell."""
    DEADLINE = "deadline"
    """The vendor was not ready in time."""
    DOWNLOAD = "download"
    """The file could not be fetched, again and again."""
    DISK_FULL = "disk_full"
    FOLDER = "folder"
    """The file could not be written."""
    UNEXPECTED = "unexpected"
    """Something that should not happen; the log says what."""


@dataclass(frozen=True, kw_only=True)
class Job(DataClassDictMixin):
    """An export; its `id` is the vendor's, `folder` is where it is saved, None when it is not."""

    id: str
    camera: str
    camera_name: str
    media: ExportMedia
    start: datetime
    length: timedelta
    ordered: datetime
    deadline: datetime
    folder: str | None
    stage: Stage = Stage.QUEUED
    progress: float | None = None
    """From 0 to 1, as the vendor tells."""
    file: str | None = None
    reason: Reason | None = None
    details: str | None = None
    """What the vendor says of a failure, without addresses."""
    ended: datetime | None = None
    told: bool = False
    """Whether somebody was told of its end."""

    class Config(BaseConfig):
        """Settings of the decoder."""

        lazy_compilation = True


def read_jobs(rows: Iterable[Mapping[str, Any]]) -> dict[str, Job]:
    """Read stored jobs by their ids; what cannot be read, as a later version wrote it, is forgotten."""
    jobs: dict[str, Job] = {}
    for row in rows:
        try:
            job = Job.from_dict(row)
        except LookupError, TypeError, ValueError:
            _LOGGER.warning("A stored export cannot be read, and is forgotten")
        else:
            jobs[job.id] = job
    return jobs


def without_addresses(text: str) -> str:
    """Return a vendor's text as it may be shown: addresses in it may be signed."""
    return _ADDRESS.sub("…", text)[:_MAX_DETAILS]


def described(hass: HomeAssistant, job: Job) -> JsonObjectType:
    """Return what automations see of an export, all fields always.

    `file` is relative to the media folder it is in, `path` the whole path, `length` in seconds.
    """
    place = media_path(hass, job.file) if job.file else None
    return {
        "id": job.id,
        "status": job.stage.value,
        "camera": job.camera_name,
        "media": job.media.value,
        "start": dt_util.as_local(job.start).isoformat(),
        "length": job.length.total_seconds(),
        "progress": job.progress,
        "file": place[1] if place else job.file,
        "path": job.file,
        "media_content_id": f"media-source://media_source/{'/'.join(place)}" if place else None,
        "reason": job.reason.value if job.reason else None,
        "details": job.details,
    }
