"""People that an action is aimed at: those who are watched by their devices and entities, all others by their ids."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import probatio

from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_CONFIG_ENTRY_ID, Platform
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.helpers import config_validation as cv, device_registry as dr, entity_registry as er, service
from homeassistant.helpers.target import TargetSelection
from homeassistant.helpers.typing import VolDictType

from ..const import CONF_VENDOR, DOMAIN
from ..devices import person_identifier
from ..media_ids import is_id
from ..runtime import AccountConfigEntry
from ..vendors.contract import Account
from ..vendors.errors import NotFound
from .targets import Target, TargetKind, async_targets

type Offers = Callable[[Account], bool]
"""Whether an account offers what an action is about."""

ATTR_PERSON = "person"
ACCOUNT_FIELD: VolDictType = {probatio.Optional(ATTR_CONFIG_ENTRY_ID): cv.string}
PERSON_FIELDS: VolDictType = {**ACCOUNT_FIELD, probatio.Optional(ATTR_PERSON): cv.string}
"""Of somebody whom nobody watches; `person` is the vendor's id."""


@dataclass(frozen=True, slots=True)
class PersonTarget(Target):
    """A person; `id` is the vendor's, or the name where the vendor knows people by their names alone.

    The event of being seen has the lowest rank.
    """


def people_schema(fields: VolDictType, *, required: bool = True) -> Any:
    """Return the schema of an action that is aimed at people, in either way."""
    schema = probatio.Schema({**cv.ENTITY_SERVICE_FIELDS, **PERSON_FIELDS, **fields})
    someone = probatio.AtLeastOne(*cv.ENTITY_SERVICE_FIELDS, ATTR_PERSON)
    return probatio.Schema(probatio.All(schema, someone)) if required else schema


def names_somebody(call: ServiceCall) -> bool:
    """Tell whether a call is aimed at all; a target that is explicitly empty is one."""
    return not call.data.keys().isdisjoint({*map(str, cv.ENTITY_SERVICE_FIELDS), ATTR_PERSON})


async def async_target_people(call: ServiceCall, offers: Offers) -> tuple[PersonTarget, ...]:
    """Return the people that a call is aimed at, each once; raises ServiceValidationError where there are none."""
    if ATTR_PERSON in call.data:
        return (await async_named_person(call, offers),)
    nothing = ServiceValidationError(translation_domain=DOMAIN, translation_key="no_target_people")
    return tuple(await async_targets(call, PEOPLE, nothing=nothing))


async def async_target_person(call: ServiceCall, offers: Offers) -> PersonTarget:
    """Return the one person that a call is aimed at; raises ServiceValidationError for none and for several."""
    people = await async_target_people(call, offers)
    if len(people) != 1:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_one_person")
    return people[0]


async def async_named_person(call: ServiceCall, offers: Offers) -> PersonTarget:
    """Return the person whose id a call has; raises ServiceValidationError for what cannot be one."""
    if TargetSelection(call.data).has_any_target:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="person_or_target")
    entry = await async_account(call, offers)
    person = checked_id(call.data[ATTR_PERSON])
    return PersonTarget(person, entry, person, "")


async def async_account(call: ServiceCall, offers: Offers) -> AccountConfigEntry:
    """Return the account of an action, for somebody who may control all of it."""
    await async_check_control(call)
    return account_of(call, offers)


def account_of(call: ServiceCall, offers: Offers) -> AccountConfigEntry:
    """Return the account that is named, or the only one that offers what the action is about."""
    named = call.data.get(ATTR_CONFIG_ENTRY_ID) or _only_one(call.hass, offers)
    entry: AccountConfigEntry = service.async_get_config_entry(call.hass, DOMAIN, named)
    return entry


async def async_check_control(call: ServiceCall) -> None:
    """Raise Unauthorized for somebody who may not control all entities."""
    if not call.context.user_id:
        return
    user = await call.hass.auth.async_get_user(call.context.user_id)
    if user is None:
        raise UnknownUser(context=call.context)
    if not user.permissions.access_all_entities(POLICY_CONTROL):
        raise Unauthorized(context=call.context, permission=POLICY_CONTROL)


def _only_one(hass: HomeAssistant, offers: Offers) -> str | None:
    """Return the id of the only account that offers something; None where it is not clear.

    One that is not connected may offer what others of its vendor do.
    """
    entries: list[AccountConfigEntry] = hass.config_entries.async_entries(
        DOMAIN, include_ignore=False, include_disabled=False
    )
    loaded = [entry for entry in entries if entry.state is ConfigEntryState.LOADED]
    offering = [entry for entry in loaded if offers(entry.runtime_data.coordinator.account)]
    vendors = {entry.data[CONF_VENDOR] for entry in offering}
    others = [entry for entry in entries if entry not in loaded and entry.data[CONF_VENDOR] in vendors]
    return offering[0].entry_id if len(offering) == 1 and not others else None


def checked_id(text: str) -> str:
    """Return an id as it was meant; raises ServiceValidationError for what would lead elsewhere at the vendor."""
    found = text.strip()
    if not is_id(found):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="bad_id", translation_placeholders={"id": text}
        )
    return found


def offered[T](entry: AccountConfigEntry, capability: T | None, name: str) -> T:
    """Return what a vendor offers; raises where there is no such thing, with the vendor's reason where it gave one."""
    if capability is not None:
        return capability
    coordinator = entry.runtime_data.coordinator
    if reason := coordinator.account.switched_off.get(name):
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="not_permitted", translation_placeholders={"details": reason}
        )
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="not_offered",
        translation_placeholders={"vendor": coordinator.vendor.manufacturer},
    )


@contextmanager
def person_errors(target: PersonTarget) -> Iterator[None]:
    """Say that the vendor does not know a person, where that is what it says."""
    try:
        yield
    except NotFound as error:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="unknown_person", translation_placeholders={"person": target.key}
        ) from error


def _watched(hass: HomeAssistant, entity_id: str) -> tuple[AccountConfigEntry, str] | None:
    """Return the account of an entity and whom it watches; None where it watches nobody."""
    entity = er.async_get(hass).async_get(entity_id)
    if not entity or entity.platform != DOMAIN or entity.disabled or not entity.device_id:
        return None
    entry: AccountConfigEntry | None = hass.config_entries.async_get_entry(entity.config_entry_id or "")
    device = dr.async_get(hass).async_get(entity.device_id)
    if not entry or not device:
        return None
    _, prefix = person_identifier(entry, "")
    for domain, identifier in device.identifiers:
        if domain == DOMAIN and identifier.startswith(prefix):
            return entry, identifier.removeprefix(prefix)
    return None


def _is_person(hass: HomeAssistant, entity_id: str) -> bool:
    return _watched(hass, entity_id) is not None


def _person(hass: HomeAssistant, entity_id: str) -> PersonTarget:
    """Find whom an entity watches; raises ServiceValidationError where it is nobody."""
    watched = _watched(hass, entity_id)
    if watched is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="watches_nobody",
            translation_placeholders={"entity_id": entity_id},
        )
    entry, person = watched
    if entry.state is not ConfigEntryState.LOADED:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="account_not_loaded",
            translation_placeholders={"entity_id": entity_id},
        )
    is_event = entity_id.startswith(f"{Platform.EVENT}.")
    return PersonTarget(entity_id, entry, person, "" if is_event else entity_id)


PEOPLE = TargetKind(_is_person, _person)
