"""How many requests an account makes, and of whom."""

from collections import Counter

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.simulator.client import Simulator

from ..accounts import find
from ..conftest import AddAccount
from .conftest import Later
from .system import FIRST, SECOND, asked, cameras_of

VISITORS = "GET /api/unique_visitor/report"
COUNTERS = "/api/objects_counting/current_counters"


@pytest.mark.parametrize("cameras", [6, 60])
async def test_setting_up_costs_few_requests_however_many_cameras_there_are(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, cameras: int
) -> None:
    for _ in range(cameras - 6):
        await simulator.add_camera()
    await simulator.forget_requests()
    await add_account()
    requests = await asked(simulator)
    # One camera that recognizes faces, at whichever server, shows whether visitors are counted.
    assert [requests.pop((server, VISITORS), 0) for server in (FIRST, SECOND)] in ([0, 1], [1, 0])
    assert requests == {
        (FIRST, "GET /configex"): 1,
        (FIRST, "GET /configure/servers"): 1,
        (FIRST, "GET /api/channels"): 1,
        (FIRST, "GET /api/faceconfig"): 1,
        (FIRST, "GET /api/faces-groups"): 1,
        (FIRST, "GET /api/cars-groups"): 1,
        **{
            (server, path): 1
            for server in (FIRST, SECOND)
            for path in ("GET /command", "GET /webapi/license", f"GET {COUNTERS}")
        },
    }


@pytest.mark.parametrize("cameras", [6, 60])
async def test_a_poll_costs_one_request_per_server_and_every_ten_minutes_one_more(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, later: Later, cameras: int
) -> None:
    for _ in range(cameras - 6):
        await simulator.add_camera()
    entry = await add_account()
    await asked(simulator)
    counted = Counter[tuple[str, str]]()
    for _ in range(40):
        later(30)
        await entry.runtime_data.coordinator.async_refresh()
        poll = await asked(simulator)
        # Four requests of a server at most, one of them for its counters and now and then one for its visitors.
        assert max(Counter(server for server, _ in poll.elements()).values()) <= 4
        counted += poll
    assert counted == {
        (FIRST, "GET /configex"): 2,
        (FIRST, "GET /command"): 40,
        (SECOND, "GET /command"): 40,
        (FIRST, f"GET {COUNTERS}"): 40,
        (SECOND, f"GET {COUNTERS}"): 40,
        (FIRST, VISITORS): 4,
        (SECOND, VISITORS): 4,
    }


async def test_a_camera_is_asked_for_its_status_only_while_somebody_looks_at_it_at_its_own_server(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, entity_registry: er.EntityRegistry, later: Later
) -> None:
    entry = await add_account()
    camera, *_ = cameras_of(await simulator.cameras(), SECOND)
    entity_registry.async_update_entity(find(hass, entry, "sensor", "receive_rate", camera), disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await asked(simulator)
    for _ in range(4):
        later(30)
        await entry.runtime_data.coordinator.async_refresh()
    statuses = {key: count for key, count in (await asked(simulator)).items() if key[1].endswith("/status")}
    assert statuses == {(SECOND, f"GET /api/channels/{camera}/status"): 2}


async def test_licences_are_asked_for_every_hour_while_somebody_looks(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, entity_registry: er.EntityRegistry, later: Later
) -> None:
    entry = await add_account()
    unique_id = f"{entry.unique_id}_server_{SECOND}_SoundChannels_licenses_used"
    entity_id = entity_registry.async_get_entity_id("sensor", "video_analytics", unique_id)
    assert entity_id
    entity_registry.async_update_entity(entity_id, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await asked(simulator)
    for _ in range(5):
        later(1801)
        await entry.runtime_data.coordinator.async_refresh()
    assert (await asked(simulator))[SECOND, "GET /webapi/license"] == 2


async def test_credentials_are_in_no_address_but_that_of_a_player(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    await add_account()
    requests = await simulator.requests()
    assert requests
    assert [request["path"] for request in requests if request["leaked_key"] or not request["has_key"]] == []
