"""Exports that end, with the simulated vendor's own."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.devices import account_identifier
from custom_components.video_analytics.exports import Stage
from custom_components.video_analytics.triggers import exports as exports_module
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.simulator.client import Simulator

from ..accounts import find
from ..exports.conftest import _quick, account, door, media
from ..exports.exporting import ended, export, reached
from ..hearing import settle
from .automating import Automations

__all__ = ["_quick", "account", "door", "media"]

EXPORT = "- trigger: video_analytics.export_finished"


async def test_a_finished_export_says_what_the_action_says(
    hass: HomeAssistant, media: Path, account: MockConfigEntry, door: str, automations: Automations
) -> None:
    automation = await automations.add(EXPORT)
    answer = await export(hass, door, wait=True)
    await settle(hass)
    (run,) = automation.runs
    assert run["export_id"] == answer.pop("id")
    assert answer.items() <= run.items()
    assert (media / run["file"]).is_file()
    assert run["entity_id"] == door
    assert run["device_id"]
    assert run["id"] == "0"
    assert run["description"] == "export of Front door: finished"


async def test_how_it_ends(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, door: str, automations: Automations
) -> None:
    finished = await automations.add(EXPORT)
    others = await automations.add(f"{EXPORT}\n  options: {{status: [failed, cancelled]}}")
    await simulator.settings(export_seconds=600)
    await export(hass, door)
    job_id = await reached(account, None, Stage.RUNNING)
    await hass.services.async_call(
        DOMAIN, "cancel_export", {"config_entry_id": account.entry_id, "id": job_id, "only_here": True}, blocking=True
    )
    await settle(hass)
    assert finished.runs == []
    (run,) = others.runs
    assert (run["export_id"], run["status"]) == (job_id, "cancelled")


async def test_targets(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, door: str, automations: Automations
) -> None:
    _, other, *_ = await simulator.cameras()
    elsewhere = find(hass, account, "camera", "camera", other)
    device = dr.async_get(hass).async_get_device_by_identifier(account_identifier(account), account.entry_id)
    assert device is not None
    at_door = await automations.add(f"{EXPORT}\n  target: {{entity_id: {door}}}")
    at_other = await automations.add(f"{EXPORT}\n  target: {{entity_id: {elsewhere}}}")
    of_account = await automations.add(f"{EXPORT}\n  target: {{device_id: {device.id}}}")
    answer = await export(hass, door, wait=True)
    await settle(hass)
    for automation in (at_door, of_account):
        assert [run["export_id"] for run in automation.runs] == [answer["id"]]
    assert at_other.runs == []


async def test_what_ended_before_the_automation_was_made_is_no_news(
    hass: HomeAssistant,
    account: MockConfigEntry,
    door: str,
    automations: Automations,
    monkeypatch: pytest.MonkeyPatch,
    hass_storage: dict[str, Any],
) -> None:
    """Nobody was told of it: the event entity is disabled, and there was no automation."""
    registry = er.async_get(hass)
    registry.async_update_entity(find(hass, account, "event", "export"), disabled_by=er.RegistryEntryDisabler.USER)
    await hass.config_entries.async_reload(account.entry_id)
    old = await export(hass, door, wait=True)
    await settle(hass)
    job = await ended(hass, account, old["id"])
    assert job.ended
    later = job.ended + exports_module._NEWS_AGE * 1.1
    with patch.object(exports_module.dt_util, "utcnow", return_value=later):
        automation = await automations.add(EXPORT)
    assert automation.runs == []
    new = await export(hass, door, wait=True, duration={"seconds": 3})
    await settle(hass)
    assert [run["export_id"] for run in automation.runs] == [new["id"]]
