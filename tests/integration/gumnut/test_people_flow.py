"""Subentries that watch people of a photo library: some of those who have a name, or everybody."""

from collections.abc import Mapping

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.simulator.client import Simulator

from ..conftest import AddAccount
from ..econnect.site import fill, look_for
from ..people.watching import open_form
from .choosing import (
    account_of,
    delete,
    hide,
    merge,
    name,
    names_shown,
    offered,
    poll,
    suggested,
    watch,
    watch_everybody,
)

pytestmark = pytest.mark.usefixtures("hass_storage")


@pytest.fixture
def marek(people: Mapping[str, str]) -> str:
    """Somebody else."""
    return people["Marek Novak"]


async def test_some_of_those_who_have_a_name_are_chosen(
    hass: HomeAssistant, entry: MockConfigEntry, people: Mapping[str, str], anna: str, marek: str
) -> None:
    menu = await open_form(hass, entry)
    assert (menu["step_id"], menu["menu_options"]) == ("how_of_photos", ["by_list", "everybody"])
    await hide(entry, marek)
    await name(entry, people["Tom Ferry"], "aaron Ferry")
    form = await fill(hass, menu, next_step_id="by_list")
    assert form["step_id"] == "choose"
    named = {key: called for called, key in people.items()} | {people["Tom Ferry"]: "aaron Ferry"}
    assert offered(form) == {key: called for key, called in named.items() if key != marek}
    assert list(offered(form).values()) == sorted(offered(form).values(), key=str.casefold)
    assert next(iter(offered(form).values())) == "aaron Ferry"
    # A drop-down list of several has a field to search in; whether somebody was seen recently is not asked.
    config = form["data_schema"].schema["people"].config
    assert (config["mode"], config["multiple"]) == ("dropdown", True)
    assert [str(field) for field in form["data_schema"].schema] == ["people", "name"]

    assert (await fill(hass, form, people=[]))["errors"] == {"people": "nobody_chosen"}
    result = await fill(hass, form, people=[anna, people["Tom Ferry"]])
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (subentry,) = entry.subentries.values()
    assert subentry.title == "Anna Lindqvist, aaron Ferry"
    assert subentry.data == {
        "people": [{"id": anna, "name": "Anna Lindqvist"}, {"id": people["Tom Ferry"], "name": "aaron Ferry"}]
    }
    assert names_shown(hass, entry) == {anna: "Anna Lindqvist", people["Tom Ferry"]: "aaron Ferry"}


async def test_hundreds_of_people_are_offered(
    hass: HomeAssistant, entry: MockConfigEntry, people: Mapping[str, str]
) -> None:
    for number in range(220):
        await name(entry, None, f"Guest {number:03}")
    form = await look_for(hass, entry, "by_list")
    assert len(offered(form)) == len(people) + 220
    everybody = await look_for(hass, entry, "everybody")
    assert (await fill(hass, everybody, most=2))["errors"] == {"most": "too_many_named"}


async def test_the_chosen_are_changed(hass: HomeAssistant, entry: MockConfigEntry, anna: str, marek: str) -> None:
    subentry = await watch(hass, entry, anna)
    menu = await open_form(hass, entry, subentry)
    assert (menu["step_id"], menu["menu_options"]) == ("how_of_photos", ["chosen", "by_list", "everybody"])
    form = await look_for(hass, entry, "by_list", subentry)
    assert suggested(form) == {"people": [anna], "name": ""}
    result = await fill(hass, form, people=[anna, marek], name="Family")
    assert result["reason"] == "reconfigure_successful"
    assert entry.subentries[subentry].title == "Family"
    assert {*names_shown(hass, entry)} == {anna, marek}

    form = await look_for(hass, entry, "chosen", subentry)
    assert suggested(form) == {"people": [anna, marek], "name": "Family"}
    await fill(hass, form, people=[marek], name="")
    assert entry.subentries[subentry].title == "Marek Novak"
    assert {*names_shown(hass, entry)} == {marek}


async def test_whom_another_subentry_watches_is_not_offered(
    hass: HomeAssistant, entry: MockConfigEntry, people: Mapping[str, str], anna: str, marek: str
) -> None:
    await watch(hass, entry, anna)
    both = [await look_for(hass, entry, "by_list") for _ in range(2)]
    assert {*offered(both[0])} == {*people.values()} - {anna}
    # Two browsers may have the same form.
    await fill(hass, both[0], people=[marek])
    result = await fill(hass, both[1], people=[marek])
    assert result["errors"] == {"people": "watched_already"}
    assert result["description_placeholders"] == {"name": "Marek Novak", "owner": "Marek Novak"}

    await watch_everybody(hass, entry)
    result = await look_for(hass, entry, "by_list")
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "all_watched")


async def test_a_library_where_nobody_has_a_name(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, people: Mapping[str, str]
) -> None:
    first, *others = people.values()
    for person in others:
        await delete(entry, person)
    await hide(entry, first)
    result = await look_for(hass, entry, "by_list")
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "nobody_named")

    await simulator.patch_user_settings(face_detection_preference=False)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    result = await look_for(hass, entry, "by_list")
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "faces_off")
    # Somebody may have a name one day.
    form = await look_for(hass, entry, "everybody")
    assert form["description_placeholders"] == {"count": "0", "people": "–"}
    assert (await fill(hass, form, most=50))["type"] is FlowResultType.CREATE_ENTRY


async def test_a_service_that_does_not_answer(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    for status, reason in ((503, "unreachable"), (403, "not_permitted")):
        await simulator.fault("GET /api/people", status=status)
        result = await look_for(hass, entry, "by_list")
        assert (result["type"], result["reason"]) == (FlowResultType.ABORT, reason)
        await simulator.clear_faults()


async def test_everybody_is_watched(
    hass: HomeAssistant, entry: MockConfigEntry, people: Mapping[str, str], anna: str, marek: str
) -> None:
    await hide(entry, marek)
    await poll(hass, entry, lambda: entry.runtime_data.coordinator.data.people[marek].hidden)
    chosen = await watch(hass, entry, anna)
    shown = {key: called for called, key in people.items() if key != marek}
    form = await look_for(hass, entry, "everybody")
    assert form["step_id"] == "everybody"
    assert [str(field) for field in form["data_schema"].schema] == ["most", "name"]
    names = sorted(called for key, called in shown.items() if key != anna)
    assert form["description_placeholders"] == {"count": str(len(names)), "people": ", ".join(names)}
    result = await fill(hass, form, most=len(names) - 1)
    assert result["errors"] == {"most": "too_many_named"}
    result = await fill(hass, form, most=len(names))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (subentry,) = (row for key, row in entry.subentries.items() if key != chosen)
    assert subentry.title == "Everybody"
    assert subentry.data == {"everybody": True, "most": len(names)}
    assert names_shown(hass, entry) == shown
    persons = entry.runtime_data.people.persons
    assert {key for key, person in persons.items() if person.subentry == chosen} == {anna}

    # Once is enough.
    result = await look_for(hass, entry, "everybody")
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "everybody_watched")
    assert result["description_placeholders"] == {"owner": "Everybody"}


async def test_everybody_is_changed(hass: HomeAssistant, entry: MockConfigEntry, people: Mapping[str, str]) -> None:
    subentry = await watch_everybody(hass, entry)
    form = await open_form(hass, entry, subentry)
    assert (form["step_id"], suggested(form)) == ("everybody", {"most": 50, "name": ""})
    result = await fill(hass, form, most=60, name="All of us")
    assert result["reason"] == "reconfigure_successful"
    form = await open_form(hass, entry, subentry)
    assert suggested(form) == {"most": 60, "name": "All of us"}
    await fill(hass, form, most=60, name=" ")
    assert entry.subentries[subentry].title == "Everybody"
    assert {*names_shown(hass, entry)} == {*people.values()}


async def test_everybody_instead_of_some(
    hass: HomeAssistant, entry: MockConfigEntry, people: Mapping[str, str], anna: str, marek: str
) -> None:
    subentry = await watch(hass, entry, anna, marek)
    await merge(entry, anna, marek)
    await poll(hass, entry, lambda: marek not in entry.runtime_data.coordinator.data.people)
    form = await look_for(hass, entry, "everybody", subentry)
    assert suggested(form) == {"name": ""}
    await fill(hass, form, most=50)
    assert entry.subentries[subentry].title == "Everybody"
    assert {*names_shown(hass, entry)} == {*people.values()} - {marek}


async def test_everybody_in_the_language_of_the_home(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount
) -> None:
    hass.config.language = "ru"
    entry = await add_account()
    subentry = await watch_everybody(hass, entry)
    assert entry.subentries[subentry].title == "Все"
    assert suggested(await open_form(hass, entry, subentry))["name"] == ""


async def test_no_form_of_a_library_asks_how_recently_somebody_was_seen(
    hass: HomeAssistant, entry: MockConfigEntry, anna: str
) -> None:
    subentry = await watch(hass, entry, anna)
    ways = [way.value for way in account_of(entry).people.ways]
    for way in ("chosen", *ways):
        form = await look_for(hass, entry, way, subentry)
        assert "seen_recently" not in form["data_schema"].schema
