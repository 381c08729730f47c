"""People who are added to the library, and made one."""

from datetime import date
from typing import Any

import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.simulator.client import Simulator

from ...events.acting import act
from .acting import NOBODY, ask, failed, people_of, writes


async def test_somebody_new(hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry) -> None:
    fields = {"name": " Ines Almeida ", "birthday": "1988-04-12", "favorite": True, "hidden": False}
    person = (await act(hass, "add_person", {}, **fields))["person"]
    row = await ask(simulator, f"/api/people/{person['id']}")
    assert (row["name"], row["birth_date"], row["is_favorite"], row["is_hidden"]) == (
        "Ines Almeida",
        "1988-04-12",
        True,
        False,
    )
    assert person == {
        "id": row["id"],
        "name": "Ines Almeida",
        "birthday": "1988-04-12",
        "favorite": True,
        "hidden": False,
        "photos": 0,
    }


async def test_what_is_not_said_is_left_to_the_library(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, anna: str
) -> None:
    new = (await act(hass, "add_person", {}, name="Ines Almeida"))["person"]
    assert (new["birthday"], new["favorite"], new["hidden"]) == (None, False, False)
    before = await ask(simulator, f"/api/people/{anna}")
    known = (await act(hass, "add_person", {}, name="anna lindqvist"))["person"]
    assert (known["id"], known["name"]) == (anna, "Anna Lindqvist")
    assert date.fromisoformat(known["birthday"])
    after = await ask(simulator, f"/api/people/{anna}")
    assert {**before, "asset_urls": None} == {**after, "asset_urls": None}


async def test_a_name_that_somebody_has(hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry) -> None:
    key, message, is_input = await failed(hass, "add_person", name="Anna Lindqvist", birthday="2001-01-01")
    assert (key, is_input) == ("name_taken", True)
    assert "has this name already" in message
    assert "Lindqvist" not in message


@pytest.mark.parametrize("fields", [{"name": " "}, {}, {"name": "Ines", "birthday": "soon"}])
async def test_nobody_without_a_name(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, fields: dict[str, str]
) -> None:
    with pytest.raises(probatio.Invalid):
        await act(hass, "add_person", {}, **fields)
    assert await writes(simulator) == []


async def test_people_become_one(
    hass: HomeAssistant, simulator: Simulator, watched: dict[str, str], people: dict[str, str], anna: str
) -> None:
    sofia, marek = people["Sofia Novak"], people["Marek Novak"]
    photo = await simulator.add_photo("Sofia Novak")
    response = await act(hass, "merge_people", watched, people=[sofia, sofia], confirm=True)
    assert (response["person"]["id"], response["person"]["name"]) == (anna, "Anna Lindqvist")
    assert sofia not in await people_of(simulator)
    rows = (await ask(simulator, "/api/faces", asset_id=photo))["data"]
    assert [row["person_id"] for row in rows] == [anna]

    response = await act(hass, "merge_people", {}, into=anna, people=marek, confirm=True)
    assert response["person"]["id"] == anna


async def test_when_nobody_is_left(hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry) -> None:
    nameless = [(await ask(simulator, "/api/people", method="POST"))["id"] for _ in range(2)]
    response = await act(hass, "merge_people", {}, into=nameless[0], people=nameless[1:], confirm=True)
    assert response == {"person": None}


@pytest.mark.parametrize("confirm", [{}, {"confirm": False}])
async def test_merging_has_to_be_confirmed(
    hass: HomeAssistant,
    simulator: Simulator,
    watched: dict[str, str],
    people: dict[str, str],
    confirm: dict[str, bool],
) -> None:
    key, message, is_input = await failed(hass, "merge_people", watched, people=[people["Sofia Novak"]], **confirm)
    assert (key, is_input) == ("merge_not_confirmed", True)
    assert "cannot be undone" in message
    assert "confirm: true" in message
    assert await writes(simulator) == []


async def test_people_who_cannot_be_merged(
    hass: HomeAssistant, simulator: Simulator, watched: dict[str, str], people: dict[str, str], anna: str
) -> None:
    sofia = people["Sofia Novak"]
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"people": [sofia]}, "merge_into_whom", "not clear who stays"),
        ({**watched, "people": [anna]}, "merge_with_themselves", "with themselves"),
        ({"into": sofia, "people": [anna, sofia]}, "merge_with_themselves", "with themselves"),
        ({**watched, "into": sofia, "people": [NOBODY]}, "not_one_person", "one person at a time"),
        ({**watched, "people": ["a/b"]}, "bad_id", "is not an ID"),
    ]
    for fields, key, text in cases:
        found, message, is_input = await failed(hass, "merge_people", confirm=True, **fields)
        assert (found, is_input) == (key, True)
        assert text in message
    assert await writes(simulator) == []
    for fields in ({**watched, "people": [sofia, NOBODY]}, {"into": NOBODY, "people": [sofia]}):
        key, message, is_input = await failed(hass, "merge_people", confirm=True, **fields)
        assert (key, is_input) == ("unknown_people", True)
        assert NOBODY in message
    assert sofia in await people_of(simulator)
