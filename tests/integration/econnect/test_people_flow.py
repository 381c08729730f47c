"""Subentries that watch people: found by tag, by custom field or by id, or whoever carries a tag."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.vendors.models.databases import PeopleQuery
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.simulator.client import Simulator

from ..conftest import AddAccount
from ..people.watching import open_form
from .site import USER, Result, fill, follow, look_for, people_shown, tag_id, watch

pytestmark = pytest.mark.usefixtures("hass_storage", "detector")


def offered(form: Result) -> dict[str, str]:
    """Return the people that a form offers: names by id."""
    return {row["value"]: row["label"] for row in form["data_schema"].schema["people"].config["options"]}


def suggested(form: Result) -> Result:
    """Return what a form is filled in with."""
    return {
        str(marker): marker.description["suggested_value"]
        for marker in form["data_schema"].schema
        if marker.description and "suggested_value" in marker.description
    }


async def test_people_are_found_by_a_tag_and_chosen(
    hass: HomeAssistant, entry: MockConfigEntry, anna: str, marek: str
) -> None:
    menu = await open_form(hass, entry)
    assert (menu["type"], menu["menu_options"]) == (FlowResultType.MENU, ["by_tag", "by_field", "by_id"])
    form = await fill(hass, menu, next_step_id="by_tag")
    tags = [row["label"] for row in form["data_schema"].schema["tag"].config["options"]]
    assert "Family" in tags
    assert tags == sorted(tags, key=str.casefold)
    found = await fill(hass, form, tag=await tag_id(entry, "Family"), follow=False)
    assert found["step_id"] == "choose"
    assert offered(found)[anna] == "Anna Lindqvist"
    assert suggested(found)["people"] == []

    assert (await fill(hass, found, people=[], seen_recently=5))["errors"] == {"people": "nobody_chosen"}
    result = await fill(hass, found, people=[anna, marek], seen_recently=7)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (subentry,) = entry.subentries.values()
    assert subentry.title == "Anna Lindqvist, Marek Novak"
    assert subentry.data == {
        "people": [{"id": anna, "name": "Anna Lindqvist"}, {"id": marek, "name": "Marek Novak"}],
        "seen_recently": 7,
    }
    assert people_shown(hass, entry) == {anna, marek}


async def test_people_are_found_by_a_custom_field(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, anna: str
) -> None:
    await simulator.put_item(anna, "entityFields", name="Office", stringValue="North 7")
    form = await look_for(hass, entry, "by_field")
    for name, value in (("Office", "South"), ("Nothing", "")):
        result = await fill(hass, form, field_name=name, field_value=value)
        assert result["errors"] == {"base": "nobody_found"}
    result = await fill(hass, form, field_name=" Office ", field_value="North 7")
    assert offered(result) == {anna: "Anna Lindqvist"}
    assert suggested(result)["people"] == [anna]

    # Without a value it is everybody who has the field.
    everybody = await look_for(hass, entry, "by_field", field_name="Office")
    assert offered(everybody) == {anna: "Anna Lindqvist"}


@pytest.mark.parametrize("unknown", ["404", "empty"])
async def test_a_person_is_found_by_id(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, anna: str, unknown: str
) -> None:
    await simulator.quirks(unknown_person=unknown)
    form = await look_for(hass, entry, "by_id")
    for wrong in ("11111111-2222-3333-4444-555555555555", "Anna"):
        result = await fill(hass, form, id=wrong)
        assert result["errors"] == {"id": "nobody_found"}
    result = await fill(hass, form, id=f" {anna} ")
    assert offered(result) == {anna: "Anna Lindqvist"}


async def test_people_without_a_name_or_of_the_same_name(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, anna: str, marek: str
) -> None:
    for person, names in ((anna, ("", "")), (marek, ("Tom", "Ferry"))):
        (alias,) = await entry.runtime_data.coordinator.account.dossier.items(person, "aliases")
        await simulator.put_item(
            person, "aliases", personAliasId=alias.id, firstName=names[0] or None, lastName=names[1] or None
        )
    result = await look_for(hass, entry, "by_id", id=anna)
    assert offered(result) == {anna: anna}
    tag = (await entry.runtime_data.coordinator.account.people.choices(PeopleQuery(id=marek)))[0].tags[0]
    names = offered(await look_for(hass, entry, "by_tag", tag=await tag_id(entry, tag), follow=False))
    assert names[marek].startswith("Tom Ferry")
    result = await fill(hass, result, people=[anna], seen_recently=5)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert people_shown(hass, entry) == {anna}


async def test_nobody_is_watched_twice(hass: HomeAssistant, entry: MockConfigEntry, anna: str, marek: str) -> None:
    await watch(hass, entry, anna, name="Guests")
    found = await look_for(hass, entry, "by_id", id=anna)
    result = await fill(hass, found, people=[anna], seen_recently=5)
    assert result["errors"] == {"people": "watched_already"}
    assert result["description_placeholders"] == {"name": "Anna Lindqvist", "owner": "Guests"}

    tag = await tag_id(entry, "Family")
    await follow(hass, entry, "Family")
    form = await look_for(hass, entry, "by_tag", tag=tag, follow=True)
    assert form["errors"] == {"tag": "followed_already"}


async def test_the_chosen_are_changed(hass: HomeAssistant, entry: MockConfigEntry, anna: str, marek: str) -> None:
    subentry = await watch(hass, entry, anna)
    menu = await open_form(hass, entry, subentry)
    assert menu["menu_options"] == ["chosen", "by_tag", "by_field", "by_id"]
    found = await look_for(hass, entry, "by_id", subentry, id=marek)
    assert offered(found) == {anna: "Anna Lindqvist", marek: "Marek Novak"}
    assert suggested(found) == {"people": [anna, marek], "seen_recently": 5, "name": ""}
    result = await fill(hass, found, people=[anna, marek], seen_recently=9, name="Guests")
    assert result["reason"] == "reconfigure_successful"
    assert entry.subentries[subentry].title == "Guests"
    assert people_shown(hass, entry) == {anna, marek}

    chosen = await look_for(hass, entry, "chosen", subentry)
    assert suggested(chosen) == {"people": [anna, marek], "seen_recently": 9, "name": "Guests"}
    await fill(hass, chosen, people=[marek], seen_recently=9, name="")
    assert entry.subentries[subentry].title == "Marek Novak"
    assert people_shown(hass, entry) == {marek}


async def test_a_tag_is_followed(hass: HomeAssistant, entry: MockConfigEntry, anna: str) -> None:
    tag = await tag_id(entry, "Family")
    form = await look_for(hass, entry, "by_tag", tag=tag, follow=True)
    assert form["step_id"] == "follow"
    shown = form["description_placeholders"]
    assert (shown["tag"], int(shown["count"])) == ("Family", len(shown["people"].split(", ")))
    assert "Anna Lindqvist" in shown["people"]
    result = await fill(hass, form, most=1, seen_recently=5)
    assert result["errors"] == {"most": "too_many"}
    result = await fill(hass, form, most=20, seen_recently=5)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (subentry,) = entry.subentries.values()
    assert subentry.title == "Family"
    assert subentry.data == {"tag": {"id": tag, "name": "Family"}, "most": 20, "seen_recently": 5}
    assert len(people_shown(hass, entry)) == int(shown["count"])


async def test_another_tag_is_followed(hass: HomeAssistant, entry: MockConfigEntry, anna: str) -> None:
    subentry = await follow(hass, entry, "Family", name="Home")
    family = people_shown(hass, entry)
    form = await open_form(hass, entry, subentry)
    assert (form["step_id"], suggested(form)) == ("by_tag", {"tag": await tag_id(entry, "Family"), "follow": True})
    form = await fill(hass, form, tag=await tag_id(entry, "Staff"), follow=True)
    assert suggested(form) == {"most": 50, "seen_recently": 5, "name": "Home"}
    await fill(hass, form, most=50, seen_recently=5)
    staff = people_shown(hass, entry)
    assert staff
    assert staff.isdisjoint(family)
    assert entry.subentries[subentry].title == "Staff"

    # Some of those who carry the tag are chosen instead.
    form = await fill(hass, await open_form(hass, entry, subentry), tag=await tag_id(entry, "Family"), follow=False)
    assert {*offered(form)} == staff | family
    await fill(hass, form, people=[anna], seen_recently=5)
    assert people_shown(hass, entry) == {anna}
    assert "tag" not in entry.subentries[subentry].data


@pytest.mark.parametrize("unknown", ["empty", "400", "404"])
async def test_a_tag_that_nobody_carries(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, people: dict[str, str], unknown: str
) -> None:
    await simulator.quirks(unknown_tag=unknown)
    tag = await tag_id(entry, "Family")
    form = await look_for(hass, entry, "by_tag")
    for person in people.values():
        await simulator.remove_person(person)
    result = await fill(hass, form, tag=tag, follow=False)
    assert result["errors"] == {"tag": "nobody_found"}
    # But somebody may carry it one day.
    result = await fill(hass, result, tag=tag, follow=True)
    assert result["description_placeholders"]["people"] == "–"
    result = await fill(hass, result, most=50, seen_recently=5)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert people_shown(hass, entry) == set()


@pytest.mark.parametrize(
    ("missing", "named"), [("Read Detections", "(Identities)"), ("Read All Identity", "(Identities)")]
)
async def test_a_right_that_is_missing_is_named(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, missing: str, named: str
) -> None:
    rights = {"Read Detections", "Read All Identity", "Read Tags"} - {missing}
    await simulator.permit(*rights, username=USER)
    entry = await add_account()
    result = await open_form(hass, entry)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "not_permitted")
    assert f"{missing} {named}" in result["description_placeholders"]["reason"]


async def test_without_the_right_to_tags_people_are_found_in_other_ways(
    hass: HomeAssistant, simulator: Simulator, add_account: AddAccount, anna: str
) -> None:
    await simulator.permit("Read Detections", "Read All Identity", username=USER)
    entry = await add_account()
    result = await look_for(hass, entry, "by_tag")
    assert (result["reason"], result["description_placeholders"]["reason"]) == ("not_permitted", "Read Tags (Tags)")
    await watch(hass, entry, anna)
    assert people_shown(hass, entry) == {anna}


async def test_a_right_that_goes_while_people_are_looked_for(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, anna: str
) -> None:
    await simulator.quirks(rights_of="user")
    tag = await tag_id(entry, "Family")
    forms = {way: await look_for(hass, entry, way) for way in ("by_tag", "by_field", "by_id")}
    await simulator.permit("Read Tags", "Read Detections", username=USER)
    for way, values in {
        "by_tag": {"tag": tag, "follow": False},
        "by_field": {"field_name": "LoyaltyTier"},
        "by_id": {"id": anna},
    }.items():
        result = await fill(hass, forms[way], **values)
        assert result["errors"] == {"base": "not_permitted"}
        assert result["description_placeholders"] == {"reason": "Read All Identity (Identities)"}
    await entry.runtime_data.coordinator.account._refresh_rights()
    entry.runtime_data.coordinator.account.people = None
    result = await fill(hass, forms["by_id"], id=anna)
    assert result["errors"] == {"base": "not_permitted"}


async def test_a_server_that_does_not_answer(hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry) -> None:
    await simulator.refuse()
    result = await look_for(hass, entry, "by_tag")
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "unreachable")
    result = await look_for(hass, entry, "by_id", id="x")
    assert result["errors"] == {"base": "unreachable"}
    await simulator.refuse(False)


async def test_people_are_chosen_while_the_account_is_connected(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert await hass.config_entries.async_unload(entry.entry_id)
    result = await open_form(hass, entry)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "not_loaded")
