"""What conditions with a target of ours share."""

from typing import Any, ClassVar, override

import probatio

from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import Condition, ConditionConfig
from homeassistant.helpers.typing import ConfigType

from ..scope import Aim, Scope, validated


class ScopeCondition(Condition):
    """A condition about devices of ours."""

    options_schema: ClassVar[dict[probatio.Marker, Any]]
    aim: ClassVar[Aim] = Aim.CAMERAS

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        return validated(hass, config, cls.options_schema, cls.aim)

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Take the options."""
        super().__init__(hass, config)
        self.options = config.options or {}
        self.scope = Scope(hass, config.target)

    @override
    async def _async_setup(self) -> None:
        self.scope.open()

    @override
    def _async_unload(self) -> None:
        self.scope.close()
