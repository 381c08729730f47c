"""Adding a system, signing in again, and changing how it is signed in."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.simulator.client import Simulator

from ..conftest import AddAccount
from .conftest import PASSWORDS
from .system import SYSTEM, form

type Result = dict[str, Any]

REFUSED = {"base": "sign_in_or_license_failed"}


async def begin(hass: HomeAssistant) -> Result:
    """Choose the vendor."""
    flow = hass.config_entries.flow
    menu = await flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert "eocortex" in menu["menu_options"]
    return await flow.async_configure(menu["flow_id"], {"next_step_id": "eocortex"})


async def submit(hass: HomeAssistant, result: Result, values: Result) -> Result:
    """Submit a form."""
    submitted = await hass.config_entries.flow.async_configure(result["flow_id"], values)
    await hass.async_block_till_done()
    return submitted


async def test_a_system_is_added(hass: HomeAssistant, simulator: Simulator) -> None:
    result = await begin(hass)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {}
    assert [str(field) for field in result["data_schema"].schema] == ["url", "login", "password", "advanced"]

    result = await submit(hass, result, form(simulator))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert entry.unique_id == f"eocortex_{SYSTEM}"
    assert entry.title == "Eocortex Server 1"
    assert len(hass.states.async_entity_ids("camera")) == len(await simulator.cameras())


@pytest.mark.parametrize("typed", [" {host} ", "{host}/", "http://{host}/"])
async def test_the_address_is_read_as_people_type_it(hass: HomeAssistant, simulator: Simulator, typed: str) -> None:
    url = typed.format(host=simulator.url.removeprefix("http://"))
    result = await submit(hass, await begin(hass), form(simulator, url=url, login=" root "))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    "quirks",
    [
        {"denied": "401"},
        {"denied": "403"},
        {"login_failed": "html"},
        {"login_failed": "html_200"},
    ],
    ids=str,
)
@pytest.mark.parametrize("wrong", [{"login": "nobody"}, {"password": "wrong"}])
async def test_wrong_credentials_are_told_in_all_readings(
    hass: HomeAssistant, simulator: Simulator, quirks: Result, wrong: Result
) -> None:
    await simulator.quirks(**quirks)
    result = await submit(hass, await begin(hass), form(simulator, **wrong))
    assert result["errors"] == REFUSED
    result = await submit(hass, result, form(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_licence_that_is_not_activated_is_told(hass: HomeAssistant, simulator: Simulator) -> None:
    await simulator.setup(activated=False)
    result = await submit(hass, await begin(hass), form(simulator))
    assert result["errors"] == REFUSED

    await simulator.setup(activated=True)
    # What is left empty now was entered before.
    again = {key: value for key, value in form(simulator).items() if key != "password"}
    result = await submit(hass, result, {**again, "without_password": False})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].data["sign_in"]["password"] == PASSWORDS[0]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 503}, "unreachable"),
        ({"status": 404}, "not_found"),
        ({"status": 400}, "rejected"),
        ({"status": 429, "retry_after": 60}, "rate_limited"),
        ({"body": "malformed"}, "bad_answer"),
        ({"body": "truncated_json"}, "bad_answer"),
        ({"body": "cut"}, "unreachable"),
    ],
)
async def test_each_failure_has_its_own_text_and_can_be_recovered_from(
    hass: HomeAssistant, simulator: Simulator, fault: Result, error: str
) -> None:
    await simulator.fault("GET /configex", **fault)
    result = await submit(hass, await begin(hass), form(simulator))
    assert result["errors"] == {"base": error}
    await simulator.clear_faults()
    result = await submit(hass, result, form(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("url", "error"), [("http://127.0.0.1:1", "unreachable"), ("ftp://somewhere", "bad_address"), ("?", "bad_address")]
)
async def test_a_wrong_address_is_told(hass: HomeAssistant, simulator: Simulator, url: str, error: str) -> None:
    result = await submit(hass, await begin(hass), form(simulator, url=url))
    assert result["errors"] == {"base": error}
    result = await submit(hass, result, form(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_self_signed_certificate_has_to_be_accepted(hass: HomeAssistant, simulator: Simulator) -> None:
    url = str((await simulator.servers())[0]["secure_url"])
    result = await submit(hass, await begin(hass), form(simulator, url=url))
    assert result["errors"] == {"base": "unreachable"}
    result = await submit(hass, result, form(simulator, url=url, verify_tls=False))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert "unavailable" not in {state.state for state in hass.states.async_all("camera")}


async def test_a_user_of_a_directory_signs_in(hass: HomeAssistant, simulator: Simulator) -> None:
    user = {"login": "novikov@eocortex.com", "password": PASSWORDS[2]}
    await simulator.add_user(**user, kind="ActiveDirectory", group="SeniorAdmin")
    result = await submit(hass, await begin(hass), form(simulator, **user))
    assert result["errors"] == REFUSED
    result = await submit(hass, result, form(simulator, **user, user_type="active_directory"))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_user_without_a_password_signs_in(hass: HomeAssistant, simulator: Simulator) -> None:
    await simulator.add_user("guest", "")
    values = form(simulator, login="guest")
    del values["password"]
    result = await submit(hass, await begin(hass), values)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert "password" not in result["result"].data["sign_in"]


async def test_the_same_system_is_added_only_once_from_whichever_server(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    await add_account()
    for server in await simulator.servers():
        result = await submit(hass, await begin(hass), form(simulator, url=str(server["url"])))
        assert result["type"] is FlowResultType.ABORT
        assert result["reason"] == "already_configured"


@pytest.mark.parametrize("number", [0, 1])
async def test_all_servers_are_found_from_each_of_them(hass: HomeAssistant, simulator: Simulator, number: int) -> None:
    url = str((await simulator.servers())[number]["url"])
    result = await submit(hass, await begin(hass), form(simulator, url=url))
    assert result["title"] == f"Eocortex Server {number + 1}"
    state = result["result"].runtime_data.coordinator.data
    assert [server.online for server in state.servers.values()] == [True, True]
    online = {row["Id"] for row in await simulator.cameras() if row["online"]}
    assert {camera.id for camera in state.cameras.values() if camera.online} == online


async def test_many_cameras_are_chosen_when_the_system_is_added(hass: HomeAssistant, simulator: Simulator) -> None:
    for _ in range(60):
        await simulator.add_camera()
    result = await submit(hass, await begin(hass), form(simulator))
    assert result["step_id"] == "cameras"
    place = str(result["data_schema"].schema["places"].config["options"][0]["value"])
    result = await submit(hass, result, {"all_cameras": False, "cameras": [], "places": [place]})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert 0 < len(hass.states.async_entity_ids("camera")) < 66


async def begin_reauth(hass: HomeAssistant, entry: MockConfigEntry) -> Result:
    """Return the form that Home Assistant shows by itself."""
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["entry_id"] == entry.entry_id
    return await hass.config_entries.flow.async_configure(flow["flow_id"])


async def test_a_refused_password_at_start_asks_for_a_new_one(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    password = await simulator.key("rotate")
    entry = await add_account(expect=ConfigEntryState.SETUP_ERROR, password=PASSWORDS[0])
    assert "licence is not activated" in (entry.reason or "")
    result = await begin_reauth(hass, entry)
    assert result["errors"] == REFUSED
    result = await submit(hass, result, form(simulator, password="still wrong"))
    assert result["errors"] == REFUSED
    result = await submit(hass, result, form(simulator, password=password))
    assert result["reason"] == "reauth_successful"
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data["sign_in"]["password"] == password


async def test_once_the_licence_is_activated_the_same_password_signs_in_again(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    await simulator.setup(activated=False)
    entry = await add_account(expect=ConfigEntryState.SETUP_ERROR)
    await simulator.setup(activated=True)
    values = {key: value for key, value in form(simulator).items() if key != "password"}
    result = await submit(hass, await begin_reauth(hass, entry), values)
    assert result["reason"] == "reauth_successful"
    assert entry.state is ConfigEntryState.LOADED


async def test_another_address_of_the_system_is_the_same_account(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    entry = await add_account()
    url = str((await simulator.servers())[1]["url"])
    result = await entry.start_reconfigure_flow(hass)
    values = {key: value for key, value in form(simulator, url=url).items() if key != "password"}
    result = await submit(hass, result, values)
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["sign_in"]["url"] == url
    assert entry.data["sign_in"]["password"] == PASSWORDS[0]
    assert entry.state is ConfigEntryState.LOADED


async def test_a_password_can_be_given_up(hass: HomeAssistant, simulator: Simulator, add_account: AddAccount) -> None:
    entry = await add_account()
    await simulator.patch_user("root", password="")
    result = await entry.start_reconfigure_flow(hass)
    values = {key: value for key, value in form(simulator).items() if key != "password"}
    result = await submit(hass, result, values)
    assert result["errors"] == REFUSED
    result = await submit(hass, result, {**values, "without_password": True})
    assert result["reason"] == "reconfigure_successful"
    assert "password" not in entry.data["sign_in"]
    assert entry.state is ConfigEntryState.LOADED

    result = await entry.start_reconfigure_flow(hass)
    assert "without_password" not in [str(field) for field in result["data_schema"].schema]


async def test_another_system_is_refused(hass: HomeAssistant, simulator: Simulator) -> None:
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id="eocortex_another",
        data={"vendor": "eocortex", "account_id": "another", "proof": None, "sign_in": {"url": "x", "login": "root"}},
    )
    entry.add_to_hass(hass)
    result = await submit(hass, await entry.start_reconfigure_flow(hass), form(simulator))
    assert result["errors"] == {"base": "wrong_account"}
