"""Adding, reauthenticating and reconfiguring accounts, and their options."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from tests.simulator.client import Simulator

from .accounts import form, key_of
from .conftest import AddAccount

type Result = dict[str, Any]


async def _begin(hass: HomeAssistant) -> Result:
    """Choose the vendor."""
    flow = hass.config_entries.flow
    menu = await flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert menu["type"] is FlowResultType.MENU
    assert "faceter" in menu["menu_options"]
    return await flow.async_configure(menu["flow_id"], {"next_step_id": "faceter"})


async def _submit(hass: HomeAssistant, result: Result, values: Result) -> Result:
    submitted = await hass.config_entries.flow.async_configure(result["flow_id"], values)
    await hass.async_block_till_done()
    return submitted


async def test_an_account_is_added(hass: HomeAssistant, simulator: Simulator) -> None:
    result = await _begin(hass)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "faceter"
    assert result["errors"] == {}

    result = await _submit(hass, result, form(simulator))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert entry.unique_id.startswith("faceter_")
    assert entry.title.startswith("Faceter")
    assert entry.data["sign_in"]["key"] == key_of(simulator)
    assert key_of(simulator) not in entry.unique_id
    assert len(hass.states.async_entity_ids("camera")) == len(await simulator.cameras())


@pytest.mark.parametrize("typed", [" {url} ", "{url}/", "{origin}", "{origin}/"])
async def test_the_address_is_read_as_people_type_it(hass: HomeAssistant, simulator: Simulator, typed: str) -> None:
    url = typed.format(url=simulator.url, origin=simulator.url.removesuffix("/integration-api"))
    result = await _submit(hass, await _begin(hass), form(simulator, url=url))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("answer", ["false", "401", "403"])
async def test_a_wrong_key_is_told_in_all_readings_of_the_api(
    hass: HomeAssistant, simulator: Simulator, answer: str
) -> None:
    await simulator.quirks(invalid_key=answer)
    result = await _submit(hass, await _begin(hass), form(simulator, key="wrong"))
    assert result["errors"] == {"base": "sign_in_failed"}

    result = await _submit(hass, result, form(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 503}, "unreachable"),
        ({"status": 404}, "not_found"),
        ({"status": 400}, "rejected"),
        ({"status": 429, "retry_after": 60}, "rate_limited"),
        ({"body": "html"}, "bad_answer"),
        ({"body": "truncated_json"}, "bad_answer"),
        ({"body": "cut"}, "unreachable"),
    ],
)
async def test_each_failure_has_its_own_text_and_can_be_recovered_from(
    hass: HomeAssistant, simulator: Simulator, fault: Result, error: str
) -> None:
    await simulator.fault("GET /v1/cameras", **fault)
    result = await _submit(hass, await _begin(hass), form(simulator))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": error}

    await simulator.clear_faults()
    result = await _submit(hass, result, form(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("url", "error"), [("http://127.0.0.1:1", "unreachable"), ("ftp://somewhere", "bad_address"), ("?", "bad_address")]
)
async def test_a_wrong_address_is_told(hass: HomeAssistant, simulator: Simulator, url: str, error: str) -> None:
    result = await _submit(hass, await _begin(hass), form(simulator, url=url))
    assert result["errors"] == {"base": error}

    result = await _submit(hass, result, form(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_the_vendors_reason_is_shown(hass: HomeAssistant, simulator: Simulator) -> None:
    await simulator.fault("GET /v1/cameras", status=400)
    result = await _submit(hass, await _begin(hass), form(simulator))
    assert result["errors"] == {"base": "rejected"}
    assert result["description_placeholders"]["reason"] == "Fault"


async def test_an_account_without_cameras_is_added(hass: HomeAssistant, simulator: Simulator) -> None:
    key = await simulator.key("empty_account")
    result = await _submit(hass, await _begin(hass), form(simulator, key=key))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert key not in result["result"].unique_id


@pytest.mark.parametrize("action", [None, "add", "rotate"])
async def test_the_same_account_is_added_only_once_also_with_another_key(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, action: str | None
) -> None:
    await add_account()
    key = await simulator.key(action) if action else key_of(simulator)
    result = await _submit(hass, await _begin(hass), form(simulator, key=key))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_another_account_of_the_same_vendor_is_added(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    await add_account()
    key = await simulator.key("other_account")
    result = await _submit(hass, await _begin(hass), form(simulator, key=key))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def _begin_reauth(hass: HomeAssistant, entry: MockConfigEntry) -> Result:
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == "reauth"
    assert flow["context"]["entry_id"] == entry.entry_id
    assert flow["step_id"] == "faceter"
    return flow


async def test_a_refused_key_at_start_asks_for_a_new_one(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    entry = await add_account()
    await hass.config_entries.async_unload(entry.entry_id)
    key = await simulator.key("rotate")
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.SETUP_ERROR
    before = entry.unique_id, entry.data["account_id"]

    flow = await _begin_reauth(hass, entry)
    result = await _submit(hass, flow, form(simulator, key="still wrong"))
    assert result["errors"] == {"base": "sign_in_failed"}
    result = await _submit(hass, result, form(simulator, key=key))

    assert result["reason"] == "reauth_successful"
    assert entry.state is ConfigEntryState.LOADED
    assert (entry.unique_id, entry.data["account_id"]) == before
    assert entry.data["sign_in"]["key"] == key


async def test_reauthentication_with_the_same_key_starts_polling_again(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    entry = await add_account()
    coordinator = entry.runtime_data.coordinator
    entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    result = await _submit(hass, await _begin_reauth(hass, entry), form(simulator))
    assert result["reason"] == "reauth_successful"
    assert entry.state is ConfigEntryState.LOADED
    assert entry.runtime_data.coordinator is not coordinator


async def test_reauthentication_refuses_another_account(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    entry = await add_account()
    entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    other = await simulator.key("other_account")
    result = await _submit(hass, await _begin_reauth(hass, entry), form(simulator, key=other))
    assert result["errors"] == {"base": "wrong_account"}
    assert entry.data["sign_in"]["key"] == key_of(simulator)


async def test_the_key_can_be_reconfigured_and_stays_when_left_empty(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    entry = await add_account()
    key = await simulator.key("add")

    result = await entry.start_reconfigure_flow(hass)
    assert result["step_id"] == "faceter"
    assert result["errors"] == {}
    result = await _submit(hass, result, form(simulator, key=key))
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["sign_in"]["key"] == key
    assert entry.state is ConfigEntryState.LOADED

    result = await entry.start_reconfigure_flow(hass)
    result = await _submit(hass, result, {"advanced": {"url": simulator.url, "verify_tls": False}})
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["sign_in"] == {"key": key, "url": simulator.url, "verify_tls": False}


async def test_an_account_that_had_no_cameras_accepts_its_new_key(hass: HomeAssistant, simulator: Simulator) -> None:
    key = await simulator.key("empty_account")
    entry = (await _submit(hass, await _begin(hass), form(simulator, key=key)))["result"]
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": "reconfigure", "entry_id": entry.entry_id}
    )
    result = await _submit(hass, result, form(simulator))
    assert result["reason"] == "reconfigure_successful"
    assert len(hass.states.async_entity_ids("camera")) == len(await simulator.cameras())


async def _open_options(hass: HomeAssistant, entry: MockConfigEntry) -> Result:
    return await hass.config_entries.options.async_init(entry.entry_id)


async def _submit_options(hass: HomeAssistant, result: Result, values: Result) -> Result:
    submitted = await hass.config_entries.options.async_configure(result["flow_id"], values)
    await hass.async_block_till_done()
    return submitted


EVENTS = {"all_events": False, "event_cameras": [], "detection_hold": 60, "picture_wait": 1.5}
PICTURES = {"picture_days": 3, "picture_megabytes": 50}


def _options(events: Result | None = None, /, **cameras: Any) -> Result:
    """Return what a person enters."""
    return {**cameras, "events": {**EVENTS, **(events or {})}, "pictures": PICTURES}


async def test_options_choose_cameras_by_name_and_place(
    hass: HomeAssistant,
    simulator: Simulator,
    add_account: AddAccount,
    device_registry: dr.DeviceRegistry,
) -> None:
    entry = await add_account()
    first, second, *_ = await simulator.cameras()

    result = await _submit_options(
        hass,
        await _open_options(hass, entry),
        _options(all_cameras=False, cameras=[first["id"]], places=[]),
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options["detection_hold"] == 60
    assert len(hass.states.async_entity_ids("camera")) == 1
    assert len(dr.async_entries_for_config_entry(device_registry, entry.entry_id)) == 2

    place = f"{second['location']['title']} / {second['location']['room']['title']}"
    await _submit_options(
        hass,
        await _open_options(hass, entry),
        _options(all_cameras=False, cameras=[first["id"]], places=[place]),
    )
    assert len(hass.states.async_entity_ids("camera")) == 2


async def test_options_want_at_least_one_camera(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    entry = await add_account()
    none = _options(all_cameras=False, cameras=[], places=[])
    result = await _submit_options(hass, await _open_options(hass, entry), none)
    assert result["errors"] == {"base": "no_cameras"}

    result = await _submit_options(hass, result, {**none, "all_cameras": True})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.state is ConfigEntryState.LOADED


async def test_options_of_an_account_without_cameras_leave_the_choice_out(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    key = await simulator.key("empty_account")
    entry = (await _submit(hass, await _begin(hass), form(simulator, key=key)))["result"]
    result = await _open_options(hass, entry)
    assert [str(field) for field in result["data_schema"].schema] == ["events", "pictures"]
    result = await _submit_options(hass, result, _options())
    assert entry.options == {**EVENTS, **PICTURES}


async def test_options_need_a_connected_account(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    entry = await add_account()
    await hass.config_entries.async_unload(entry.entry_id)
    result = await _open_options(hass, entry)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "not_loaded"


async def test_many_cameras_are_chosen_when_the_account_is_added(hass: HomeAssistant, simulator: Simulator) -> None:
    for _ in range(60):
        await simulator.add_camera()
    cameras = await simulator.cameras()

    result = await _submit(hass, await _begin(hass), form(simulator))
    assert result["step_id"] == "cameras"
    assert result["description_placeholders"] == {"count": str(len(cameras))}
    result = await _submit(hass, result, {"all_cameras": False, "cameras": [], "places": []})
    assert result["errors"] == {"base": "no_cameras"}
    result = await _submit(hass, result, {"all_cameras": False, "cameras": [cameras[0]["id"]], "places": []})

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert len(hass.states.async_entity_ids("camera")) == 1


async def test_options_keep_cameras_that_are_missing_at_present(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    first, second, *_ = await simulator.cameras()
    chosen = [str(first["id"]), str(second["id"])]
    entry = await add_account(
        options={"all_cameras": False, "cameras": chosen, "event_cameras": chosen, "places": ["Elsewhere"]}
    )
    await simulator.remove_camera(chosen[1])
    await entry.runtime_data.coordinator.async_refresh()

    await _submit_options(
        hass,
        await _open_options(hass, entry),
        _options({"event_cameras": chosen[:1]}, all_cameras=False, cameras=chosen[:1], places=[]),
    )
    assert entry.options["cameras"] == entry.options["event_cameras"] == chosen
    assert entry.options["places"] == ["Elsewhere"]


async def test_an_account_whose_cameras_were_all_replaced_is_still_the_same(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    entry = await add_account()
    old = await simulator.cameras()
    await simulator.add_camera(title="New")
    for camera in old:
        await simulator.remove_camera(str(camera["id"]))
    await entry.runtime_data.coordinator.async_refresh()
    key = await simulator.key("rotate")

    result = await entry.start_reconfigure_flow(hass)
    result = await _submit(hass, result, form(simulator, key=key))
    assert result["reason"] == "reconfigure_successful"
