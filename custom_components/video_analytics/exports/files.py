"""Files: which folder exports may go to, and how they are written so that nobody ever sees half of one."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack, suppress
from errno import EDQUOT, ENOSPC
from hashlib import sha256
import mimetypes
import os
from pathlib import Path, PurePath
import shutil
from tempfile import TemporaryFile
from threading import Lock
from typing import IO

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import slugify

from ..const import DOMAIN
from ..vendors.errors import BadAnswer, Unreachable
from ..vendors.models.media import Download, ExportMedia

_MEDIA_SOURCE = "media-source://media_source/"
_BLOCK = 1 << 20
_MAX_SLUG = 80
_FULL = (ENOSPC, EDQUOT)
_SUFFIXES = {
    "audio/aac": ".aac",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
    "video/x-msvideo": ".avi",
}
_USUAL = {ExportMedia.VIDEO: ".mp4", ExportMedia.AUDIO: ".mp3"}
_NAMING = Lock()
"""Held while a free name is looked for and taken."""


class DiskFull(Exception):
    """There is no room for the file."""


def media_path(hass: HomeAssistant, file: str) -> tuple[str, str] | None:
    """Return a file's media folder, by its name in Home Assistant, and its path in there."""
    for name, folder in hass.config.media_dirs.items():
        if PurePath(file).is_relative_to(folder):
            return name, PurePath(file).relative_to(folder).as_posix()
    return None


def choose_folder(hass: HomeAssistant, wanted: str | None, account: str, camera: str) -> Path:
    """Return the folder for an export, and make sure that it can be written to; this blocks and leaves nothing.

    `wanted` is a media folder by its name in Home Assistant, a path below one, or an absolute path that Home Assistant
    allows; None is a folder for the account and camera. Raises ServiceValidationError.
    """
    folder = _folder(hass, wanted, account, camera)
    if folder is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="folder_not_allowed",
            translation_placeholders={"folder": wanted or ""},
        )
    existing = folder
    while not existing.exists():
        existing = existing.parent
    try:
        with TemporaryFile(dir=existing):
            return folder
    except OSError as error:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="disk_full" if error.errno in _FULL else "folder_not_writable",
            translation_placeholders={"folder": str(folder)},
        ) from error


def _folder(hass: HomeAssistant, wanted: str | None, account: str, camera: str) -> Path | None:
    media = {name: Path(folder) for name, folder in hass.config.media_dirs.items()}
    default = media.get("local") or next(iter(media.values()), None)
    if not wanted:
        return default and default / _slug(account) / _slug(camera)
    path = Path(wanted.removeprefix(_MEDIA_SOURCE))
    if ".." in path.parts or not wanted.isprintable():
        return None
    if not path.is_absolute():
        first, *rest = path.parts or (".",)
        return media[first].joinpath(*rest) if first in media else default and default / path
    inside = any(path.is_relative_to(folder) for folder in media.values())
    # Of a path that does not exist Home Assistant looks at the folder it is in.
    return path if inside or hass.config.is_allowed_path(str(path / "export")) else None


def _slug(name: str) -> str:
    return slugify(name)[:_MAX_SLUG]


def file_name(camera: str, start: str) -> str:
    """Return the name of an export's file without its suffix; `start` as it shall be read."""
    return f"{start}_{_slug(camera)}"


def part_of(folder: str, job: str) -> Path:
    """Return where an export is while it is downloaded: hidden, beside its place, and known after a restart."""
    return Path(folder, f".{sha256(job.encode()).hexdigest()[:16]}.part")


async def async_save(hass: HomeAssistant, download: Download, part: Path, name: str, media: ExportMedia) -> Path:
    """Write an export into a file whose suffix says what it is; otherwise as `async_write_file`."""
    return await async_write_file(hass, download, part, name + _suffix(download.content_type, media))


async def async_write_file(
    hass: HomeAssistant, download: Download, part: Path, name: str, *, may_be_empty: bool = False
) -> Path:
    """Write a download into `part`, then give it its name, or the next that is free, and return that.

    Raises DiskFull, OSError, and the vendor's errors when the body is not whole. The part is gone afterwards in any case.
    """
    file = ExitStack()
    try:
        try:
            written = await _to_the_end(hass, _open, part, download.size, file)
            await _async_write(hass, download, written, may_be_empty=may_be_empty)
        finally:
            await _to_the_end(hass, file.close)
        naming = hass.async_add_executor_job(_take_name, part, name)
        with suppress(asyncio.CancelledError):
            await asyncio.shield(naming)
        # Whoever is cancelled now still has to know that the file is there.
        return await naming
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull from error
        raise
    finally:
        await _to_the_end(hass, remove, part)


def remove(part: Path) -> None:
    """Remove a part, if it is there."""
    # What cannot be removed could not be made either; the failure to make it is the one that is told.
    with suppress(OSError):
        part.unlink()


def _open(part: Path, size: int | None, file: ExitStack) -> IO[bytes]:
    part.parent.mkdir(parents=True, exist_ok=True)
    if size and size > shutil.disk_usage(part.parent).free:
        raise DiskFull
    return file.enter_context(part.open("wb"))


async def _async_write(hass: HomeAssistant, download: Download, file: IO[bytes], *, may_be_empty: bool) -> None:
    size = 0
    block = bytearray()
    async for chunk in download.chunks:
        size += len(chunk)
        block += chunk
        if len(block) >= _BLOCK:
            await _to_the_end(hass, file.write, block)
            block = bytearray()
    await _to_the_end(hass, file.write, block)
    if (not size and not may_be_empty) or (download.size is not None and size != download.size):
        raise Unreachable(f"file: {size} bytes instead of {download.size}")
    await _to_the_end(hass, _sync, file)


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _take_name(part: Path, name: str) -> Path:
    """Give a file its name, and never that of another file."""
    stem, suffix = os.path.splitext(name)
    with _NAMING:
        file = part.with_name(name)
        number = 1
        while os.path.lexists(file):
            number += 1
            file = part.with_name(f"{stem}_{number}{suffix}")
        part.replace(file)
    return file


async def _to_the_end[*Args, T](hass: HomeAssistant, work: Callable[[*Args], T], *args: *Args) -> T:
    """Do blocking work, to its end also when it is cancelled, or a file would be opened after it was removed."""
    future = hass.async_add_executor_job(work, *args)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        await asyncio.wait([future])
        raise


def _suffix(content_type: str, media: ExportMedia) -> str:
    """Return the suffix for a content type; raises BadAnswer for pages and messages, which are no export."""
    if content_type.startswith("text/") or content_type.endswith(("json", "xml", "html")):
        raise BadAnswer(f"export: expected a file, got {content_type}")
    if content_type == "application/octet-stream":
        return _USUAL[media]
    return _SUFFIXES.get(content_type) or mimetypes.guess_extension(content_type) or _USUAL[media]
