"""Adding a server, signing in again, and changing how it is signed in."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.simulator.client import Simulator

from ..conftest import AddAccount
from .site import USER, Result, account_id, begin, form, submit

pytestmark = pytest.mark.usefixtures("hass_storage")


async def test_a_server_is_added(hass: HomeAssistant, simulator: Simulator) -> None:
    result = await begin(hass)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {}
    assert [str(field) for field in result["data_schema"].schema] == ["url", "username", "password", "advanced"]

    result = await submit(hass, result, form(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert entry.title == "eConnect 127.0.0.1"
    assert entry.unique_id == f"econnect_{account_id(simulator)}"

    again = await submit(hass, await begin(hass), form(simulator))
    assert (again["type"], again["reason"]) == (FlowResultType.ABORT, "already_configured")


@pytest.mark.parametrize("status", ["400", "401", "403"])
@pytest.mark.parametrize("wrong", [{"username": "nobody"}, {"password": "wrong"}])
async def test_wrong_credentials_are_told_however_the_server_says_so(
    hass: HomeAssistant, simulator: Simulator, status: str, wrong: Result
) -> None:
    await simulator.quirks(wrong_password=status)
    result = await submit(hass, await begin(hass), form(simulator, **wrong))
    assert result["errors"] == {"base": "sign_in_failed"}
    result = await submit(hass, result, form(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 503}, "unreachable"),
        ({"status": 429, "retry_after": 60}, "rate_limited"),
        ({"body": "malformed"}, "bad_answer"),
        ({"body": "cut"}, "unreachable"),
    ],
)
async def test_each_failure_has_its_own_text_and_can_be_recovered_from(
    hass: HomeAssistant, simulator: Simulator, fault: dict[str, Any], error: str
) -> None:
    await simulator.fault("", **fault)
    result = await submit(hass, await begin(hass), form(simulator))
    assert result["errors"] == {"base": error}
    await simulator.clear_faults()
    result = await submit(hass, result, form(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(("url", "error"), [("https://127.0.0.1:1", "unreachable"), ("ftp://here", "bad_address")])
async def test_a_wrong_address_is_told(hass: HomeAssistant, simulator: Simulator, url: str, error: str) -> None:
    result = await submit(hass, await begin(hass), form(simulator, url=url))
    assert result["errors"] == {"base": error}


async def test_a_self_signed_certificate_has_to_be_accepted(hass: HomeAssistant, simulator: Simulator) -> None:
    url = str((await simulator.servers())[0]["secure_url"])
    result = await submit(hass, await begin(hass), form(simulator, url=url))
    assert result["errors"] == {"base": "unreachable"}
    result = await submit(hass, result, form(simulator, url=url, verify_tls=False))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_user_who_may_see_nothing_is_told_which_rights_are_missing(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    await simulator.permit(username=USER)
    result = await submit(hass, await begin(hass), form(simulator))
    assert result["errors"] == {"base": "not_permitted"}
    reason = result["description_placeholders"]["reason"]
    assert "Read Detections (Identities)" in reason
    assert "Read All Identity (Identities)" in reason
    await simulator.permit("Read Detections", "Read All Identity", username=USER)
    result = await submit(hass, result, form(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_refused_password_at_start_asks_for_a_new_one(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    old = simulator.credentials["password"]
    password = await simulator.key("rotate")
    entry = await add_account(expect=ConfigEntryState.SETUP_ERROR, password=old)
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    result = await hass.config_entries.flow.async_configure(flow["flow_id"])
    assert result["errors"] == {"base": "sign_in_failed"}
    assert result["description_placeholders"]["docs_url"].startswith("https://docs.econnectcloud.com")
    result = await submit(hass, dict(result), form(simulator, password="still wrong"))
    assert result["errors"] == {"base": "sign_in_failed"}
    result = await submit(hass, result, form(simulator, password=password))
    assert result["reason"] == "reauth_successful"
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data["sign_in"]["password"] == password


async def test_the_account_is_changed_and_keeps_its_webhook(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    entry = await add_account()
    hook = entry.data["webhook_id"]
    url = str((await simulator.servers())[0]["secure_url"])
    values = {key: value for key, value in form(simulator, url=url, verify_tls=False).items() if key != "password"}
    result = await entry.start_reconfigure_flow(hass)
    # It is known by its tags, which no other server has, so they have to be known first.
    result = await submit(hass, dict(result), {**form(simulator), "password": ""})
    assert result["reason"] == "reconfigure_successful"
    result = await submit(hass, dict(await entry.start_reconfigure_flow(hass)), values)
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["sign_in"]["url"] == url
    assert entry.data["sign_in"]["password"] == simulator.credentials["password"]
    assert entry.data["webhook_id"] == hook
    assert entry.unique_id == "econnect_harbour"
    assert entry.state is ConfigEntryState.LOADED


async def test_another_server_is_refused(hass: HomeAssistant, simulator: Simulator) -> None:
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id="econnect_another",
        data={
            "vendor": "econnect",
            "account_id": "another",
            "proof": ["a-tag-of-another-server"],
            "sign_in": {"url": "https://example.com", "username": USER, "password": "x"},
        },
    )
    entry.add_to_hass(hass)
    result = await submit(hass, dict(await entry.start_reconfigure_flow(hass)), form(simulator))
    assert result["errors"] == {"base": "wrong_account"}


async def test_the_options_show_no_cameras(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    hass.config.internal_url = "http://192.0.2.7:8123"
    result = await hass.config_entries.options.async_init(entry.entry_id)
    schema = result["data_schema"].schema
    assert [str(field) for field in schema] == ["pictures", "hook"]
    (marker,) = schema["hook"].schema.schema
    assert marker.default() == f"http://192.0.2.7:8123/api/webhook/{entry.data['webhook_id']}"
    values = {
        "pictures": {"picture_days": 3, "picture_megabytes": 50},
        "hook": {"hook_address": marker.default()},
    }
    result = await hass.config_entries.options.async_configure(result["flow_id"], values)
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {"picture_days": 3, "picture_megabytes": 50}
    assert entry.state is ConfigEntryState.LOADED
