"""Tags and notes of people."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.video_analytics.vendors.models.databases import DossierSection
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.simulator.client import Simulator

from ...events.acting import act
from ...hearing import until
from .acting import NOBODY, do, failed, kept, without, writes


async def tags_of(simulator: Simulator, person: str) -> list[str]:
    """Return the names of the tags that the server keeps of somebody."""
    return cast(list[str], (await kept(simulator, person))["tags"])


async def tag_id(account: MockConfigEntry, name: str) -> str:
    """Return the id of a tag."""
    tags = await account.runtime_data.coordinator.account.people.tags()
    return next(str(tag.id) for tag in tags if tag.name == name)


async def notes_of(account: MockConfigEntry, person: str) -> dict[str | None, dict[str, Any]]:
    """Return the notes that the server keeps of somebody, by their ids."""
    items = await account.runtime_data.coordinator.account.dossier.items(person, DossierSection.NOTES)
    return {item.id: dict(item.values) for item in items}


async def test_a_tag_is_put_on_and_taken_off_by_its_name(
    hass: HomeAssistant, simulator: Simulator, anna: str, seen: str
) -> None:
    assert await tags_of(simulator, anna) == ["Family"]
    await do(hass, "set_tag", seen, tag="Staff")
    assert await tags_of(simulator, anna) == ["Family", "Staff"]
    await do(hass, "set_tag", seen, tag=" family ", remove=True)
    assert await tags_of(simulator, anna) == ["Staff"]


async def test_a_tag_by_its_id(hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, ines: str) -> None:
    before = await tags_of(simulator, ines)
    staff = await tag_id(account, "Staff")
    await do(hass, "set_tag", {"person": ines}, tag=staff.upper())
    assert await tags_of(simulator, ines) == [*before, "Staff"]


async def test_what_is_so_already_is_not_written(
    hass: HomeAssistant, simulator: Simulator, anna: str, seen: str
) -> None:
    await do(hass, "set_tag", seen, tag="Family")
    await do(hass, "set_tag", seen, tag="Staff", remove=True)
    assert await tags_of(simulator, anna) == ["Family"]
    assert await writes(simulator) == []


@pytest.mark.parametrize(("expires", "count"), [(timedelta(hours=-1), 2), (timedelta(hours=1), 1)])
async def test_a_tag_that_has_expired_is_put_on_anew(
    hass: HomeAssistant,
    simulator: Simulator,
    account: MockConfigEntry,
    anna: str,
    seen: str,
    expires: timedelta,
    count: int,
) -> None:
    staff = await tag_id(account, "Staff")
    at = (datetime.now(UTC) + expires).isoformat()
    await simulator.put_item(anna, "tags", tagId=staff, expires=at)
    await do(hass, "set_tag", seen, tag="Staff")
    assert (await tags_of(simulator, anna)).count("Staff") == count
    await do(hass, "set_tag", seen, tag="Staff", remove=True)
    assert "Staff" not in await tags_of(simulator, anna)


async def test_a_tag_of_several_people_shows_in_their_events(
    hass: HomeAssistant,
    simulator: Simulator,
    account: MockConfigEntry,
    anna: str,
    marek: str,
    seen: str,
    seen_marek: str,
) -> None:
    await do(hass, "set_tag", {"entity_id": [seen, seen_marek]}, tag="Staff")
    for person in (anna, marek):
        assert "Staff" in await tags_of(simulator, person)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=15))
    known = account.runtime_data.coordinator
    await until(lambda: all("Staff" in known.data.people[person].tags for person in (anna, marek)))
    assert all("Staff" in event["groups"] for event in (await act(hass, "get_events", seen))[seen]["events"])


async def test_a_tag_that_does_not_exist(hass: HomeAssistant, simulator: Simulator, seen: str) -> None:
    key, message = await failed(hass, "set_tag", seen, tag="Dragons")
    assert key == "unknown_tag"
    assert "no tag Dragons" in message
    assert "Family" in message
    assert await writes(simulator) == []
    for wrong in ("", "  ", None):
        with pytest.raises(probatio.Invalid):
            await do(hass, "set_tag", seen, tag=wrong)


async def test_notes(
    hass: HomeAssistant, account: MockConfigEntry, anna: str, marek: str, seen: str, seen_marek: str
) -> None:
    response = await act(hass, "add_note", {"entity_id": [seen, seen_marek]}, note="Sits at the window", title="Table")
    assert response.keys() == {seen, seen_marek}
    for entity_id, person in {seen: anna, seen_marek: marek}.items():
        note = (await notes_of(account, person))[response[entity_id]["note"]]
        assert note.items() >= {"summary": "Table", "body": "Sits at the window"}.items()


@pytest.mark.parametrize(("answer", "told"), [("object", True), ("text", True), ("empty", False)])
async def test_the_id_of_a_note_where_the_server_tells(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, ines: str, answer: str, told: bool
) -> None:
    await simulator.quirks(written=answer)
    response = await act(hass, "add_note", {"person": ines}, note="Sits at the window")
    [(note_id, note)] = (await notes_of(account, ines)).items()
    assert response == {ines: {"note": note_id if told else None}}
    assert (note["summary"], note["body"]) == (None, "Sits at the window")


async def test_nobody_has_to_want_the_response(
    hass: HomeAssistant, account: MockConfigEntry, anna: str, seen: str
) -> None:
    await do(hass, "add_note", seen, note="Sits at the window")
    assert len(await notes_of(account, anna)) == 1
    with pytest.raises(probatio.Invalid):
        await do(hass, "add_note", seen, note="")
    with pytest.raises(probatio.Invalid):
        await do(hass, "add_note", {}, note="Sits at the window")


@pytest.mark.parametrize(("action", "fields"), [("set_tag", {"tag": "Staff"}), ("add_note", {"note": "Left"})])
async def test_people_who_are_not_there(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, anna: str, seen: str, action: str, fields: Any
) -> None:
    assert (await failed(hass, action, {"person": NOBODY}, **fields))[0] == "unknown_person"
    assert (await failed(hass, action, {"person": "../x"}, **fields))[0] == "bad_id"
    assert (await failed(hass, action, "event.nobody", **fields))[0] == "watches_nobody"
    await do(hass, action, "none", **fields)
    await simulator.remove_person(anna)
    key, message = await failed(hass, action, seen, **fields)
    assert key == "unknown_person"
    assert seen in message


@pytest.mark.parametrize(
    ("action", "fields", "permissions"),
    [
        ("set_tag", {"tag": "Staff"}, ["Read Tags (Tags)", "Read All Identity (Identities)"]),
        ("set_tag", {"tag": "Staff"}, ["Mutate All Identity (Identities)"]),
        ("add_note", {"note": "Left"}, ["Mutate All Identity (Identities)"]),
    ],
)
async def test_missing_permissions_are_named(
    hass: HomeAssistant, simulator: Simulator, seen: str, action: str, fields: Any, permissions: list[str]
) -> None:
    for permission in permissions:
        await without(simulator, permission.partition(" (")[0])
        key, message = await failed(hass, action, seen, **fields)
        assert key == "permission_missing"
        assert f"“{permission}”" in message
        await simulator.reset()
        await simulator.forget_requests()


async def test_systems_that_keep_nothing_about_people(
    hass: HomeAssistant, account: MockConfigEntry, seen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor = account.runtime_data.coordinator.account
    monkeypatch.setattr(vendor, "dossier", None)
    assert (await failed(hass, "add_note", seen, note="Left"))[0] == "not_offered"
    assert (await failed(hass, "set_tag", seen, tag="Staff"))[0] == "not_offered"


async def test_tags_that_the_account_may_not_know(
    hass: HomeAssistant, account: MockConfigEntry, seen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor = account.runtime_data.coordinator.account
    monkeypatch.setattr(vendor, "people", None)
    monkeypatch.setattr(vendor, "_refusals", {"people": "the permission Read All Identity (Identities) is missing"})
    key, message = await failed(hass, "set_tag", seen, tag="Staff")
    assert key == "not_permitted"
    assert "Read All Identity (Identities)" in message
