"""What the vendor keeps about people: tags and notes."""

from collections.abc import Sequence

import probatio

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonObjectType

from ..const import DOMAIN
from ..vendors.contract import Account, Dossier
from ..vendors.models.databases import Tag
from .errors import action_errors
from .people_targets import PersonTarget, async_target_people, offered, people_schema, person_errors

_TEXT = probatio.All(cv.string, str.strip, probatio.Length(min=1))
_SET_TAG = people_schema({probatio.Required("tag"): _TEXT, probatio.Optional("remove", default=False): cv.boolean})
_ADD_NOTE = people_schema({probatio.Required("note"): _TEXT, probatio.Optional("title"): cv.string})


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(
        DOMAIN, "set_tag", _async_set_tag, schema=_SET_TAG, supports_response=SupportsResponse.NONE
    )
    hass.services.async_register(
        DOMAIN, "add_note", _async_add_note, schema=_ADD_NOTE, supports_response=SupportsResponse.OPTIONAL
    )


async def _async_set_tag(call: ServiceCall) -> None:
    """Put a tag on people, or take it off."""
    targets = await async_target_people(call, _has_dossiers)
    orders = [(target, _dossier(target), await _tag(target, call.data["tag"])) for target in targets]
    for target, dossier, tag in orders:
        with action_errors(), person_errors(target):
            await dossier.set_tag(target.id, tag.id, on=not call.data["remove"])
    for coordinator in {target.runtime.coordinator for target in targets}:
        await coordinator.async_request_refresh()


async def _async_add_note(call: ServiceCall) -> ServiceResponse:
    """Add a note to people, and return the ids that the vendor knows them by."""
    orders = [(target, _dossier(target)) for target in await async_target_people(call, _has_dossiers)]
    response: JsonObjectType = {}
    for target, dossier in orders:
        with action_errors(), person_errors(target):
            note = await dossier.add_note(target.id, call.data["note"], title=call.data.get("title"))
        response[target.key] = {"note": note}
    return response


def _has_dossiers(account: Account) -> bool:
    return account.dossier is not None


def _dossier(target: PersonTarget) -> Dossier:
    return offered(target.entry, target.account.dossier, "dossier")


async def _tag(target: PersonTarget, wanted: str) -> Tag:
    """Return a tag by its id or its name; raises ServiceValidationError where there is none."""
    people = offered(target.entry, target.account.people, "people")
    with action_errors():
        tags = await people.tags()
    if tag := _found(tags, wanted):
        return tag
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="unknown_tag",
        translation_placeholders={"tag": wanted, "tags": ", ".join(sorted(tag.name for tag in tags))},
    )


def _found(tags: Sequence[Tag], wanted: str) -> Tag | None:
    """Find a tag; of several with a name one that is in use goes first, and capital letters matter only where they do."""
    in_order = sorted(tags, key=lambda tag: tag.disabled)
    exact = (tag for tag in in_order if wanted in (tag.id, tag.name))
    similar = (tag for tag in in_order if wanted.casefold() in (tag.id.casefold(), tag.name.casefold()))
    return next(exact, None) or next(similar, None)
