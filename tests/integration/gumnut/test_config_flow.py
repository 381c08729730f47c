"""How a photo library is added."""

from typing import Any, cast

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.simulator.client import Simulator

from ..conftest import AddAccount
from .photos import entry_data, form

type Result = dict[str, Any]


async def _sign_in(hass: HomeAssistant, values: Result) -> Result:
    flow = hass.config_entries.flow
    menu = await flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert "gumnut" in menu["menu_options"]
    asked = await flow.async_configure(menu["flow_id"], {"next_step_id": "gumnut"})
    return await _submit(hass, cast(Result, asked), values)


async def _submit(hass: HomeAssistant, result: Result, values: Result) -> Result:
    submitted = await hass.config_entries.flow.async_configure(result["flow_id"], values)
    await hass.async_block_till_done()
    return cast(Result, submitted)


async def test_the_only_library_is_set_up_under_its_name(
    hass: HomeAssistant, simulator: Simulator, library: str
) -> None:
    """Nothing is asked where there is nothing to choose."""
    result = await _sign_in(hass, form(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Harbour House"
    assert result["data"] == entry_data(simulator, library)
    assert result["result"].unique_id == f"gumnut_{library}"


async def test_one_of_several_libraries_is_chosen(hass: HomeAssistant, simulator: Simulator, library: str) -> None:
    """Each library is an entry of its own; the ones in the trash are not offered."""
    other = await simulator.add_library(name="Holidays")
    await simulator.patch_library(await simulator.add_library(name="Old"), trashed=True)
    result = await _sign_in(hass, form(simulator))
    assert result["step_id"] == "account"
    result = await _submit(hass, result, {"account_id": other})
    assert (result["type"], result["title"]) == (FlowResultType.CREATE_ENTRY, "Holidays")

    # The one that is left needs no question, and then there is none.
    result = await _sign_in(hass, form(simulator))
    assert result["result"].unique_id == f"gumnut_{library}"
    assert (await _sign_in(hass, form(simulator)))["reason"] == "already_configured"


async def test_a_key_without_libraries(hass: HomeAssistant, simulator: Simulator, library: str) -> None:
    """There is nothing to set up, and the flow says so."""
    await simulator.patch_library(library, trashed=True)
    assert (await _sign_in(hass, form(simulator)))["reason"] == "no_accounts"


async def test_a_key_that_is_refused(hass: HomeAssistant, simulator: Simulator) -> None:
    """The form stays, and the right key is taken after that."""
    result = await _sign_in(hass, form(simulator, key="apikey_wrong"))
    assert result["errors"] == {"base": "sign_in_failed"}
    result = await _submit(hass, result, form(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_revoked_key_is_replaced(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, library: str
) -> None:
    """Reauthentication takes a key of the same library only."""
    other = await simulator.key("add", libraries=[await simulator.add_library(name="Holidays")])
    entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    asked = cast(Result, await hass.config_entries.flow.async_configure(flow["flow_id"]))
    refused = await _submit(hass, asked, form(simulator, key=other))
    assert refused["errors"] == {"base": "wrong_account"}
    fresh = await simulator.key("add", libraries=[library])
    assert (await _submit(hass, refused, form(simulator, key=fresh)))["reason"] == "reauth_successful"
    assert entry.data["sign_in"]["key"] == fresh


async def test_a_key_that_may_read_alone_is_enough(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    """What is shown needs no other right."""
    await add_account(key=await simulator.key("add", actions=["read"]))
