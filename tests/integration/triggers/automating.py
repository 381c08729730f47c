"""Automations from YAML, and what they did."""

from collections.abc import Iterable
import json
from typing import Any
from unittest.mock import patch

from custom_components.video_analytics.const import DOMAIN
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml

from ..hearing import settle

EVERYTHING = [
    "sensor.system_1_cameras_online",
    "sensor.system_2_cameras_online",
    "sensor.faceter_harbour_house_cameras_online",
]
"""An entity of each account that tests set up: it stands for all that is behind the account."""

_FIRED = "test_fired"

_AUTOMATION = """
id: automation_{number}
alias: Automation {number}
mode: queued
actions:
  - event: test_fired
    event_data:
      number: {number}
      trigger: >-
        {{% set lasting = {{'for': trigger.for | string}} if trigger.for else {{}} %}}
        {{{{ dict(trigger.items() | rejectattr(0, 'eq', 'event'), **lasting) | to_json }}}}
"""


class Automation:
    """An automation that is at work, and the triggers of its runs."""

    def __init__(self, hass: HomeAssistant, number: int) -> None:
        """Listen to it."""
        self.entity_id = f"automation.automation_{number}"
        self.runs: list[dict[str, Any]] = []
        self._number = number
        hass.bus.async_listen(_FIRED, self._fired)

    @property
    def events(self) -> list[str]:
        """Return the moments for which it ran."""
        return [run["event_id"] for run in self.runs]

    @callback
    def _fired(self, event: Event) -> None:
        if event.data["number"] == self._number:
            trigger = event.data["trigger"]
            self.runs.append(trigger if isinstance(trigger, dict) else json.loads(trigger))


class Automations:
    """All automations of a test."""

    def __init__(self, hass: HomeAssistant) -> None:
        """There is none yet."""
        self._hass = hass
        self.configs: list[Any] = []

    async def add(self, triggers: str, conditions: str = "[]") -> Automation:
        """Add one beside those that there are; it has to be valid."""
        return await self.add_config(parse_yaml(triggers), parse_yaml(conditions))

    async def add_config(self, triggers: Any, conditions: Any = ()) -> Automation:
        """Add one beside those that there are, of what was read from YAML; ours are about everything if they do not say."""
        for part in (*triggers, *conditions):
            if str(part.get("trigger", part.get("condition"))).startswith(DOMAIN):
                part.setdefault("target", {"entity_id": EVERYTHING})
        number = len(self.configs) + 1
        automation = Automation(self._hass, number)
        base = parse_yaml(_AUTOMATION.format(number=number))
        assert isinstance(base, dict)
        self.configs.append({**base, "triggers": triggers, "conditions": list(conditions)})
        await self.load(self.configs)
        state = self._hass.states.get(automation.entity_id)
        assert state is not None
        assert state.state == "on", state
        return automation

    async def load(self, configs: Iterable[Any]) -> None:
        """Have these automations and no others; those that are the same stay at work."""
        config = {"automation": [dict(each) for each in configs]}
        if "automation" in self._hass.config.components:
            with patch("homeassistant.config.load_yaml_config_file", return_value=config):
                await self._hass.services.async_call("automation", "reload", blocking=True)
        else:
            assert await async_setup_component(self._hass, "automation", config)
        await settle(self._hass)
