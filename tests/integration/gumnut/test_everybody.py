"""People of a photo library who are watched: they come, go and are renamed as in the library."""

from collections.abc import Mapping
from typing import cast

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from tests.simulator.client import Simulator

from ..econnect.site import fill, look_for
from .choosing import delete, hide, merge, name, names_shown, poll, poll_until, unname, watch, watch_everybody

pytestmark = pytest.mark.usefixtures("hass_storage")

type Names = dict[str, str | None]


@pytest.fixture
def tom(people: Mapping[str, str]) -> str:
    """Somebody else."""
    return people["Tom Ferry"]


@pytest.fixture
async def family(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    """Watch everybody, and return the subentry."""
    return await watch_everybody(hass, entry)


@pytest.fixture
def everybody(people: Mapping[str, str]) -> Names:
    """Names by id."""
    return {key: called for called, key in people.items()}


def issue_of(hass: HomeAssistant, kind: str, subentry: str) -> dict[str, str] | None:
    """Return what an issue about a subentry says; None when there is none."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, f"{kind}_{subentry}")
    return issue.translation_placeholders or {} if issue else None


async def test_who_gets_a_name_is_watched(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, family: str, everybody: Names
) -> None:
    vera = await name(entry, None, "Vera Smith")
    await simulator.forget_requests()
    await poll_until(hass, entry, everybody | {vera: "Vera Smith"})
    assert entry.runtime_data.people.persons[vera].subentry == family
    # The feed says who it is, so that nobody asks for all people.
    lists = [row["query"] for row in await simulator.requests() if row["path"] == "/api/people"]
    assert [query for query in lists if "ids" not in cast(list[str], query)] == []

    await name(entry, vera, "Vera Novak")
    await poll_until(hass, entry, everybody | {vera: "Vera Novak"})
    # All are there after a restart.
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert names_shown(hass, entry) == everybody | {vera: "Vera Novak"}


async def test_somebody_in_a_new_photo_is_watched(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, family: str, everybody: Names, tom: str
) -> None:
    await delete(entry, tom)
    await poll_until(hass, entry, {key: called for key, called in everybody.items() if key != tom})
    await simulator.add_photo("Tom Ferry")
    await simulator.advance(120)
    await poll(hass, entry, lambda: "Tom Ferry" in names_shown(hass, entry).values())


@pytest.mark.parametrize("how", ["deleted", "hidden", "merged", "without a name"])
async def test_who_is_gone_loses_the_device_at_once(
    hass: HomeAssistant, entry: MockConfigEntry, family: str, everybody: Names, anna: str, tom: str, how: str
) -> None:
    match how:
        case "deleted":
            await delete(entry, tom)
        case "hidden":
            await hide(entry, tom)
        case "merged":
            await merge(entry, anna, tom)
        case _:
            await unname(entry, tom)
    rest = {key: called for key, called in everybody.items() if key != tom}
    await poll_until(hass, entry, rest)
    assert tom not in entry.runtime_data.people.persons
    assert issue_of(hass, "people_gone", family) is None
    if how in ("hidden", "without a name"):
        await hide(entry, tom, False)
        await name(entry, tom, "Tommy")
        await poll_until(hass, entry, rest | {tom: "Tommy"})


async def test_what_happens_while_home_assistant_is_off(
    hass: HomeAssistant, entry: MockConfigEntry, family: str, everybody: Names, anna: str, tom: str
) -> None:
    vera = await name(entry, None, "Vera Smith")
    await poll_until(hass, entry, everybody | {vera: "Vera Smith"})
    account = entry.runtime_data.coordinator.account
    await hass.config_entries.async_unload(entry.entry_id)
    await account.client.people.update(anna, name="Anna Ferry")
    await account.client.people.merge(anna, [tom])
    await account.client.people.delete(vera)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert names_shown(hass, entry) == {key: called for key, called in everybody.items() if key != tom} | {
        anna: "Anna Ferry"
    }


async def test_some_come_and_go_and_are_renamed_at_once(
    hass: HomeAssistant, entry: MockConfigEntry, family: str, everybody: Names, anna: str, tom: str
) -> None:
    people, told = entry.runtime_data.people, []

    def woken() -> None:
        watched = {key: person.name for key, person in people.persons.items()}
        told.append((watched, names_shown(hass, entry)))

    people.look_out(woken)
    vera = await name(entry, None, "Vera Smith")
    await name(entry, anna, "Anna Ferry")
    await delete(entry, tom)
    rest = {key: called for key, called in everybody.items() if key != tom}
    await poll_until(hass, entry, rest | {anna: "Anna Ferry", vera: "Vera Smith"})
    # Whoever adds entities finds the devices of those who are watched, by their present names.
    assert told
    assert all(watched == shown for watched, shown in told)
    assert told[-1][0] == names_shown(hass, entry)


async def test_an_outage_takes_nobody_away(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, family: str, everybody: Names
) -> None:
    await simulator.fault("GET /api/", status=503)
    for _ in range(4):
        await entry.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()
    assert names_shown(hass, entry) == everybody


async def test_more_people_than_may_be_watched(
    hass: HomeAssistant, entry: MockConfigEntry, everybody: Names, anna: str
) -> None:
    family = await watch_everybody(hass, entry, most=len(everybody), name="All")
    assert issue_of(hass, "too_many_people", family) is None
    vera = await name(entry, None, "Vera Smith")
    await poll(hass, entry, lambda: issue_of(hass, "too_many_people", family))
    assert issue_of(hass, "too_many_people", family) == {
        "watched": "All", "count": str(len(everybody) + 1), "most": str(len(everybody))
    }  # fmt: skip
    # Those who were there stay; whoever waits takes the place of one who goes.
    assert names_shown(hass, entry) == everybody
    await hide(entry, anna)
    rest = {key: called for key, called in everybody.items() if key != anna}
    await poll_until(hass, entry, rest | {vera: "Vera Smith"})
    assert issue_of(hass, "too_many_people", family) is None


async def test_whom_another_subentry_watches_stays_there(
    hass: HomeAssistant, entry: MockConfigEntry, everybody: Names, anna: str
) -> None:
    chosen = await watch(hass, entry, anna)
    family = await watch_everybody(hass, entry)
    persons = entry.runtime_data.people.persons
    assert persons[anna].subentry == chosen
    assert {person.subentry for key, person in persons.items() if key != anna} == {family}
    await hide(entry, anna)  # the user's own choice
    await poll(hass, entry, lambda: entry.runtime_data.coordinator.data.people[anna].hidden)
    assert names_shown(hass, entry) == everybody
    await hide(entry, anna, False)
    await poll(hass, entry, lambda: not entry.runtime_data.coordinator.data.people[anna].hidden)
    hass.config_entries.async_remove_subentry(entry, chosen)
    await hass.async_block_till_done()
    assert entry.runtime_data.people.persons[anna].subentry == family
    assert names_shown(hass, entry) == everybody


async def test_the_user_is_told_of_chosen_people_who_are_gone(
    hass: HomeAssistant, entry: MockConfigEntry, everybody: Names, anna: str, tom: str
) -> None:
    subentry = await watch(hass, entry, anna, tom, name="Crew")
    await name(entry, tom, "Tom Novak")
    await poll_until(hass, entry, {anna: "Anna Lindqvist", tom: "Tom Novak"})
    assert issue_of(hass, "people_gone", subentry) is None
    await merge(entry, anna, tom)
    await poll(hass, entry, lambda: issue_of(hass, "people_gone", subentry))
    assert issue_of(hass, "people_gone", subentry) == {"people": "Tom Novak", "watched": "Crew"}
    # Whom the user chose, only the user takes away; it is known after a restart, too.
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert names_shown(hass, entry) == {anna: "Anna Lindqvist", tom: "Tom Novak"}
    assert issue_of(hass, "people_gone", subentry)

    form = await look_for(hass, entry, "chosen", subentry)
    await fill(hass, form, people=[anna], name="Crew")
    assert names_shown(hass, entry) == {anna: "Anna Lindqvist"}
    assert issue_of(hass, "people_gone", subentry) is None


async def test_a_name_that_is_given_back(hass: HomeAssistant, entry: MockConfigEntry, anna: str) -> None:
    subentry = await watch(hass, entry, anna)
    await unname(entry, anna)
    await poll(hass, entry, lambda: issue_of(hass, "people_gone", subentry))
    assert names_shown(hass, entry) == {anna: "Anna Lindqvist"}
    await name(entry, anna, "Anna Novak")
    await poll_until(hass, entry, {anna: "Anna Novak"})
    assert issue_of(hass, "people_gone", subentry) is None
    # Nothing is left of it when the account goes.
    await unname(entry, anna)
    await poll(hass, entry, lambda: issue_of(hass, "people_gone", subentry))
    await hass.config_entries.async_unload(entry.entry_id)
    assert issue_of(hass, "people_gone", subentry) is None
