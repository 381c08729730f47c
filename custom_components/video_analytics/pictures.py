"""Pictures of moments: kept in memory and in the cache folder, and served to whoever is signed in."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
import logging
import os
from pathlib import Path
import re
import shutil

from homeassistant.components.http.auth import async_sign_path
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from .account import Options
from .const import DOMAIN
from .vendors.models.media import Picture

_LOGGER = logging.getLogger(__name__)

_RECENT = 16 * 1024 * 1024
"""Bytes of pictures that were put or asked for last."""
_UNWRITTEN = 64 * 1024 * 1024
"""Bytes that may wait for the disk; more than that wait only for one that hangs."""
_RETENTION_INTERVAL = timedelta(days=1)
_SIGNED_FOR = timedelta(hours=24)
_ID = re.compile(r"[0-9a-f]{32}")
_WEBP = re.compile(rb"RIFF.{4}WEBP", re.DOTALL)
_MAGIC = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


def content_type_of(content: bytes) -> str | None:
    """Tell a picture by how it begins, since what vendors call it need not be true; None for anything else."""
    if _WEBP.match(content):
        return "image/webp"
    return next((kind for magic, kind in _MAGIC.items() if content.startswith(magic)), None)


async def async_remove_pictures(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove what is kept of an account that is being removed."""
    await hass.async_add_executor_job(_Folder(_folder_of(hass, entry)).clear)


def _folder_of(hass: HomeAssistant, entry: ConfigEntry) -> Path:
    return Path(hass.config.cache_path(DOMAIN, entry.entry_id))


@dataclass(frozen=True, slots=True)
class _File:
    """What is known of a kept picture without reading it: bytes, and Unix seconds of when it was written."""

    size: int
    time: float


class _Folder:
    """The files of an account's pictures, named by their ids; everything here blocks."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> dict[str, _File]:
        """Return what is kept, oldest first, and remove what an interrupted run left behind."""
        found: dict[str, _File] = {}
        if not self._path.is_dir():
            return found
        with os.scandir(self._path) as entries:
            for entry in entries:
                if not entry.is_file(follow_symlinks=False):
                    continue
                stat = entry.stat(follow_symlinks=False)
                if _ID.fullmatch(entry.name) and stat.st_size:
                    found[entry.name] = _File(stat.st_size, stat.st_mtime)
                else:
                    Path(entry).unlink(missing_ok=True)
        return dict(sorted(found.items(), key=lambda item: item[1].time))

    def read(self, picture: str) -> bytes | None:
        """Return a file's content; None when it is gone."""
        try:
            return (self._path / picture).read_bytes()
        except OSError:
            return None

    def change(
        self, doomed: Iterable[str], fresh: Mapping[str, Picture], now: float
    ) -> tuple[dict[str, _File], OSError | None]:
        """Remove files and write others, each completely or not at all.

        Returns what was written, and the error that ended it.
        """
        written: dict[str, _File] = {}
        try:
            for picture in doomed:
                (self._path / picture).unlink(missing_ok=True)
            if fresh:
                self._path.mkdir(parents=True, exist_ok=True)
            for picture, content in fresh.items():
                self._write(picture, content.content, now)
                written[picture] = _File(len(content.content), now)
        except OSError as error:
            return written, error
        return written, None

    def _write(self, picture: str, content: bytes, now: float) -> None:
        temporary = self._path / f"{picture}.tmp"
        try:
            temporary.write_bytes(content)
            os.utime(temporary, (now, now))
            temporary.replace(self._path / picture)
        except OSError:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise

    def clear(self) -> None:
        """Remove everything."""
        shutil.rmtree(self._path, ignore_errors=True)


class PictureMemory:
    """Pictures in memory, those dropped first that were not asked for the longest; the newest always has room."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._pictures: OrderedDict[str, Picture] = OrderedDict()

    def __contains__(self, picture: str) -> bool:
        return picture in self._pictures

    def __bool__(self) -> bool:
        return bool(self._pictures)

    def get(self, picture: str) -> Picture | None:
        if found := self._pictures.get(picture):
            self._pictures.move_to_end(picture)
        return found

    def keep(self, picture: str, content: Picture) -> None:
        self.drop(picture)
        self._pictures[picture] = content
        self._size += len(content.content)
        while self._size > self._limit and len(self._pictures) > 1:
            self.drop(next(iter(self._pictures)))

    def drop(self, picture: str) -> None:
        if dropped := self._pictures.pop(picture, None):
            self._size -= len(dropped.content)

    def copy(self) -> dict[str, Picture]:
        return dict(self._pictures)


class PictureStore:
    """The pictures of one account.

    A picture can be fetched from the moment it is put. It is written into the cache folder in the background, and is
    kept there as long as the options say. Where the disk fails, or nothing is to be written, pictures live as long as
    there is room in memory.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, options: Options) -> None:
        """Nothing is read before `async_load`."""
        self._hass = hass
        self._entry = entry
        self._folder = _Folder(_folder_of(hass, entry))
        self._seconds = options.picture_days * 24 * 3600
        self._bytes = options.picture_megabytes * 1_000_000
        self._recent = PictureMemory(_RECENT)
        self._unwritten = PictureMemory(_UNWRITTEN)
        self._files: OrderedDict[str, _File] = OrderedDict()
        """What is on the disk, oldest first."""
        self._files_size = 0
        self._doomed: set[str] = set()
        self._writes = self._seconds > 0 and self._bytes > 0
        self._disk_failed = False
        self._writer: asyncio.Task[None] | None = None
        self._stop_retaining: CALLBACK_TYPE | None = None

    async def async_load(self) -> None:
        """Look what earlier runs kept, and remove what is not to be kept any more; this goes on daily."""
        if not self._writes:
            await self._hass.async_add_executor_job(self._folder.clear)
            return
        try:
            self._add_files(await self._hass.async_add_executor_job(self._folder.load))
        except OSError as error:
            self._note_disk(error)
        self._stop_retaining = async_track_time_interval(self._hass, self._retain, _RETENTION_INTERVAL)
        self._retain()
        if self._writer:
            await self._writer

    async def async_close(self) -> None:
        """Write what is not written yet, and nothing after that."""
        self._writes = False
        if self._stop_retaining:
            self._stop_retaining()
        if self._writer:
            await self._writer

    @callback
    def put(self, key: str, picture: Picture) -> str | None:
        """Keep a picture and return its id; the same key gives the same id. It can be fetched at once.

        A picture never changes: of two with the same key the first one stays, as long as it is kept. Returns None for
        what is no picture that a browser shows (JPEG, PNG, GIF, WebP); whatever the vendor calls it.
        """
        if (content_type := content_type_of(picture.content)) is None:
            return None
        picture_id = self._id(key)
        if picture_id not in self:
            kept = Picture(picture.content, content_type)
            self._recent.keep(picture_id, kept)
            if self._writes:
                self._unwritten.keep(picture_id, kept)
                self._start_writing()
        return picture_id

    @callback
    def find(self, key: str) -> str | None:
        """Return the id of what was put under a key; None when nothing was, or it is gone."""
        picture_id = self._id(key)
        return picture_id if picture_id in self else None

    def _id(self, key: str) -> str:
        return sha256(f"{self._entry.entry_id}\n{key}".encode()).hexdigest()[:32]

    def __contains__(self, picture: str) -> bool:
        """Tell whether a picture is kept."""
        return picture in self._recent or picture in self._unwritten or picture in self._files

    async def async_get(self, picture: str) -> Picture | None:
        """Return a picture, or None for one that is gone."""
        if held := self._recent.get(picture) or self._unwritten.get(picture):
            return held
        if picture not in self._files:
            return None
        content = await self._hass.async_add_executor_job(self._folder.read, picture)
        if content is None or (content_type := content_type_of(content)) is None:
            self._doom(picture)  # somebody else has emptied the folder, or the power failed while it was written
            return None
        found = Picture(content, content_type)
        self._recent.keep(picture, found)
        return found

    @callback
    def path(self, picture: str) -> str:
        """Return the path of a picture, which needs login."""
        return f"/api/{DOMAIN}/{self._entry.entry_id}/picture/{picture}.jpg"

    @callback
    def signed_path(self, picture: str) -> str:
        """Return a path that opens without login for 24 hours."""
        return async_sign_path(self._hass, self.path(picture), _SIGNED_FOR, use_content_user=True)

    @callback
    def links(self, picture: str | None) -> dict[str, str | None]:
        """Return both paths as automations see them; None for what has no picture."""
        return {
            "picture": self.path(picture) if picture else None,
            "picture_signed": self.signed_path(picture) if picture else None,
        }

    @callback
    def _retain(self, now: datetime | None = None) -> None:
        """Remove what is too old, and the oldest of what is too much."""
        oldest = dt_util.utcnow().timestamp() - self._seconds
        while self._files:
            picture, file = next(iter(self._files.items()))
            if file.time >= oldest and self._files_size <= self._bytes:
                break
            self._doom(picture)

    def _doom(self, picture: str) -> None:
        if file := self._files.pop(picture, None):
            self._files_size -= file.size
            self._recent.drop(picture)
            self._doomed.add(picture)
            self._start_writing()

    def _add_files(self, files: Mapping[str, _File]) -> None:
        self._files |= files
        self._files_size += sum(file.size for file in files.values())

    def _start_writing(self) -> None:
        # Not in the background: Home Assistant waits for it when it stops.
        if self._writer is None:
            self._writer = self._hass.async_create_task(self._write(), "write pictures", eager_start=False)

    async def _write(self) -> None:
        """Change the folder until it is as it should be; whatever comes meanwhile is the next batch."""
        try:
            while self._doomed or self._unwritten:
                doomed, self._doomed = self._doomed, set()
                fresh = self._unwritten.copy()
                now = dt_util.utcnow().timestamp()
                written, error = await self._hass.async_add_executor_job(self._folder.change, doomed, fresh, now)
                for picture in fresh:
                    self._unwritten.drop(picture)  # also what failed: it stays in memory while there is room
                self._add_files(written)
                self._note_disk(error)
                self._retain()
        finally:
            self._writer = None

    def _note_disk(self, error: OSError | None) -> None:
        """Log when the disk begins to fail, and when it works again."""
        if error and not self._disk_failed:
            _LOGGER.warning(
                "Pictures of %s cannot be kept on the disk, only in memory: %s", self._entry.title, error.strerror
            )
        elif self._disk_failed and not error:
            _LOGGER.info("Pictures of %s are kept on the disk again", self._entry.title)
        self._disk_failed = error is not None
