"""Long-term statistics of what is counted are right through restarts and resets."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
    do_adhoc_statistics,
    statistics_during_period,
)

from custom_components.video_analytics.vendors.models.state import ZoneKind
from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
from tests.simulator.client import Simulator

from ..conftest import AddAccount
from .conftest import Later
from .test_counters import poll, sensor_of, zone_of


@pytest.fixture
async def mock_recorder_before_hass(async_test_recorder: Any) -> None:
    """Let there be a recorder."""


async def test_sums_go_through_restarts_and_resets(
    recorder_mock: Recorder, hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, later: Later
) -> None:
    begun = dt_util.utcnow()
    await simulator.begin_at_noon()
    entry = await add_account()
    line = zone_of(entry, ZoneKind.LINE)
    counted = sensor_of(hass, entry, line, "person")

    def value() -> int:
        state = hass.states.get(counted)
        assert state is not None
        return int(state.state)

    expected, last = 0, value()
    for step in ("world", "restart", "reset", "world"):
        if step == "restart":
            await hass.config_entries.async_reload(entry.entry_id)
        if step == "reset":
            await simulator.reset_counters(line.camera)
            await poll(entry, later)
            assert value() < last * 0.9
            expected, last = expected + value(), value()
        await simulator.advance(1800)
        await poll(entry, later)
        assert value() >= last
        expected, last = expected + value() - last, value()
    await hass.async_block_till_done()
    await async_wait_recording_done(hass)
    start = begun.replace(minute=begun.minute // 5 * 5, second=0, microsecond=0)
    do_adhoc_statistics(hass, start=start)
    await async_wait_recording_done(hass)
    rows = await get_instance(hass).async_add_executor_job(
        lambda: statistics_during_period(hass, start, statistic_ids={counted}, period="5minute", types={"sum", "state"})
    )
    assert expected > 0
    assert rows[counted][-1]["sum"] == expected
