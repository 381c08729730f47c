"""A tag that is followed: people come and go with it."""

from unittest.mock import AsyncMock

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.following import PeopleFollower
from custom_components.video_analytics.vendors.econnect.people import EconnectPeople
from custom_components.video_analytics.vendors.errors import Unreachable
from custom_components.video_analytics.vendors.models.databases import DossierSection, PeopleQuery
from custom_components.video_analytics.vendors.models.state import Person
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from tests.simulator.client import Simulator

from ..hearing import Heard, hub_of, until
from .conftest import listening
from .site import DISABLED, KEYS, PATIENCE, find, follow, people_shown, see, shown, states, tag_id, watch

pytestmark = pytest.mark.usefixtures("hass_storage", "detector")


@pytest.fixture
async def family(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    """Follow the family, and return the subentry."""
    return await follow(hass, entry, "Family")


async def look(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Look again who carries the tags."""
    await follower_of(entry).async_look()
    await hass.async_block_till_done()


def follower_of(entry: MockConfigEntry) -> PeopleFollower:
    """Return what keeps up with the tags."""
    follower: PeopleFollower = entry.runtime_data.follower
    return follower


async def untag(entry: MockConfigEntry, person: str) -> None:
    """Take all tags from somebody."""
    dossier = entry.runtime_data.coordinator.account.dossier
    for tag in await dossier.items(person, DossierSection.TAGS):
        await dossier.delete(person, DossierSection.TAGS, tag.id)


async def test_somebody_who_is_tagged_later_is_watched(
    hass: HomeAssistant,
    simulator: Simulator,
    detector: str,
    entry: MockConfigEntry,
    family: str,
    people: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = people_shown(hass, entry)
    tom = people["Tom Ferry"]
    assert tom not in before
    await simulator.put_item(tom, "tags", tagId=await tag_id(entry, "Family"))
    await look(hass, entry)
    assert people_shown(hass, entry) == before | {tom}
    entity = er.async_get(hass).async_get(find(hass, entry, "sensor", "last_seen", tom))
    assert entity is not None
    assert entity.config_subentry_id == family
    for platform, key in (*KEYS, *DISABLED):
        find(hass, entry, platform, key, tom)

    # Without a reload.
    await listening(entry)
    heard = Heard(hass)
    await see(simulator, detector, tom)
    await until(lambda: heard.events, PATIENCE)
    assert [state.attributes["person"] for state in heard.events] == ["Tom Ferry"]
    assert shown(hass, entry, "binary_sensor", "seen_recently", tom).state == "on"

    # All are known after a restart, even if nobody can be asked for.
    choices = AsyncMock(side_effect=Unreachable("no answer"))
    monkeypatch.setattr(EconnectPeople, "choices", choices)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    choices.assert_awaited_once()
    assert people_shown(hass, entry) == before | {tom}
    assert states(hass, entry, tom)["last_seen_at"] == "Front door"


async def test_somebody_who_loses_the_tag_is_gone_after_three_looks(
    hass: HomeAssistant, simulator: Simulator, detector: str, entry: MockConfigEntry, family: str, anna: str
) -> None:
    await listening(entry)
    before = people_shown(hass, entry)
    tag = await tag_id(entry, "Family")
    await untag(entry, anna)
    for _ in range(2):
        await look(hass, entry)
        assert people_shown(hass, entry) == before
    await simulator.put_item(anna, "tags", tagId=tag)
    await look(hass, entry)
    await untag(entry, anna)
    for _ in range(2):
        await look(hass, entry)
        assert people_shown(hass, entry) == before
    await look(hass, entry)
    assert people_shown(hass, entry) == before - {anna}
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert [entity for entity in entities if anna in entity.unique_id] == []

    # What somebody does without the tag is not told when the tag is back.
    for seconds in range(3):
        await see(simulator, detector, anna, seconds)
    heard = Heard(hass)
    heard.follow(entry)
    await simulator.advance(600)
    await simulator.put_item(anna, "tags", tagId=tag)
    await look(hass, entry)
    assert people_shown(hass, entry) == before
    await listening(entry)
    await until(lambda: states(hass, entry, anna)["last_seen"] != "unknown", PATIENCE)
    at = await see(simulator, detector, anna)
    await until(lambda: heard.events, PATIENCE)
    assert states(hass, entry, anna)["last_seen"] == at.isoformat(timespec="seconds")
    assert len(heard.told) == len(heard.events) == 1


async def test_failures_take_nobody_away(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, family: str
) -> None:
    before = people_shown(hass, entry)
    await simulator.fault("GET /api/v1/people$", status=503)
    for _ in range(4):
        await look(hass, entry)
    entry.runtime_data.coordinator.account.people = None
    for _ in range(4):
        await look(hass, entry)
    assert people_shown(hass, entry) == before


@pytest.mark.parametrize("unknown", ["empty", "400", "404"])
async def test_a_tag_that_is_removed(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, family: str, unknown: str
) -> None:
    await simulator.quirks(unknown_tag=unknown)
    await entry.runtime_data.coordinator.account.admin.delete("tags", await tag_id(entry, "Family"), confirm=True)
    for person in await simulator.people():
        await simulator.remove_person(str(person["id"]))
    for _ in range(3):
        assert people_shown(hass, entry)
        await look(hass, entry)
    assert people_shown(hass, entry) == set()


async def test_more_people_than_may_be_watched(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, people: dict[str, str]
) -> None:
    issues = ir.async_get(hass)
    size = len([person for person in await simulator.people() if "Family" in str(person["tags"])])
    subentry = await follow(hass, entry, "Family", most=size)
    before = people_shown(hass, entry)
    assert issues.async_get_issue(DOMAIN, f"too_many_people_{subentry}") is None
    await simulator.put_item(people["Tom Ferry"], "tags", tagId=await tag_id(entry, "Family"))
    await look(hass, entry)
    assert people_shown(hass, entry) == before
    issue = issues.async_get_issue(DOMAIN, f"too_many_people_{subentry}")
    assert issue is not None
    assert issue.translation_placeholders == {"watched": "Family", "count": str(size + 1), "most": str(size)}
    await untag(entry, people["Tom Ferry"])
    await look(hass, entry)
    assert issues.async_get_issue(DOMAIN, f"too_many_people_{subentry}") is None


async def test_whom_another_entry_watches_stays_there(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, anna: str
) -> None:
    chosen = await watch(hass, entry, anna)
    family = await follow(hass, entry, "Family")
    persons = entry.runtime_data.people.persons
    assert persons[anna].subentry == chosen
    assert {person.subentry for person in persons.values()} == {chosen, family}
    hass.config_entries.async_remove_subentry(entry, chosen)
    await hass.async_block_till_done()
    assert entry.runtime_data.people.persons[anna].subentry == family


async def test_the_tag_is_looked_at_now_and_then(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    people: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.video_analytics.following._EVERY", 0.2)
    await follow(hass, entry, "Family")
    ask = EconnectPeople.choices
    answers = [RuntimeError("a mistake of ours")]

    async def choices(self: EconnectPeople, query: PeopleQuery) -> tuple[Person, ...]:
        if answers:
            raise answers.pop()
        return await ask(self, query)

    monkeypatch.setattr(EconnectPeople, "choices", choices)
    await simulator.put_item(people["Tom Ferry"], "tags", tagId=await tag_id(entry, "Family"))
    await until(lambda: people["Tom Ferry"] in people_shown(hass, entry), PATIENCE)
    assert people["Tom Ferry"] in hub_of(entry)._memory.watched
