"""Faces of pictures: taught to the vendor, and recognized by it."""

from contextlib import nullcontext
from typing import cast

import probatio

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType

from ..const import DOMAIN
from ..vendors.contract import Account
from ..vendors.models.databases import Sighting
from .errors import action_errors
from .people_targets import (
    ACCOUNT_FIELD,
    async_account,
    async_target_person,
    names_somebody,
    offered,
    people_schema,
    person_errors,
)
from .picture_fields import async_take_picture, picture_fields
from .times import TIME

_DETECTOR = "Home Assistant"

_ADD = people_schema(
    {**picture_fields("picture"), probatio.Optional("force", default=False): cv.boolean}, required=False
)
_RECOGNIZE = probatio.Schema(
    {
        **ACCOUNT_FIELD,
        **picture_fields("picture"),
        probatio.Optional("detector"): cv.string,
        probatio.Optional("time"): TIME,
        probatio.Optional("largest_face_only", default=True): cv.boolean,
        probatio.Optional("allow_duplicate", default=False): cv.boolean,
    }
)


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(
        DOMAIN, "add_face", _async_add_face, schema=_ADD, supports_response=SupportsResponse.OPTIONAL
    )
    hass.services.async_register(
        DOMAIN, "recognize_face", _async_recognize_face, schema=_RECOGNIZE, supports_response=SupportsResponse.ONLY
    )


async def _async_add_face(call: ServiceCall) -> ServiceResponse:
    """Teach the vendor a face, of a person that it knows or of a new one, and return the person."""
    known = await async_target_person(call, _recognizes) if names_somebody(call) else None
    entry = known.entry if known else await async_account(call, _recognizes)
    account = entry.runtime_data.coordinator.account
    recognition = offered(entry, account.recognition, "recognition")
    picture = await async_take_picture(call, "picture")
    with action_errors(), person_errors(known) if known else nullcontext():
        person = await recognition.enrol(picture, known.id if known else None, force=call.data["force"])
    return {"person": person}


async def _async_recognize_face(call: ServiceCall) -> ServiceResponse:
    """Hand a picture to the vendor as if a camera had taken it, and return the vendor's answer as it is."""
    entry = await async_account(call, _recognizes)
    account = entry.runtime_data.coordinator.account
    recognition = offered(entry, account.recognition, "recognition")
    sighting = Sighting(
        picture=await async_take_picture(call, "picture"),
        detector=call.data.get("detector") or _place(call),
        at=dt_util.as_utc(call.data["time"]) if "time" in call.data else dt_util.utcnow(),
        zone=call.hass.config.time_zone,
        largest_face_only=call.data["largest_face_only"],
        allow_duplicate=call.data["allow_duplicate"],
    )
    with action_errors():
        answer = await recognition.recognize(sighting)
    return {"answer": cast(JsonValueType, answer)}


def _recognizes(account: Account) -> bool:
    return account.recognition is not None


def _place(call: ServiceCall) -> str:
    """Return where a picture was taken: by the entity that gives it, as far as anybody knows."""
    state = call.hass.states.get(call.data.get("picture_entity", ""))
    return state.name if state else _DETECTOR
