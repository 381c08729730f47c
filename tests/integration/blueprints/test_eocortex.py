"""Queues and visitors, as Eocortex counts them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.vendors.models.state import ZoneKind
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.simulator.client import Simulator

from ..accounts import find
from ..conftest import AddAccount
from ..eocortex.conftest import add_account, later, simulator, simulator_process
from ..eocortex.test_counters import sensor_of, zone_of
from ..eocortex.test_reports import DOOR, GATE, RECEPTION
from ..events.acting import act
from ..hearing import until
from ..test_moments import PATIENCE
from .conftest import UseBlueprint
from .phones import Phone

__all__ = ["add_account", "later", "simulator", "simulator_process"]

pytestmark = pytest.mark.usefixtures("hass_storage")


@pytest.fixture
async def entry(hass: HomeAssistant, simulator: Simulator, add_account: AddAccount) -> AsyncIterator[MockConfigEntry]:
    """Set the system up, whose time stands still on the evening of this day."""
    await hass.config.async_set_time_zone("UTC")
    await simulator.set_rate(0)
    entry = await add_account()
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_queue_is_too_long(
    hass: HomeAssistant, entry: MockConfigEntry, use: UseBlueprint, phone: Phone
) -> None:
    sensor = sensor_of(hass, entry, zone_of(entry, ZoneKind.AREA), "person")
    state = hass.states.get(sensor)
    assert state is not None
    attributes = dict(state.attributes)

    async def waiting(count: int) -> None:
        hass.states.async_set(sensor, str(count), attributes)
        await asyncio.sleep(0.05)

    await waiting(0)
    await use("queue_too_long", count=sensor, limit=3, lasting={"milliseconds": 300}, phones=[phone.device_id])
    await waiting(4)
    await waiting(3)
    await waiting(5)
    await until(lambda: phone.messages, PATIENCE)
    await waiting(1)
    await waiting(7)  # it cools down
    (message,) = phone.messages
    assert message["message"] == "5 are waiting."
    assert message["title"] == attributes["friendly_name"]


async def test_the_report_of_the_day(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, use: UseBlueprint, phone: Phone
) -> None:
    rows = await simulator.cameras()
    door, gate, reception = (
        find(hass, entry, "camera", "camera", rows[place]["Id"]) for place in (DOOR, GATE, RECEPTION)
    )
    visitors, lines = {"entity_id": [door, reception]}, {"entity_id": [gate]}
    common: dict[str, Any] = {"cameras": visitors, "phones": [phone.device_id], "day": "yesterday"}
    automations = [
        await use("daily_visitor_report", **common, lines=lines),
        await use("daily_visitor_report", **common | {"cameras": {"entity_id": [door]}}, title="Door"),
    ]
    for automation in automations:
        await hass.services.async_call("automation", "trigger", {"entity_id": automation}, blocking=True)
    await until(lambda: len(phone.messages) == 2, PATIENCE)
    both, one = phone.messages
    today = dt_util.start_of_local_day()
    day = {"start": (today - timedelta(days=1)).isoformat(), "end": today.isoformat()}
    single = (await act(hass, "get_visitor_report", door, **day))[door]["reports"][0]
    (line,) = (await act(hass, "get_counting_report", gate, **day))[gate]["reports"][0]["lines"]
    assert single["total"] > 0
    rows_of = both["message"].splitlines()
    # Cameras of two servers have no total.
    assert rows_of[0].endswith(f"{single['total']} visits by {single['unique']} people")
    assert len(rows_of) == 3
    assert "Crossing of the line: " in rows_of[2]
    assert f"person {line['counts']['person']}" in rows_of[2]
    assert one["title"] == "Door"
    assert one["message"] == f"{single['total']} visits by {single['unique']} people"


async def test_a_report_that_fails_is_told(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, use: UseBlueprint, phone: Phone
) -> None:
    rows = await simulator.cameras()
    cameras = {"entity_id": find(hass, entry, "camera", "camera", rows[DOOR]["Id"])}
    automation = await use("daily_visitor_report", cameras=cameras, phones=[phone.device_id])
    await simulator.refuse()
    await hass.services.async_call("automation", "trigger", {"entity_id": automation}, blocking=True)
    await until(lambda: phone.messages, PATIENCE)
    assert phone.texts == ["The report could not be made."]
    await simulator.refuse(False)
