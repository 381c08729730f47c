"""Files that an action takes, read while they are sent and never held in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError

from ..const import DOMAIN

_BLOCK = 1 << 20


@asynccontextmanager
async def async_opened(hass: HomeAssistant, path: str) -> AsyncIterator[IO[bytes]]:
    """Open a file that Home Assistant may read.

    Raises ServiceValidationError, also for what goes wrong in reading it.
    """
    try:
        file = await hass.async_add_executor_job(_open, hass, path)
        try:
            yield file
        finally:
            await hass.async_add_executor_job(file.close)
    except (OSError, ValueError) as error:  # the latter for a path that cannot be one
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="file_unreadable", translation_placeholders={"path": path}
        ) from error


async def async_blocks(hass: HomeAssistant, file: IO[bytes]) -> AsyncIterator[bytes]:
    """Yield what is in a file."""
    while block := await hass.async_add_executor_job(_read, file):
        yield block


def _read(file: IO[bytes]) -> bytes:
    return file.read(_BLOCK)


def _open(hass: HomeAssistant, path: str) -> IO[bytes]:
    if not hass.config.is_allowed_path(path):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="path_not_allowed", translation_placeholders={"path": path}
        )
    if not (file := Path(path)).is_file():
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_such_file", translation_placeholders={"path": path}
        )
    return file.open("rb")
