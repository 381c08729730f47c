"""A simulator in a process of its own, and accounts in Home Assistant."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
import sys
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from custom_components.video_analytics import camera as camera_platform, config_flow, vendors
from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.vendors import http as http_module, load
from custom_components.video_analytics.vendors.budget import Pace
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.core_config import Config
from homeassistant.helpers.entity import Entity
from tests.hurry import poll_in_a_hurry
from tests.simulator.client import Simulator

from .accounts import entry_data, find, set_up
from .invented import KEY, SIGN_IN, Invented

type AddAccount = Callable[..., Awaitable[MockConfigEntry]]


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Write Home Assistant's objects readably."""
    from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension

    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture(autouse=True)
def _custom_integrations(enable_custom_integrations: None, socket_enabled: None) -> None:
    """Load our integration, and let it speak to the simulator."""


@pytest.fixture(autouse=True)
def _cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every test a cache folder of its own; all of them share Home Assistant's configuration folder."""
    monkeypatch.setattr(Config, "cache_path", lambda self, *path: str(tmp_path.joinpath("cache", *path)))


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[Simulator]:
    """One simulator for the session."""
    simulator = Simulator.launch()
    yield simulator
    simulator.stop()


@pytest.fixture
async def simulator(simulator_process: Simulator) -> Simulator:
    """The simulator as it starts: every test gets the same world."""
    await simulator_process.reset()
    return simulator_process


@pytest.fixture
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the simulator no requests."""
    monkeypatch.setattr(type(load("faceter")), "pace", Pace(rate=200, burst=200))
    # The simulated clock often stands still: what happens then must not be before the first look, however long that took.
    monkeypatch.setattr(http_module, "_CLOCK_ERROR", timedelta())
    poll_in_a_hurry(monkeypatch, 0.1)


@pytest.fixture
def everything_enabled() -> Iterator[None]:
    """Enable the entities that are disabled by default, too."""
    with patch.object(Entity, "entity_registry_enabled_default", property(lambda entity: True)):
        yield


@pytest.fixture
async def add_account(hass: HomeAssistant, simulator: Simulator) -> AddAccount:
    """Return a function that adds a Faceter account to Home Assistant and sets it up.

    The world does not stand still: `moments` says whether the account is to notice.
    """

    async def add(
        options: dict[str, Any] | None = None,
        expect: ConfigEntryState = ConfigEntryState.LOADED,
        moments: bool = False,
        **data: Any,
    ) -> MockConfigEntry:
        data = await entry_data(simulator) | data
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Faceter Harbour House",
            unique_id=f"faceter_{data['account_id']}",
            data=data,
            options={"all_events": moments, **(options or {})},
        )
        return await set_up(hass, entry, expect)

    return add


@pytest.fixture
def every_address_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let addresses age in no time."""
    monkeypatch.setattr(camera_platform, "_ADDRESS_AGE", timedelta(seconds=-1))
    monkeypatch.setattr("custom_components.video_analytics.vendors.faceter.account._ADDRESS_AGE", timedelta(seconds=-1))


@pytest.fixture
async def front_door(hass: HomeAssistant, simulator: Simulator, add_account: AddAccount) -> str:
    """Set the account up and return its first camera."""
    entry = await add_account()
    camera, *_ = await simulator.cameras()
    await simulator.forget_requests()
    return find(hass, entry, "camera", "camera", camera)


@pytest.fixture
def invented(monkeypatch: pytest.MonkeyPatch) -> Invented:
    """Register a vendor as a new folder would: one module and one key."""
    vendor = Invented()
    module = vendor.module()
    monkeypatch.setattr(vendors, "KEYS", (*vendors.KEYS, KEY))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    step = config_flow._vendor_step(KEY)
    monkeypatch.setattr(config_flow.VideoAnalyticsConfigFlow, f"async_step_{KEY}", step, raising=False)
    monkeypatch.setattr(config_flow, "KEYS", vendors.KEYS)
    return vendor


@pytest.fixture
async def entry(hass: HomeAssistant, invented: Invented) -> MockConfigEntry:
    """Set the first of its accounts up."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="System 1",
        unique_id=f"{KEY}_system-1",
        data={"vendor": KEY, "account_id": "system-1", "proof": None, "sign_in": SIGN_IN},
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    return entry
