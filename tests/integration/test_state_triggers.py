"""Triggers on the states of event entities, as people wrote them before: they are told nothing twice."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, mock_restore_cache_with_extra_data

from custom_components.video_analytics.vendors.errors import Unreachable
from custom_components.video_analytics.vendors.models.moments import Moment, MomentKind
from homeassistant.core import CoreState, HomeAssistant, State
from homeassistant.setup import async_setup_component

from .accounts import find
from .hearing import settle
from .invented import Invented, InventedMoments, moment
from .triggers.conftest import AddSystem, add_system, source

__all__ = ["add_system", "source"]

pytestmark = pytest.mark.usefixtures("hass_storage")


class Old:
    """Automations of the old style, and the events for which they ran."""

    def __init__(self, hass: HomeAssistant, entity_id: str) -> None:
        """Write them down."""
        self.runs: list[tuple[str, str]] = []
        self._hass = hass
        told: dict[str, Any] = {
            "condition": "template",
            "value_template": "{{ trigger.to_state.attributes.id is defined }}",
        }
        state: dict[str, Any] = {"trigger": "state", "entity_id": entity_id}
        self._automations = [
            self._automation("any", state, told),
            self._automation("not_to", state | {"not_to": ["unavailable", "unknown"]}),
            self._automation("attribute", state | {"attribute": "event_type", "to": "person"}),
        ]
        hass.bus.async_listen("test_ran", lambda event: self.runs.append((event.data["who"], event.data["what"])))

    def _automation(self, alias: str, trigger: Any, *conditions: Any) -> dict[str, Any]:
        event = {"who": alias, "what": "{{ trigger.to_state.attributes.id }}"}
        return {
            "alias": alias,
            "mode": "queued",
            "triggers": trigger,
            "conditions": list(conditions),
            "actions": {"event": "test_ran", "event_data": event},
        }

    async def begin(self) -> None:
        """Set them up."""
        assert await async_setup_component(self._hass, "automation", {"automation": self._automations})
        await settle(self._hass)

    def took(self) -> list[tuple[str, str]]:
        """Return for what they ran since the last time."""
        runs, self.runs = self.runs, []
        return sorted(runs)


def by_all(told: Moment) -> list[tuple[str, str]]:
    """Return what they do for an event that is the first, or after one of another type."""
    return [("any", told.id), ("attribute", told.id), ("not_to", told.id)]


async def happen(hass: HomeAssistant, source: InventedMoments) -> Moment:
    """Let a person come."""
    source.happen(person := moment(MomentKind.PERSON))
    await settle(hass)
    await settle(hass)
    return person


@pytest.fixture
async def entry(source: InventedMoments, add_system: AddSystem) -> MockConfigEntry:
    """Set an account up."""
    return await add_system(1)


@pytest.fixture
async def old(hass: HomeAssistant, entry: MockConfigEntry) -> Old:
    """Have automations."""
    old = Old(hass, find(hass, entry, "event", "detection", "c1"))
    await old.begin()
    return old


async def test_a_reload(hass: HomeAssistant, source: InventedMoments, entry: MockConfigEntry, old: Old) -> None:
    assert by_all(await happen(hass, source)) == old.took()
    for _ in range(2):
        await hass.config_entries.async_reload(entry.entry_id)
        await settle(hass)
        assert old.took() == []
    assert by_all(await happen(hass, source)) == old.took()


async def test_an_outage(
    hass: HomeAssistant, source: InventedMoments, invented: Invented, entry: MockConfigEntry, old: Old
) -> None:
    """Event entities stay available."""
    await happen(hass, source)
    old.took()
    coordinator = entry.runtime_data.coordinator
    invented.error = Unreachable("GET /state: it does not answer")
    coordinator.last_update_success = False
    coordinator.async_update_listeners()
    await settle(hass)
    state = hass.states.get(find(hass, entry, "event", "detection", "c1"))
    assert state is not None
    assert state.attributes["event_type"] == "person"
    invented.error = None
    await coordinator.async_refresh()
    await settle(hass)
    assert old.took() == []


async def test_an_account_that_comes_back_long_after_the_start(
    hass: HomeAssistant, source: InventedMoments, invented: Invented, entry: MockConfigEntry, old: Old
) -> None:
    await happen(hass, source)
    old.took()
    invented.error = Unreachable("GET /state: it does not answer")
    await hass.config_entries.async_reload(entry.entry_id)
    invented.error = None
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)
    assert old.took() == []
    assert by_all(await happen(hass, source)) == old.took()


async def test_a_restart(hass: HomeAssistant, source: InventedMoments, add_system: AddSystem) -> None:
    """The last event is shown again, but before automations listen."""
    entity_id = "event.ground_floor_lobby_detection"
    shown = State(entity_id, "2026-11-21T10:00:00.000+00:00")
    stored = {"last_event_type": "person", "last_event_attributes": {"id": "before"}}
    mock_restore_cache_with_extra_data(hass, [(shown, stored)])
    hass.set_state(CoreState.not_running)
    old = Old(hass, entity_id)
    await old.begin()
    entry = await add_system(1)
    assert find(hass, entry, "event", "detection", "c1") == entity_id
    await hass.async_start()
    await settle(hass)
    state = hass.states.get(entity_id)
    assert state is not None
    assert (state.state, state.attributes["id"]) == (shown.state, "before")
    assert old.took() == []
    person = await happen(hass, source)
    assert old.took() == [("any", person.id), ("not_to", person.id)]
