"""Photo libraries that an action is about, the people in them, and how photos, faces and people are answered."""

from dataclasses import dataclass

import probatio

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonObjectType

from ..const import DOMAIN
from ..media_ids import media_content_id
from ..runtime import AccountConfigEntry
from ..vendors.contract import Account, Photos
from ..vendors.models.photos import Asset, PhotoFace
from ..vendors.models.state import Person
from .people_targets import PEOPLE, PersonTarget, async_account, async_check_control, checked_id, offered
from .targets import async_targets

IDS = probatio.All(cv.ensure_list, [cv.string])


@dataclass(frozen=True, slots=True)
class Library:
    """A photo library, and the account that it is."""

    entry: AccountConfigEntry
    photos: Photos


async def async_library(call: ServiceCall, people: str | None = None) -> tuple[Library, tuple[str, ...]]:
    """Return the library and the ids of the people that a call is about, each once.

    Watched people are named by target, others by their ids in the field `people`. Raises ServiceValidationError for
    people of several accounts, and Unauthorized for somebody who may not control all entities: what is done, and what
    is answered, is never about the target alone.
    """
    await async_check_control(call)
    nothing = ServiceValidationError(translation_domain=DOMAIN, translation_key="no_target_people")
    targets: list[PersonTarget] = await async_targets(call, PEOPLE, nothing=nothing)
    entries = {target.entry.entry_id for target in targets}
    if named := call.data.get(ATTR_CONFIG_ENTRY_ID):
        entries.add(named)
    if len(entries) > 1:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="people_of_several_accounts")
    entry = targets[0].entry if targets else await async_account(call, _has_photos)
    photos = offered(entry, entry.runtime_data.coordinator.account.photos, "photos")
    given = IDS(call.data.get(people, [])) if people else []
    return Library(entry, photos), tuple(dict.fromkeys([*(target.id for target in targets), *map(checked_id, given)]))


async def async_person_of_library(call: ServiceCall, field: str) -> tuple[Library, str | None]:
    """Return the library and the person that a call is about; raises ServiceValidationError for several."""
    library, people = await async_library(call, field)
    if len(people) > 1:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_one_person")
    return library, people[0] if people else None


def asset_fields(entry: AccountConfigEntry, asset: Asset) -> JsonObjectType:
    """Return a photo or video, without its addresses; the time of capture lacks an offset if the camera did not know."""
    return {
        "id": asset.id,
        "media_content_id": media_content_id(entry, asset.id),
        "name": asset.name,
        "content_type": asset.mime_type,
        "taken": asset.taken.isoformat() if asset.taken else None,
        "added": asset.added.isoformat() if asset.added else None,
        "width": asset.width,
        "height": asset.height,
        "duration": asset.duration,
        "size": asset.size,
        "description": asset.description,
        "place": asset.place,
        "location": dict(zip(("latitude", "longitude"), asset.location, strict=True)) if asset.location else None,
        "people": list(asset.people),
        "names": list(asset.names),
    }


def face_fields(face: PhotoFace) -> JsonObjectType:
    """Return a face; its box is in pixels of the photo."""
    box = face.box
    return {
        "id": face.id,
        "asset": face.asset,
        "person": face.person,
        "box": {"x": box.x, "y": box.y, "w": box.w, "h": box.h} if box else None,
        "manual": face.manual,
        "confidence": face.confidence,
    }


def person_fields(person: Person) -> JsonObjectType:
    """Return somebody of a library."""
    return {
        "id": person.id,
        "name": person.name,
        "birthday": person.birthday.isoformat() if person.birthday else None,
        "favorite": person.favorite,
        "hidden": person.hidden,
        "photos": person.photos,
    }


def _has_photos(account: Account) -> bool:
    return account.photos is not None
