"""All that Home Assistant lets others see: what we log, what it shows, and what it stores."""

import json
from typing import Any

import pytest

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import HomeAssistant


async def async_seen(
    hass: HomeAssistant, hass_storage: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> dict[str, str]:
    """Let Home Assistant write everything, and return it; only the store of config entries may hold credentials."""
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    ours = [
        record.getMessage()
        for phase in ("setup", "call")
        for record in caplog.get_records(phase)
        if record.name.startswith("custom_components")
    ]
    stored = {key: value for key, value in hass_storage.items() if key != "core.config_entries"}
    return {
        "logged": "\n".join(ours),
        "shown": "\n".join(repr(state.as_dict()) for state in hass.states.async_all()),
        "stored": json.dumps(stored, default=repr, ensure_ascii=False),
    }
