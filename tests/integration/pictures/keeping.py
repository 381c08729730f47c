"""What tests put into a picture store, and where it goes."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.pictures import PictureStore
from custom_components.video_analytics.vendors.models.media import Picture
from homeassistant.core import HomeAssistant

type Open = Callable[..., Awaitable[PictureStore]]

JPEG = b"\xff\xd8\xff\xe0 a face"
MB = 1_000_000


def picture(content: bytes = JPEG, content_type: str = "image/jpeg") -> Picture:
    """Return a picture as a vendor sends it."""
    return Picture(content, content_type)


def large(size: int, number: int = 0) -> Picture:
    """Return a picture of a size in bytes."""
    return picture(JPEG + number.to_bytes(4) + bytes(size - len(JPEG) - 4))


def put(store: PictureStore, key: str, content: Picture | None = None) -> str:
    """Keep a picture and return its id."""
    kept = store.put(key, content or picture())
    assert kept is not None
    return kept


def folder(hass: HomeAssistant, entry: MockConfigEntry) -> Path:
    """Return where an account's pictures are on the disk."""
    return Path(hass.config.cache_path(DOMAIN, entry.entry_id))


def files(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    """Return the names of what is on the disk."""
    return {file.name for file in folder(hass, entry).glob("*")}
