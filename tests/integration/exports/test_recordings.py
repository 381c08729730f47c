"""What is recorded."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
from tests.simulator.client import Simulator

from ..accounts import find
from .exporting import act, recorded


async def test_recordings_are_listed_by_camera(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, door: str
) -> None:
    await hass.config.async_set_time_zone("Europe/Stockholm")
    _, second, *_ = await simulator.cameras()
    other = find(hass, account, "camera", "camera", second)
    start = dt_util.as_local(recorded())
    end = start + timedelta(minutes=10)
    # A time without an offset is Home Assistant's own.
    period = {"start": start.replace(tzinfo=None).isoformat(), "end": end.isoformat()}
    whole = {"recordings": [{"start": start.isoformat(), "end": end.isoformat(), "length": 600.0}]}
    assert await act(hass, "get_recordings", entity_id=[door, other], **period) == {door: whole, other: whole}


async def test_a_long_period_is_in_pieces_and_in_order(hass: HomeAssistant, door: str) -> None:
    end = recorded()
    answer = await act(
        hass, "get_recordings", entity_id=door, start=(end - timedelta(days=1)).isoformat(), end=end.isoformat()
    )
    pieces = [
        (datetime.fromisoformat(piece["start"]), datetime.fromisoformat(piece["end"]), piece["length"])
        for piece in answer[door]["recordings"]
    ]
    assert len(pieces) > 20
    assert pieces == sorted(pieces)
    assert all(last - first == timedelta(seconds=length) for first, last, length in pieces)
    assert pieces[0][0] >= end - timedelta(days=1) and pieces[-1][1] <= end


@pytest.mark.parametrize(
    ("patch", "fault", "message"),
    [
        ({"isArchiveGranted": False}, {}, "archive of Front door may not be used"),
        ({}, {"status": 503}, "server does not answer"),
        ({}, {"status": 404}, "does not know what was asked for"),
    ],
)
async def test_what_cannot_be_listed(
    hass: HomeAssistant,
    simulator: Simulator,
    account: MockConfigEntry,
    door: str,
    patch: dict[str, Any],
    fault: dict[str, Any],
    message: str,
) -> None:
    camera, *_ = await simulator.cameras()
    await simulator.patch_camera(str(camera["id"]), **patch)
    await account.runtime_data.coordinator.async_refresh()
    if fault:
        await simulator.fault("/recordings", **fault)
    period = {"start": recorded().isoformat(), "end": (recorded() + timedelta(minutes=1)).isoformat()}
    with pytest.raises(HomeAssistantError, match=message):
        await act(hass, "get_recordings", entity_id=door, **period)


async def test_a_period_that_is_none(hass: HomeAssistant, door: str) -> None:
    with pytest.raises(ServiceValidationError, match="end is not after the start"):
        await act(hass, "get_recordings", entity_id=door, start=recorded().isoformat(), end=recorded().isoformat())


@pytest.mark.usefixtures("nothing_of_the_past")
async def test_a_vendor_without_an_archive(hass: HomeAssistant, door: str) -> None:
    period = {"start": recorded().isoformat(), "end": (recorded() + timedelta(minutes=1)).isoformat()}
    with pytest.raises(ServiceValidationError, match="Faceter does not tell what is recorded"):
        await act(hass, "get_recordings", entity_id=door, **period)
