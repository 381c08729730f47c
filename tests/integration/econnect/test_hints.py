"""The webhook of the account: whatever calls it makes the account look at once, and nothing else."""

import asyncio
from typing import override
from unittest.mock import Mock

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.diagnostics import async_get_config_entry_diagnostics
from custom_components.video_analytics.vendors.contract import Hook
from custom_components.video_analytics.vendors.errors import Unreachable, VendorError
from homeassistant.core import HomeAssistant
from homeassistant.helpers.network import NoURLAvailableError
from tests.simulator.client import Simulator

from ..conftest import AddAccount
from ..hearing import Heard, until
from ..invented import KEY, SIGN_IN, Invented, InventedAccount
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


class FakeHook(Hook):
    """A vendor that takes our address by itself, or not at all."""

    def __init__(self, error: VendorError | None = None) -> None:
        """Fail like this."""
        self.error = error
        self.installed: list[str] = []
        self.removed: list[str] = []

    @override
    async def install(self, url: str) -> str | None:
        if self.error:
            raise self.error
        self.installed.append(url)
        return "hook-1"

    @override
    async def remove(self, hook: str) -> None:
        self.removed.append(hook)
        raise Unreachable("it is gone")

    @override
    def hint(self) -> None:
        """Nobody listens."""


@pytest.mark.parametrize("error", [None, Unreachable("no answer")])
async def test_where_the_vendor_has_a_call_for_it_the_address_is_told_to_it(
    hass: HomeAssistant, invented: Invented, monkeypatch: pytest.MonkeyPatch, error: VendorError | None
) -> None:
    hass.config.internal_url = "http://192.0.2.7:8123"
    hook = FakeHook(error)
    monkeypatch.setattr(InventedAccount, "hook", hook)
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id=f"{KEY}_system-1",
        data={"vendor": KEY, "account_id": "system-1", "proof": None, "sign_in": SIGN_IN},
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    installed = [] if error else [f"http://192.0.2.7:8123/api/webhook/{entry.data['webhook_id']}"]
    assert hook.installed == installed
    assert not entry.runtime_data.hints.by_hand
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert hook.removed == ["hook-1"][: len(installed)]


async def test_without_an_address_of_its_own_home_assistant_shows_none(
    hass: HomeAssistant, add_account: AddAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeassistant.components.webhook.get_url", Mock(side_effect=NoURLAvailableError))
    entry = await add_account()
    hints = entry.runtime_data.hints
    assert (hints.address, hints.by_hand) == (None, True)
    form = await hass.config_entries.options.async_init(entry.entry_id)
    (marker,) = form["data_schema"].schema["hook"].schema.schema
    assert marker.default() == ""
