"""Photos of a library: found, and uploaded."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
import mimetypes
import os
from pathlib import PurePath
from typing import IO

import probatio

from homeassistant.const import CONF_LATITUDE, CONF_LONGITUDE, CONF_RADIUS
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback, split_entity_id
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..pictures import content_type_of
from ..vendors.contract import Photos
from ..vendors.models.photos import AssetDraft, AssetQuery
from .errors import action_errors
from .libraries import IDS, asset_fields, async_library
from .people_targets import ACCOUNT_FIELD
from .picture_fields import async_take_picture, given_picture, picture_fields
from .reading import async_blocks, async_opened
from .times import TIME

_DEVICE = "home-assistant"
_LIMIT = 50
_LARGEST_LIMIT = 1000
_RADIUS = 1000.0
_LARGEST_RADIUS = 50_000.0
_INSTANT = timedelta(microseconds=1)
_TEXT = probatio.All(cv.string, str.strip, probatio.Length(min=1))
_PLACE = probatio.Schema(
    {
        probatio.Required(CONF_LATITUDE): cv.latitude,
        probatio.Required(CONF_LONGITUDE): cv.longitude,
        probatio.Optional(CONF_RADIUS, default=_RADIUS): probatio.All(
            probatio.Coerce(float), probatio.Range(min=1, max=_LARGEST_RADIUS)
        ),
    }
)

_FIND = probatio.Schema(
    {
        **cv.ENTITY_SERVICE_FIELDS,
        **ACCOUNT_FIELD,
        **picture_fields("picture"),
        probatio.Optional("text"): _TEXT,
        probatio.Optional("people"): IDS,
        probatio.Optional("place"): _PLACE,
        probatio.Optional("start"): TIME,
        probatio.Optional("end"): TIME,
        probatio.Optional("album"): _TEXT,
        probatio.Optional("limit", default=_LIMIT): probatio.All(
            probatio.Coerce(int), probatio.Range(min=1, max=_LARGEST_LIMIT)
        ),
    }
)
_UPLOAD = probatio.Schema({**ACCOUNT_FIELD, **picture_fields("picture"), probatio.Optional("time"): TIME})


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(
        DOMAIN, "find_assets", _async_find, schema=_FIND, supports_response=SupportsResponse.ONLY
    )
    hass.services.async_register(
        DOMAIN, "upload_asset", _async_upload, schema=_UPLOAD, supports_response=SupportsResponse.OPTIONAL
    )


async def _async_find(call: ServiceCall) -> ServiceResponse:
    """Return the photos that are looked for: the best first if by their content, otherwise the latest."""
    library, people = await async_library(call, "people")
    place = call.data.get("place")
    query = AssetQuery(
        text=call.data.get("text"),
        people=people,
        near=(place[CONF_LATITUDE], place[CONF_LONGITUDE]) if place else None,
        radius=place[CONF_RADIUS] if place else None,
        after=_wall_clock(call, "start"),
        before=_wall_clock(call, "end"),
        limit=call.data["limit"],
    )
    if query.after and query.before and query.before < query.after:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="ends_before_it_starts")
    if query.after:
        query = replace(query, after=query.after - _INSTANT)  # it is excluded, and scans are often dated at midnight
    if given_picture(call, "picture"):
        query = replace(query, picture=await async_take_picture(call, "picture"))
    with action_errors():
        if "album" in call.data:
            query = replace(query, album=await _album(library.photos, call.data["album"]))
        return {"assets": [asset_fields(library.entry, asset) async for asset in library.photos.find(query)]}


async def _async_upload(call: ServiceCall) -> ServiceResponse:
    """Add a picture or a file to the library, and return the photo, which may have been there already."""
    library, _ = await async_library(call)
    taken = dt_util.as_local(call.data["time"]) if "time" in call.data else None
    match given_picture(call, "picture"):
        case ("picture_file", path):
            async with async_opened(call.hass, path) as file:
                draft = await call.hass.async_add_executor_job(_draft_of_file, file, path, taken)
                with action_errors():
                    asset = await library.photos.upload(draft, async_blocks(call.hass, file))
        case _:
            picture = await async_take_picture(call, "picture")
            draft = _draft_of_picture(picture, call.data.get("picture_entity"), taken or dt_util.now())
            with action_errors():
                asset = await library.photos.upload(draft, _at_once(picture))
    return {"asset": asset_fields(library.entry, asset)}


def _wall_clock(call: ServiceCall, field: str) -> datetime | None:
    """Return a time as a clock on the wall shows it, as photos are taken by: many do not tell in which zone."""
    return dt_util.as_local(call.data[field]).replace(tzinfo=None) if field in call.data else None


async def _album(photos: Photos, wanted: str) -> str:
    """Return the id of an album that is named, or whose id it is."""
    async for album in photos.albums():
        if album.id == wanted or album.name.casefold() == wanted.casefold():
            return album.id
    raise ServiceValidationError(
        translation_domain=DOMAIN, translation_key="unknown_album", translation_placeholders={"album": wanted}
    )


def _draft_of_file(file: IO[bytes], path: str, taken: datetime | None) -> AssetDraft:
    """Describe a file; raises ServiceValidationError for what is no photo. This blocks."""
    name = PurePath(path).name
    content_type, encoding = mimetypes.guess_file_type(name)
    if not PurePath(name).suffix or encoding or (content_type and not content_type.startswith(("image/", "video/"))):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="not_a_photo", translation_placeholders={"path": path}
        )
    facts = os.fstat(file.fileno())
    modified = dt_util.as_local(dt_util.utc_from_timestamp(facts.st_mtime))
    return AssetDraft(
        name=name,
        mime_type=content_type or "application/octet-stream",  # it may be known to the vendor
        created=taken or modified,
        modified=modified,
        device=_DEVICE,
        device_asset=_digest(f"{path}\n{facts.st_size}\n{facts.st_mtime_ns}".encode()),
    )


def _draft_of_picture(picture: bytes, entity_id: str | None, taken: datetime) -> AssetDraft:
    """Describe a picture, which is named after the entity that gives it."""
    content_type = content_type_of(picture) or "image/jpeg"
    name = split_entity_id(entity_id)[1] if entity_id else "picture"
    return AssetDraft(
        name=f"{name}_{taken:%Y%m%d_%H%M%S}.{content_type.removeprefix('image/').replace('jpeg', 'jpg')}",
        mime_type=content_type,
        created=taken,
        modified=taken,
        device=_DEVICE,
        device_asset=_digest(picture),
    )


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


async def _at_once(picture: bytes) -> AsyncIterator[bytes]:
    yield picture
