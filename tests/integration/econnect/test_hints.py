"""The webhook of the account: whatever calls it makes the account look at once, and nothing else."""

import asyncio

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.video_analytics.diagnostics import async_get_config_entry_diagnostics
from homeassistant.core import HomeAssistant
from tests.simulator.client import Simulator

from ..conftest import AddAccount
from ..hearing import Heard, until
from .conftest import listening
from .site import PATIENCE, see, watch

pytestmark = pytest.mark.usefixtures("hass_storage")


async def test_whatever_is_called_makes_the_account_look_at_once(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    simulator: Simulator,
    detector: str,
    entry: MockConfigEntry,
    anna: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await watch(hass, entry, anna)
    await listening(entry)
    monkeypatch.setattr("custom_components.video_analytics.vendors.polling.SHORTEST_INTERVAL", 600.0)
    client = await hass_client_no_auth()
    heard = Heard(hass)
    await asyncio.sleep(0.3)
    await see(simulator, detector, anna)
    await asyncio.sleep(0.5)
    assert heard.events == []
    answer = await client.post(f"/api/webhook/{entry.data['webhook_id']}", data=b'{"payload": {"personInfo": "\xff"}')
    assert answer.status == 200
    await until(lambda: heard.events, PATIENCE)
    assert entry.runtime_data.moments.status.source.value in ("hint", "polling")
    diagnostics = await async_get_config_entry_diagnostics(hass, entry)
    assert entry.data["webhook_id"] not in repr(diagnostics)


async def test_many_calls_are_few_looks(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hints: list[None] = []
    monkeypatch.setattr(entry.runtime_data.coordinator.account._moments, "hint", lambda: hints.append(None))
    monkeypatch.setattr(entry.runtime_data.coordinator.account.hook, "_hint", lambda: hints.append(None))
    client = await hass_client_no_auth()
    for _ in range(30):
        await client.post(f"/api/webhook/{entry.data['webhook_id']}")
    await hass.async_block_till_done(wait_background_tasks=False)
    assert len(hints) == 1


async def test_the_address_stays_and_goes_with_the_account(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator, add_account: AddAccount
) -> None:
    entry = await add_account()
    first = entry.data["webhook_id"]
    assert len(first) >= 32
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.data["webhook_id"] == first
    assert f'"{first}"' not in repr(hass.states.async_all())
    await hass.config_entries.async_remove(entry.entry_id)
    assert first not in hass.data["webhook"]
