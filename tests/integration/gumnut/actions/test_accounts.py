"""Which library an action is about, and who may act on it."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.video_analytics.const import DOMAIN
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from tests.simulator.client import Simulator

from ...events.acting import act
from ..photos import entry_data
from .acting import ask, failed, found, people_of, writes
from .conftest import AddLibrary, device_of

ACTIONS: dict[str, dict[str, Any]] = {
    "find_assets": {},
    "upload_asset": {"picture_base64": "/9j/2Q=="},
    "create_face": {"asset": "{asset}", "x": 0, "y": 0, "w": 9, "h": 9},
    "assign_face": {"face": "{face}", "detach": True},
    "add_person": {"name": "Ines Almeida"},
    "merge_people": {"into": "{anna}", "people": ["{sofia}"], "confirm": True},
}
WRITES = [action for action in ACTIONS if action != "find_assets"]
ONE_PERSON = {"create_face", "assign_face", "merge_people"}


async def fields_of(simulator: Simulator, action: str) -> dict[str, Any]:
    """Return fields with which an action would succeed."""
    (library, *_) = await simulator.libraries()
    people, photos = library["people"], library["photos"]
    assert isinstance(people, dict)
    assert isinstance(photos, list)
    faces = (await ask(simulator, "/api/faces", library_id=str(library["id"])))["data"]
    ids = {
        "{face}": faces[0]["id"],
        "{asset}": photos[0],
        "{anna}": people["Anna Lindqvist"],
        "{sofia}": people["Sofia Novak"],
    }

    def filled(value: Any) -> Any:
        return [filled(each) for each in value] if isinstance(value, list) else ids.get(value, value)

    return {name: filled(value) for name, value in ACTIONS[action].items()}


@pytest.fixture
async def other(simulator: Simulator) -> str:
    """Another library, which is empty."""
    return await simulator.add_library("Another")


@pytest.mark.parametrize("action", WRITES)
async def test_a_viewer_is_told_what_the_service_says(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, library: str, action: str
) -> None:
    await simulator.patch_library(library, role="viewer")
    key, message, is_input = await failed(hass, action, **await fields_of(simulator, action))
    assert (key, is_input) == ("not_permitted", False)
    assert "(A viewer may not change this library)" in message


@pytest.mark.parametrize("shape", ["detail", "message", "object"])
async def test_a_key_that_may_only_read(
    hass: HomeAssistant, simulator: Simulator, add_library: AddLibrary, library: str, shape: str
) -> None:
    await simulator.quirks(errors=shape)
    await add_library(library, key=await simulator.key("add", actions=["read"]))
    assert len(await found(hass)) == 50
    for action in WRITES:
        key, message, is_input = await failed(hass, action, **await fields_of(simulator, action))
        assert (key, is_input) == ("not_permitted", False)
        assert "Ask whoever administers the system" in message
        assert "(This key has no permission to write)" in message


async def test_a_refusal_without_a_reason(hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry) -> None:
    await simulator.fault("/api/people$", status=403, body="html")
    key, message, _ = await failed(hass, "add_person", name="Ines Almeida")
    assert key == "not_permitted"
    assert "(POST /api/people: HTTP 403)" in message


async def test_one_of_two_libraries_has_to_be_named(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, add_library: AddLibrary, other: str
) -> None:
    empty = await add_library(other)
    for action in ACTIONS:
        with pytest.raises(ServiceValidationError) as caught:
            await act(hass, action, {}, **await fields_of(simulator, action))
        assert caught.value.translation_key == "service_found_multiple_config_entry_for_domain"
    assert len(await found(hass, config_entry_id=account.entry_id)) == 50
    assert await found(hass, config_entry_id=empty.entry_id) == []
    person = (await act(hass, "add_person", {}, name="Ines Almeida", config_entry_id=empty.entry_id))["person"]
    assert person["id"] in await people_of(simulator, other)
    assert person["id"] not in await people_of(simulator)


async def test_a_watched_person_names_the_library(
    hass: HomeAssistant,
    simulator: Simulator,
    account: MockConfigEntry,
    watched: dict[str, str],
    add_library: AddLibrary,
    other: str,
) -> None:
    empty = await add_library(other)
    assert await found(hass, watched)
    assert await found(hass, watched, config_entry_id=account.entry_id)
    key, message, is_input = await failed(hass, "find_assets", watched, config_entry_id=empty.entry_id)
    assert (key, is_input) == ("people_of_several_accounts", True)
    assert "one photo library" in message


async def test_people_of_two_libraries(
    hass: HomeAssistant,
    simulator: Simulator,
    account: MockConfigEntry,
    watched: dict[str, str],
    add_library: AddLibrary,
    other: str,
) -> None:
    empty = await add_library(other)
    ines = (await act(hass, "add_person", {}, name="Ines Almeida", config_entry_id=empty.entry_id))["person"]["id"]
    await hass.config_entries.async_remove(empty.entry_id)
    empty = await add_library(other, ines)
    both = {"device_id": [watched["device_id"], device_of(hass, empty, ines)["device_id"]]}
    assert (await failed(hass, "find_assets", both))[0] == "people_of_several_accounts"


@pytest.mark.parametrize(
    ("vendor", "disabled", "is_clear"),
    [("faceter", None, True), ("gumnut", None, False), ("gumnut", ConfigEntryDisabler.USER, True)],
)
async def test_the_only_account_with_photos_need_not_be_named(
    hass: HomeAssistant,
    simulator: Simulator,
    account: MockConfigEntry,
    vendor: str,
    disabled: ConfigEntryDisabler | None,
    is_clear: bool,
) -> None:
    """One that is not connected may be meant, too, if it is of the same vendor."""
    data = {**entry_data(simulator, "lib_else"), "vendor": vendor}
    MockConfigEntry(domain=DOMAIN, data=data, disabled_by=disabled).add_to_hass(hass)
    if is_clear:
        assert await found(hass)
        return
    with pytest.raises(ServiceValidationError) as caught:
        await found(hass)
    assert caught.value.translation_key == "service_found_multiple_config_entry_for_domain"


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_system_without_photos(
    hass: HomeAssistant,
    simulator: Simulator,
    account: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
) -> None:
    monkeypatch.setattr(account.runtime_data.coordinator.account, "photos", None)
    key, message, is_input = await failed(hass, action, **await fields_of(simulator, action))
    assert (key, is_input) == ("not_offered", True)
    assert "does not offer this" in message


@pytest.mark.parametrize("action", ACTIONS)
async def test_who_may_not_control_all_entities(
    hass: HomeAssistant,
    simulator: Simulator,
    watched: dict[str, str],
    hass_read_only_user: MockUser,
    action: str,
) -> None:
    fields = await fields_of(simulator, action)
    context = Context(user_id=hass_read_only_user.id)
    for target in [{}, watched] if action in ONE_PERSON else [{}]:
        with pytest.raises(Unauthorized):
            await hass.services.async_call(
                DOMAIN, action, target | fields, blocking=True, return_response=True, context=context
            )
    assert await writes(simulator) == []


@pytest.mark.parametrize("target", [{"entity_id": "event.nothing"}, {"device_id": "nothing"}])
async def test_targets_that_are_nobody(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, target: dict[str, str]
) -> None:
    assert (await failed(hass, "find_assets", target))[0] in ("watches_nobody", "unknown_target")
