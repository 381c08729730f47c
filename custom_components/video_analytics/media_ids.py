"""How media is named: the account's unique id, a section, and the id of what is in there.

Names outlive an account that is removed and added again, for they stand on dashboards and in automations.
"""

from urllib.parse import quote, unquote

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .const import DOMAIN

PHOTO = "photo"
"""A photo or video as it is played."""
ORIGINAL = "original"
"""The file as it was uploaded."""

_URI = f"media-source://{DOMAIN}/"


def media_content_id(entry: ConfigEntry, asset_id: str) -> str:
    """Return the media content id of a photo or video of an account."""
    return _URI + media_identifier(entry, PHOTO, asset_id)


def media_identifier(entry: ConfigEntry, *parts: str) -> str:
    """Return the identifier of what is at a place in an account."""
    return "/".join(quote(part, safe="") for part in (_account_key(entry), *parts))


def media_place(hass: HomeAssistant, identifier: str) -> tuple[ConfigEntry | None, tuple[str, ...]]:
    """Return the account of an identifier and the parts behind it; no account for what can be none of ours."""
    key, *parts = map(unquote, identifier.split("/"))
    if not all(map(is_id, parts)):
        return None, ()
    entries = hass.config_entries.async_entries(DOMAIN)
    return next((entry for entry in entries if _account_key(entry) == key), None), tuple(parts)


def is_id(text: str) -> bool:
    """Tell whether a text can be an id, and does not lead elsewhere at the vendor."""
    return bool(text.strip(".")) and "/" not in text and text.isprintable()


def _account_key(entry: ConfigEntry) -> str:
    return entry.unique_id or entry.entry_id
