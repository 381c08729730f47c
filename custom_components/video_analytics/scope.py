"""What triggers and conditions are aimed at."""

from collections.abc import Mapping, Set as AbstractSet
from datetime import datetime
from enum import Enum
from typing import Any, cast

import probatio

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID, CONF_OPTIONS, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, Event, HassJob, HomeAssistant, callback
from homeassistant.helpers import (
    area_registry as ar,
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids
from homeassistant.helpers.typing import ConfigType

from .const import DOMAIN
from .devices import account_identifier, person_identifier

_SETTLE = 1.0
"""Seconds: registries change thousands of times in a row while an account is added."""

type Target = Mapping[str, Any]
type Identifiers = AbstractSet[tuple[str, str]]


EMPTY = "the target is empty; choose at least one, or the device of an account for all that is behind it"
_DIRECT = {ATTR_DEVICE_ID, ATTR_ENTITY_ID}


def _not_empty(target: dict[str, Any]) -> dict[str, Any]:
    if not TargetSelection(target).has_any_target:
        raise probatio.Invalid(EMPTY)
    return target


TARGET = probatio.All(cv.TARGET_FIELDS, _not_empty)


class Aim(Enum):
    """What a target has to be; the texts say what to choose where it is something else."""

    CAMERAS = "the target is no camera; choose a camera"
    PEOPLE = "nobody whom cameras see is behind the target; choose the device of a watched person"
    PEOPLE_OF_PHOTOS = (
        "nobody of a photo library is behind the target; choose the device of somebody who is watched there"
    )
    LIBRARIES = "the target is no photo library; choose the device of one"


def validated(hass: HomeAssistant, config: ConfigType, options: Mapping[probatio.Marker, Any], aim: Aim) -> ConfigType:
    """Return the configuration of a trigger or condition that has a target and these options. Raises Invalid."""
    schema = probatio.Schema(
        {
            probatio.Required(CONF_TARGET, msg=EMPTY): TARGET,
            probatio.Required(CONF_OPTIONS, default=dict): dict(options),
        }
    )
    valid = cast(ConfigType, schema(config))
    _check(hass, valid[CONF_TARGET], aim)
    return valid


def _check(hass: HomeAssistant, target: Target, aim: Aim) -> None:
    """Raise Invalid where something else is chosen, such as a person in place of a camera: that would never do anything.

    What is behind areas, floors and labels may change, and what is not there yet may come.
    """
    found = selected(hass, target) if target.keys() <= _DIRECT else frozenset()
    entries = hass.config_entries.async_entries(DOMAIN)
    if found and not any(_fits(entry, identifier, aim) for entry in entries for identifier in found):
        raise probatio.Invalid(aim.value)


def _fits(entry: ConfigEntry[Any], identifier: tuple[str, str], aim: Aim) -> bool:
    """Tell whether a device is of this account and what is aimed at; an account stands for all that is behind it."""
    is_account = identifier == account_identifier(entry)
    if not is_account and not identifier[1].startswith(f"{entry.unique_id}_"):
        return False
    is_person = identifier[1].startswith(person_identifier(entry, "")[1])
    loaded = entry.state is ConfigEntryState.LOADED
    in_photos = entry.runtime_data.coordinator.account.photos is not None if loaded else None
    match aim:
        case Aim.CAMERAS:
            return not is_person and in_photos is not True
        case Aim.PEOPLE:
            return (is_account or is_person) and in_photos is not True
        case Aim.PEOPLE_OF_PHOTOS:
            return (is_account or is_person) and in_photos is not False
        case Aim.LIBRARIES:
            return is_account and in_photos is not False


def selected(hass: HomeAssistant, target: Target) -> Identifiers:
    """Return the identifiers of our devices that a target selects.

    An entity selects its device, and a child device the one that it is a part of. A device that is named itself, as that
    of a server or an account, also selects what is behind it.
    """
    devices, entities = dr.async_get(hass), er.async_get(hass)
    selection = TargetSelection(dict(target))
    found = async_extract_referenced_entity_ids(hass, selection, expand_group=False)
    named = selection.device_ids | _devices_of(entities, found.referenced)
    ids = found.referenced_devices | named | _devices_of(entities, found.indirectly_referenced) | _behind(hass, named)
    chosen = [device for device in map(devices.async_get, ids) if device]
    parents = [
        devices.async_get(device.parent_device_id) for device in chosen if isinstance(device, dr.ChildDeviceEntry)
    ]
    return {
        identifier
        for device in (*chosen, *parents)
        for identifier in (device.identifiers if device else ())
        if identifier[0] == DOMAIN
    }


def _devices_of(entities: er.EntityRegistry, entity_ids: set[str]) -> set[str]:
    found = map(entities.async_get, entity_ids)
    return {entity.device_id for entity in found if entity and entity.platform == DOMAIN and entity.device_id}


def _behind(hass: HomeAssistant, named: set[str]) -> set[str]:
    """Return the devices that are reached by way of others, over any number of steps."""
    registry = dr.async_get(hass)
    via = {
        device.id: device.via_device_id
        for entry in hass.config_entries.async_entries(DOMAIN)
        for device in dr.async_entries_for_config_entry(registry, entry.entry_id)
    }
    behind: set[str] = set()
    while more := {device for device, over in via.items() if over in named | behind} - behind:
        behind |= more
    return behind


class Scope:
    """What a target selects at present; follows the registries from `open` to `close`."""

    def __init__(self, hass: HomeAssistant, target: Target | None) -> None:
        """Without a target it is everything."""
        self._hass = hass
        self._target = target
        self._found: Identifiers = frozenset()
        self._outdated = True
        self._watchers: list[CALLBACK_TYPE] = []
        self._timer: CALLBACK_TYPE | None = None
        self._listening: list[CALLBACK_TYPE] = []

    def __contains__(self, identifier: tuple[str, str]) -> bool:
        """Tell whether a device is selected, by its identifier."""
        if not self._target:
            return True
        if self._outdated:
            self._found = selected(self._hass, self._target)
            self._outdated = False
        return identifier in self._found

    @callback
    def open(self) -> None:
        """Follow the registries."""
        self._listening = [
            self._hass.bus.async_listen(event, self._changed)
            for event in (
                ar.EVENT_AREA_REGISTRY_UPDATED,
                dr.EVENT_DEVICE_REGISTRY_UPDATED,
                er.EVENT_ENTITY_REGISTRY_UPDATED,
            )
        ]

    @callback
    def close(self) -> None:
        """Let go of the registries."""
        while self._listening:
            self._listening.pop()()
        if self._timer:
            self._timer()
            self._timer = None

    @callback
    def watch(self, wake: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Wake a moment after something may have come or gone."""
        self._watchers.append(wake)
        return lambda: self._watchers.remove(wake)

    @callback
    def _changed(self, _: Event[Any]) -> None:
        self._outdated = True
        if self._timer is None:
            self._timer = async_call_later(self._hass, _SETTLE, HassJob(self._settled, cancel_on_shutdown=True))

    @callback
    def _settled(self, _: datetime) -> None:
        self._timer = None
        for wake in list(self._watchers):
            wake()
