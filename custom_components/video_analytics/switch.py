"""Switches: the analytics modules of cameras."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import CameraEntity, OfCamera, add_camera_entities
from .exceptions import translated_errors
from .runtime import AccountConfigEntry
from .vendors.errors import NotPermitted
from .vendors.models.state import Camera, Part

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class ModuleDescription(OfCamera, SwitchEntityDescription):
    """Describes the switch of an analytics module; the key is the vendor's own."""

    entity_category: EntityCategory | None = EntityCategory.CONFIG
    entity_registry_enabled_default: bool = False
    part: Part | None = Part.MODULES


MODULES = (
    ModuleDescription(key="facescomplete", translation_key="facescomplete"),
    ModuleDescription(key="peoplecounter", translation_key="peoplecounter"),
    ModuleDescription(key="platescomplete", translation_key="platescomplete"),
    ModuleDescription(key="platesstandard", translation_key="platesstandard"),
    ModuleDescription(key="queuecounter", translation_key="queuecounter"),
    ModuleDescription(key="visitors", translation_key="visitors"),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: AccountConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the switches of an account."""
    account = entry.runtime_data.coordinator.account

    def exists(description: ModuleDescription, camera: Camera) -> bool:
        return account.modules is not None and description.key in account.modules.keys

    add_camera_entities(entry, async_add_entities, MODULES, ModuleSwitch, exists)


class ModuleSwitch(CameraEntity, SwitchEntity):
    """Switches a module; there while the vendor tells its settings."""

    entity_description: ModuleDescription
    _switched: bool | None = None
    """As it was just switched, until the vendor tells."""

    @property
    @override
    def available(self) -> bool:
        return super().available and self.entity_description.key in self.subject.modules

    @property
    @override
    def is_on(self) -> bool | None:
        told = self.subject.modules.get(self.entity_description.key)
        return told if self._switched is None else self._switched

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._switched = None
        super()._handle_coordinator_update()

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._switch(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._switch(on=False)

    async def _switch(self, *, on: bool) -> None:
        with translated_errors():
            if (modules := self.coordinator.account.modules) is None:
                raise NotPermitted("modules: this user may not switch them")
            await modules.set_enabled(self.subject.id, self.entity_description.key, on=on)
        self._switched = on
        self.async_write_ha_state()
        await self.coordinator.async_request_refresh()
