"""What Faceter sends and takes, as its page "Integration API methods" shows it.

Nullability is marked nowhere on that page, so everything but the identifiers may be missing. Enumerations stay text:
values that nobody knows yet must pass.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from ..json import JsonObject, JsonValue, as_objects, read_text
from ..wire import Wire, named, required


@dataclass(frozen=True, kw_only=True)
class Validation(Wire):
    """Answer of `POST /v1/integration-key/validate`."""

    is_valid: bool = required("isValid")


@dataclass(frozen=True, kw_only=True)
class Room(Wire):
    """`location.room` of a camera."""

    id: str | None = None
    title: str | None = None


@dataclass(frozen=True, kw_only=True)
class Location(Wire):
    """`location` of a camera."""

    id: str | None = None
    title: str | None = None
    room: Room | None = None


@dataclass(frozen=True, kw_only=True)
class Camera(Wire):
    """Answer of `GET /v1/cameras/{cameraId}`, and a row of `GET /v1/cameras`.

    `archiveApiToken` and `archiveApiUrl` are left out: the page does not say how they are used.
    """

    id: str
    title: str | None = None
    preview_url: str | None = named("previewUrl")
    live_rtsp_url: str | None = named("liveRtspUrl")
    live_hls_url: str | None = named("liveHlsUrl")
    archive_days: int | None = named("archiveDays")
    is_online: bool | None = named("isOnline")
    last_online_date: datetime | None = named("lastOnlineDate")
    camera_model: str | None = named("cameraModel")
    platform: str | None = None
    serial_number: str | None = named("serialNumber")
    firmware_version: str | None = named("firmwareVersion")
    is_archive_granted: bool | None = named("isArchiveGranted")
    is_audio_granted: bool | None = named("isAudioGranted")
    temp_access_expiry_date: datetime | None = named("tempAccessExpiryDate")
    location: Location | None = None


def read_attributes(value: JsonValue) -> dict[str, JsonValue]:
    """Read an event's `attributes`: a list of objects when read, one object when written (facts, quirk 1).

    Several objects of a merged event are laid over each other, the first one winning; `{"key": …, "value": …}` is
    taken as a pair.
    """
    if value is None:
        return {}
    merged: dict[str, JsonValue] = {}
    for item in as_objects(value, "attributes"):
        pairs = {read_text(item["key"]): item["value"]} if item.keys() == {"key", "value"} else item
        for key, text in pairs.items():
            merged.setdefault(key, text)
    return merged


@dataclass(frozen=True, kw_only=True)
class Event(Wire):
    """An item of `GET /v1/cameras/{cameraId}/events`."""

    id: str
    camera_id: str | None = named("cameraId")
    type: str
    start_time: datetime = required("startTime")
    end_time: datetime | None = named("endTime")
    preview_url: str | None = named("previewUrl")
    merged_events_count: int | None = named("mergedEventsCount")
    attributes: dict[str, Any] = required("attributes")

    @classmethod
    @override
    def __pre_deserialize__(cls, d: dict[Any, Any]) -> dict[Any, Any]:
        return {**d, "attributes": read_attributes(d.get("attributes"))}


@dataclass(frozen=True, kw_only=True)
class Events:
    """Answer of `GET /v1/cameras/{cameraId}/events`."""

    items: tuple[Event, ...]
    has_more: bool


@dataclass(frozen=True, kw_only=True)
class Grid:
    """`grid` of an event to be created: the cells row by row, 1 where something moved."""

    rows: int
    cols: int
    cells: tuple[int, ...]

    def as_json(self) -> JsonObject:
        """Return what is sent."""
        return {"rows": self.rows, "cols": self.cols, "cells": self.cells}


@dataclass(frozen=True, kw_only=True)
class Recording(Wire):
    """An item of `GET /v1/cameras/{cameraId}/recordings`."""

    start_date: datetime = required("startDate")
    duration_seconds: int = required("durationSeconds")


@dataclass(frozen=True, kw_only=True)
class Export(Wire):
    """Answer of starting an export and of asking for its status, video and audio alike.

    Only `Queued` and `Completed` are known of `status`; whether an export has ended shows in the other fields.
    """

    export_id: str = required("exportId")
    status: str
    url: str | None = None
    preview_url: str | None = named("previewUrl")
    error_message: str | None = named("errorMessage")
    created_at: datetime | None = named("createdAtUtc")
    completed_at: datetime | None = named("completedAtUtc")

    @classmethod
    @override
    def __pre_deserialize__(cls, d: dict[Any, Any]) -> dict[Any, Any]:
        return {**d, "url": d.get("videoUrl") or d.get("audioUrl")}
