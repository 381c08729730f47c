"""What event entities, and whoever follows all moments, were told."""

import asyncio
from collections.abc import Callable
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.moments import MomentHub, News, Told
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback


class Heard:
    """Keeps it, in the order in which it came."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Listen to the state machine."""
        self.events: list[State] = []
        self.told: list[Told] = []
        self._times: dict[str, str] = {}
        hass.bus.async_listen("state_changed", self._changed)

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        new = event.data["new_state"]
        # An entity that comes back shows the time of its last event, which is not another event.
        if new and new.domain == "event" and "id" in new.attributes and self._times.get(new.entity_id) != new.state:
            self._times[new.entity_id] = new.state
            self.events.append(new)

    def follow(self, entry: MockConfigEntry) -> None:
        """Follow the hub of a set-up; after every reload anew."""
        hub_of(entry).audience.follow(self.told.append)

    @property
    def ids(self) -> list[str]:
        """Return the ids of events."""
        return [state.attributes["id"] for state in self.events]

    @property
    def told_ids(self) -> list[str]:
        """Return the ids of all moments."""
        return [told.moment.id for told in self.told]

    @property
    def late(self) -> set[str]:
        """Return the ids of those that were late."""
        return {told.moment.id for told in self.told if told.news is News.LATE}


def hub_of(entry: MockConfigEntry) -> MomentHub:
    """Return the hub of a set-up account."""
    hub: MomentHub = entry.runtime_data.moments
    return hub


async def until(condition: Callable[[], Any], seconds: float = 5.0) -> None:
    """Wait in real time."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  # what is waited for is in other processes, too
            await asyncio.sleep(0.01)


async def settle(hass: HomeAssistant) -> None:
    """Let everything happen that need not wait."""
    for _ in range(5):
        await asyncio.sleep(0)
    await hass.async_block_till_done()
