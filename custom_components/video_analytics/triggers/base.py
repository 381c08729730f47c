"""What all triggers share: they stay while accounts are reloaded, added and removed."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, override

import probatio

from homeassistant.const import Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.trigger import (
    NotTriggeredInfo,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType
from homeassistant.util.json import JsonObjectType

from ..const import DOMAIN
from ..devices import account_identifier, camera_identifier, server_identifier
from ..fields import arrival_fields, event_fields, photo_fields
from ..moments import News, Told
from ..runtime import AccountConfigEntry, async_accounts
from ..scope import Aim, Scope, validated
from ..vendors.models.moments import Moment

type OptionsSchema = dict[probatio.Marker, Any]


@dataclass(frozen=True, slots=True)
class Attached:
    """A trigger at work: what it is aimed at, and whom it tells."""

    scope: Scope
    fire: TriggerActionRunner
    did_not_trigger: TriggerNotTriggeredReporter | None

    def skip(self, reason: str, data: JsonObjectType) -> None:
        """Report why it did not fire, for the automation's traces."""
        if self.did_not_trigger:
            self.did_not_trigger(NotTriggeredInfo(reason, data))


class AccountTrigger(Trigger):
    """A trigger that listens to every account that is set up."""

    options_schema: ClassVar[OptionsSchema]
    aim: ClassVar[Aim] = Aim.CAMERAS

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        return validated(hass, config, cls.options_schema, cls.aim)

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take the options."""
        super().__init__(hass, config)
        self.options = config.options or {}
        self._target = config.target

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        scope = Scope(self._hass, self._target)
        attached = Attached(scope, run_action, did_not_trigger)
        scope.open()
        unfollow = async_accounts(self._hass).follow(lambda entry: self.listen(entry, attached))

        @callback
        def detach() -> None:
            unfollow()
            scope.close()

        return detach

    @abstractmethod
    def listen(self, entry: AccountConfigEntry, attached: Attached) -> CALLBACK_TYPE:
        """Listen to an account until the returned one is called."""


def nothing_to_undo() -> None:
    """End nothing."""


def device_fields(hass: HomeAssistant, entry: AccountConfigEntry, camera: str | None) -> JsonObjectType:
    """Return where a camera is found in Home Assistant: `entity_id` of its main stream, and `device_id`."""
    if camera is None:
        return {"entity_id": None, "device_id": None}
    identifier = camera_identifier(entry, camera)
    device = dr.async_get(hass).async_get_device_by_identifier(identifier, entry.entry_id)
    entities = er.async_get(hass)
    entity_id = entities.async_get_entity_id(Platform.CAMERA, DOMAIN, f"{identifier[1]}_{Platform.CAMERA}")
    entity = entities.async_get(entity_id) if entity_id else None
    return {
        "entity_id": entity.entity_id if entity and not entity.disabled else None,
        "device_id": device.id if device else None,
    }


def whereabouts(entry: AccountConfigEntry, moment: Moment) -> tuple[str, str]:
    """Return the identifier of the device that a moment happened at."""
    if moment.camera is not None:
        return camera_identifier(entry, moment.camera)
    return server_identifier(entry, moment.server) if moment.server is not None else account_identifier(entry)


def moment_fields(hass: HomeAssistant, entry: AccountConfigEntry, told: Told) -> JsonObjectType:
    """Return a moment as `trigger.*`: what its event entity says, and where it is found in Home Assistant."""
    runtime, moment = entry.runtime_data, told.moment
    fields = event_fields(moment, runtime.coordinator.data.cameras.get(moment.camera or ""))
    return {
        # `trigger.id` is Home Assistant's own, by which an automation tells its triggers apart.
        "event_id": fields.pop("id"),
        **fields,
        **device_fields(hass, entry, moment.camera),
        "late": told.news is News.LATE,
        **arrival_fields(told, runtime.pictures),
        **photo_fields(moment, entry),
    }
