"""What conditions with a target of ours share."""

from typing import Any, ClassVar, cast, override

import probatio

from homeassistant.const import CONF_OPTIONS, CONF_TARGET
from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import Condition, ConditionConfig
from homeassistant.helpers.typing import ConfigType

from ..scope import EMPTY, TARGET, Scope, checked


class ScopeCondition(Condition):
    """A condition about devices of ours."""

    options_schema: ClassVar[dict[probatio.Marker, Any]]
    of_people: ClassVar[bool] = False
    """Whether the target is watched people, not cameras."""

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        schema = probatio.Schema(
            {
                probatio.Required(CONF_TARGET, msg=EMPTY): TARGET,
                probatio.Required(CONF_OPTIONS, default=dict): cls.options_schema,
            }
        )
        validated = cast(ConfigType, schema(config))
        checked(hass, validated[CONF_TARGET], of_people=cls.of_people)
        return validated

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
