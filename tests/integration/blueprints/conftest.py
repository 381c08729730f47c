"""Automations that are made of blueprints, and phones that they write to."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.simulator.client import Simulator

from ..conftest import AddAccount
from ..hearing import Heard
from ..test_documentation import ROOT
from ..test_moments import OPTIONS, cameras_of, listening
from ..triggers.automating import Automations
from .phones import Phone

type UseBlueprint = Callable[..., Awaitable[str]]

BLUEPRINTS = ROOT / "blueprints"
FOLDER = BLUEPRINTS / "automation" / "video_analytics"


@pytest.fixture
def _blueprints(hass: HomeAssistant, tmp_path: Path) -> None:
    """Give Home Assistant a configuration folder with our blueprints, as importing them makes it."""
    (tmp_path / "blueprints").symlink_to(BLUEPRINTS)
    hass.config.config_dir = str(tmp_path)


@pytest.fixture
async def use(hass: HomeAssistant, _blueprints: None) -> AsyncIterator[UseBlueprint]:
    """Return a function that makes an automation of a blueprint, and returns its entity."""
    automations = Automations(hass)
    configs: list[dict[str, Any]] = []

    async def use(blueprint: str, **inputs: Any) -> str:
        name = f"automation_{len(configs) + 1}"
        path = f"video_analytics/{blueprint}.yaml"
        configs.append({"id": name, "alias": name, "use_blueprint": {"path": path, "input": inputs}})
        await automations.load(configs)
        state = hass.states.get(f"automation.{name}")
        assert state is not None
        assert state.state == "on", state
        return state.entity_id

    yield use
    # Some wait for what comes next.
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)


@pytest.fixture
async def phone(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, hass_ws_client: WebSocketGenerator
) -> AsyncIterator[Phone]:
    """Somebody's phone."""
    for component in ("persistent_notification", "notify", "mobile_app"):
        assert await async_setup_component(hass, component, {})
    phone = await Phone.sign_up(hass, await hass_client(), await hass_ws_client(), "Anna's phone")
    yield phone
    phone.hang_up()


@pytest.fixture
async def entry(hass: HomeAssistant, simulator: Simulator, add_account: AddAccount) -> AsyncIterator[MockConfigEntry]:
    """Set an account up that notices what tests let happen, and leave no connections behind."""
    await simulator.set_rate(0)
    entry = await add_account(OPTIONS, moments=True)
    await listening(entry)
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
def heard(hass: HomeAssistant, entry: MockConfigEntry) -> Heard:
    """Hear all."""
    heard = Heard(hass)
    heard.follow(entry)
    return heard


@pytest.fixture
async def door(simulator: Simulator) -> str:
    """The camera at the front door."""
    return (await cameras_of(simulator))[0]


@pytest.fixture
async def gate(simulator: Simulator) -> str:
    """Another camera."""
    return (await cameras_of(simulator))[1]
