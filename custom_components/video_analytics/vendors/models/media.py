"""Live video, pictures, recordings, and what is exported of them."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from ..secret import Secret


class StreamKind(StrEnum):
    """Which of a camera's streams."""

    MAIN = "main"
    SUB = "sub"


class StreamProtocol(StrEnum):
    """How live video is carried."""

    RTSP = "rtsp"
    HLS = "hls"
    MJPEG = "mjpeg"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamAddress:
    """Where live video plays; the address usually carries a token."""

    url: Secret
    protocol: StreamProtocol
    fetched: datetime
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture."""

    content: bytes = field(repr=False)
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A body that is read in chunks; `size` in bytes where the vendor announces it.

    `content_range` is the header of that name: which part of the file it is, where a part was asked for and came.
    """

    chunks: AsyncIterator[bytes]
    content_type: str
    size: int | None = None
    content_range: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A stretch of the archive without gaps."""

    start: datetime
    length: timedelta


class ExportMedia(StrEnum):
    """What an export contains."""

    VIDEO = "video"
    AUDIO = "audio"


class ExportPhase(StrEnum):
    """How far an export is, as far as the vendor's own names allow to tell."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """A part of a camera's archive to be exported."""

    camera: str
    start: datetime
    length: timedelta
    media: ExportMedia = ExportMedia.VIDEO
    audio: bool = True
    callback: str | None = field(default=None, repr=False)
    options: Mapping[str, str | int | bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportJob:
    """An export at the vendor; `status` is the vendor's own word, `progress` runs from 0 to 1."""

    id: str
    camera: str
    media: ExportMedia
    phase: ExportPhase
    status: str
    progress: float | None = None
    created: datetime | None = None
    completed: datetime | None = None
    reason: str | None = None
    url: Secret | None = None
    preview: Secret | None = None
