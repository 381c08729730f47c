"""Faces in the photos of a library, and the people whose they are."""

from collections.abc import Iterator
from contextlib import contextmanager

import probatio

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv

from ..const import DOMAIN
from ..vendors.errors import Conflict, NotFound, OutsidePicture
from ..vendors.models.photos import Box, PersonDraft
from .errors import action_errors
from .libraries import IDS, async_library, async_person_of_library, face_fields, person_fields
from .people_targets import ACCOUNT_FIELD, ATTR_PERSON, PERSON_FIELDS, checked_id

_CREATE_FACE = probatio.Schema(
    {
        **cv.ENTITY_SERVICE_FIELDS,
        **PERSON_FIELDS,
        probatio.Required("asset"): cv.string,
        **{probatio.Required(side): probatio.Coerce(int) for side in ("x", "y", "w", "h")},
    }
)
_ASSIGN_FACE = probatio.Schema(
    {
        **cv.ENTITY_SERVICE_FIELDS,
        **PERSON_FIELDS,
        probatio.Required("face"): cv.string,
        probatio.Optional("detach", default=False): cv.boolean,
    }
)
_ADD_PERSON = probatio.Schema(
    {
        **ACCOUNT_FIELD,
        probatio.Required("name"): probatio.All(cv.string, str.strip, probatio.Length(min=1)),
        probatio.Optional("birthday"): cv.date,
        probatio.Optional("favorite"): cv.boolean,
        probatio.Optional("hidden"): cv.boolean,
    }
)
_MERGE_PEOPLE = probatio.Schema(
    {
        **cv.ENTITY_SERVICE_FIELDS,
        **ACCOUNT_FIELD,
        probatio.Optional("into"): cv.string,
        probatio.Required("people"): probatio.All(IDS, probatio.Length(min=1)),
        probatio.Optional("confirm", default=False): cv.boolean,
    }
)


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(
        DOMAIN, "create_face", _async_create_face, schema=_CREATE_FACE, supports_response=SupportsResponse.OPTIONAL
    )
    hass.services.async_register(
        DOMAIN, "assign_face", _async_assign_face, schema=_ASSIGN_FACE, supports_response=SupportsResponse.OPTIONAL
    )
    hass.services.async_register(
        DOMAIN, "add_person", _async_add_person, schema=_ADD_PERSON, supports_response=SupportsResponse.OPTIONAL
    )
    hass.services.async_register(
        DOMAIN, "merge_people", _async_merge_people, schema=_MERGE_PEOPLE, supports_response=SupportsResponse.OPTIONAL
    )


async def _async_create_face(call: ServiceCall) -> ServiceResponse:
    """Mark a face in a photo, of somebody or of nobody yet, and return it."""
    library, person = await async_person_of_library(call, ATTR_PERSON)
    asset = checked_id(call.data["asset"])
    box = Box(x=call.data["x"], y=call.data["y"], w=call.data["w"], h=call.data["h"])
    with action_errors(), _box_errors(box), _if_unknown(_unknown_asset(asset, person)):
        face = await library.photos.create_face(asset, box, person)
    return {"face": face_fields(face)}


async def _async_assign_face(call: ServiceCall) -> ServiceResponse:
    """Say whose a face is, or that it is nobody's, and return it."""
    library, person = await async_person_of_library(call, ATTR_PERSON)
    face = checked_id(call.data["face"])
    if call.data["detach"] is (person is not None):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="person_or_detach")
    with action_errors(), _if_unknown(_unknown_face(face, person)):
        assigned = await library.photos.assign_face(face, person)
    return {"face": face_fields(assigned)}


async def _async_add_person(call: ServiceCall) -> ServiceResponse:
    """Add somebody to the library, and return them; somebody who is there and does not differ is left as they are."""
    library, _ = await async_library(call)
    draft = PersonDraft(
        name=call.data["name"],
        birthday=call.data.get("birthday"),
        favorite=call.data.get("favorite"),
        hidden=call.data.get("hidden"),
    )
    with action_errors():
        try:
            person = await library.photos.save_person(None, draft)
        except Conflict as error:
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="name_taken") from error
    return {"person": person_fields(person)}


async def _async_merge_people(call: ServiceCall) -> ServiceResponse:
    """Give all that is known of people to another one, delete them for good, and return who is left."""
    if not call.data["confirm"]:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="merge_not_confirmed")
    library, into = await async_person_of_library(call, "into")
    if into is None:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="merge_into_whom")
    people = tuple(dict.fromkeys(map(checked_id, call.data["people"])))
    if into in people:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="merge_with_themselves")
    with action_errors():
        try:
            person = await library.photos.merge(into, people, confirm=True)
        except NotFound as error:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="unknown_people",
                translation_placeholders={"people": ", ".join((into, *people))},
            ) from error
    return {"person": person_fields(person) if person else None}


@contextmanager
def _box_errors(box: Box) -> Iterator[None]:
    try:
        yield
    except OutsidePicture as error:
        if error.size is None:
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="bad_box") from error
        width, height = error.size
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="box_outside",
            translation_placeholders={
                "right": str(box.right),
                "bottom": str(box.bottom),
                "width": str(width),
                "height": str(height),
            },
        ) from error


@contextmanager
def _if_unknown(failure: ServiceValidationError) -> Iterator[None]:
    try:
        yield
    except NotFound as error:
        raise failure from error


def _unknown_asset(asset: str, person: str | None) -> ServiceValidationError:
    """Say what the library may not know; the vendor does not tell which of two it is."""
    if person is None:
        return ServiceValidationError(
            translation_domain=DOMAIN, translation_key="unknown_asset", translation_placeholders={"asset": asset}
        )
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="unknown_asset_or_person",
        translation_placeholders={"asset": asset, "person": person},
    )


def _unknown_face(face: str, person: str | None) -> ServiceValidationError:
    if person is None:
        return ServiceValidationError(
            translation_domain=DOMAIN, translation_key="unknown_face", translation_placeholders={"face": face}
        )
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="unknown_face_or_person",
        translation_placeholders={"face": face, "person": person},
    )
