"""Who is watched, who can be chosen, what was seen, and what this user may not do."""

from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.video_analytics.vendors.econnect import account as account_module, people as people_module
from custom_components.video_analytics.vendors.errors import NotPermitted, Rejected, SignInFailed, Unreachable
from custom_components.video_analytics.vendors.models.databases import PeopleQuery
from custom_components.video_analytics.vendors.models.moments import EventQuery, MomentKind
from custom_components.video_analytics.vendors.models.state import Part, Person, Wanted
from tests.simulator.client import Simulator

from .conftest import ALL, USER, asked, vendor_now

NOBODY = "11111111-2222-3333-4444-555555555555"
HOUR = timedelta(hours=1)


def wanting(*people: str) -> Wanted:
    """Want to know about people."""
    return Wanted({Part.PERSON: frozenset(people)})


@pytest.fixture
def impatient(monkeypatch) -> None:
    """Ask for everything in every poll."""
    for module, name in (
        (people_module, "_EVERY"),
        (account_module, "_RIGHTS_EVERY"),
    ):
        monkeypatch.setattr(module, name, -1.0)


async def test_watched_people(simulator: Simulator, account, people):
    anna, oleg = people["Anna Lindqvist"], people["Oleg Smirnov"]
    state = await account.fetch(None, Wanted({Part.PERSON: frozenset({anna}), Part.MOMENTS: frozenset({oleg})}))
    assert state.people == {
        anna: Person(id=anna, name="Anna Lindqvist", tags=("Family",)),
        oleg: Person(id=oleg, name="Oleg Smirnov", tags=("Staff", "Night shift")),
    }
    assert "Anna" not in repr(state)


async def test_a_poll_in_which_nothing_is_due_asks_one_cheap_question(simulator: Simulator, account, anna):
    state = await account.fetch(None, wanting(anna))
    await simulator.forget_requests()
    assert await account.fetch(state, wanting(anna)) is state
    (path,) = await asked(simulator)
    assert path == "/api/v1/people/detections/personId/00000000-0000-0000-0000-000000000000"


async def test_people_are_asked_for_now_and_then(simulator: Simulator, account, anna, monkeypatch):
    state = await account.fetch(None, wanting(anna))
    await simulator.put_item(anna, "aliases", **await alias_of(account, anna), lastName="Novak")
    assert await account.fetch(state, wanting(anna)) is state
    monkeypatch.setattr(people_module, "monotonic", lambda: 1e12)
    changed = await account.fetch(state, wanting(anna))
    assert changed.people[anna] == replace(state.people[anna], name="Anna Novak")


async def alias_of(account, person: str) -> dict[str, str]:
    """Return the id and the first name of somebody's first name."""
    (alias,) = (await account.client.people.get(person))["aliases"]
    return {key: alias[key] for key in ("personAliasId", "firstName")}


async def test_many_people_are_asked_for_a_few_at_a_time(simulator: Simulator, account, people, monkeypatch):
    monkeypatch.setattr(people_module, "_AT_ONCE", 4)
    wanted, state = wanting(*people.values()), None
    for known in (4, 8, 10, 10):
        state = await account.fetch(state, wanted)
        assert state.people.keys() == set(people.values())
        assert sum(person.name is not None for person in state.people.values()) == known


@pytest.mark.usefixtures("impatient")
async def test_somebody_who_is_removed(simulator: Simulator, account, people):
    anna, tom = people["Anna Lindqvist"], people["Tom Ferry"]
    state = await account.fetch(None, wanting(anna, tom))
    await simulator.remove_person(anna)
    changed = await account.fetch(state, wanting(anna, tom))
    assert changed.people.keys() == {tom}
    assert changed.people[tom] is state.people[tom]


@pytest.mark.parametrize("answer", ["404", "empty"])
async def test_somebody_who_never_was(simulator: Simulator, account, answer):
    await simulator.quirks(unknown_person=answer)
    assert (await account.fetch(None, wanting(NOBODY))).people == {}
    assert await account.people.choices(PeopleQuery(id=NOBODY)) == ()


@pytest.mark.parametrize("answer", ["empty", "400", "404"])
async def test_what_does_not_exist_tells_nothing_about_rights(simulator: Simulator, account, anna, answer):
    await simulator.quirks(nobody_seen=answer, unknown_tag=answer)
    state = await account.fetch(None, wanting(anna))
    assert account.moments
    assert account.people
    assert account.switched_off == {}
    assert await account.fetch(state, wanting(anna)) is state


@pytest.mark.usefixtures("impatient")
async def test_names(simulator: Simulator, account, anna):
    first = await alias_of(account, anna)
    await simulator.put_item(anna, "aliases", personAliasId=first["personAliasId"], firstName=None, lastName=None)
    state = await account.fetch(None, wanting(anna))
    assert state.people[anna].name is None
    await simulator.put_item(anna, "aliases", **first, middleName="Maria ", lastName="Lindqvist", title="Dr.")
    await simulator.put_item(anna, "aliases", firstName="Somebody", lastName="Else")
    state = await account.fetch(state, wanting(anna))
    assert state.people[anna].name == "Anna Maria Lindqvist"


@pytest.mark.usefixtures("impatient")
async def test_tags_that_have_expired_or_are_disabled_do_not_count(simulator: Simulator, account, anna):
    staff, night = (await account.client.tags.find("Staff"))[0], (await account.client.tags.find("Night shift"))[0]
    now = await vendor_now(simulator)
    await simulator.put_item(anna, "tags", tagId=staff["tagId"], expires=(now + HOUR).isoformat())
    await simulator.put_item(anna, "tags", tagId=night["tagId"])
    state = await account.fetch(None, wanting(anna))
    assert state.people[anna].tags == ("Family", "Staff", "Night shift")
    await account.client.tags.update(str(night["tagId"]), {"disabled": True})
    await simulator.advance(3700)
    await account.fetch(state, wanting(anna))
    assert (await account.fetch(state, wanting(anna))).people[anna].tags == ("Family",)


async def test_quirks_of_people(simulator: Simulator, account, anna):
    await simulator.quirks(nulls=False, extra_fields=True)
    state = await account.fetch(None, wanting(anna))
    assert state.people[anna] == Person(id=anna, name="Anna Lindqvist", tags=("Family",))


async def test_choosing_people(simulator: Simulator, account, people):
    tags = {tag.name: tag for tag in await account.people.tags()}
    family = await account.people.choices(PeopleQuery(tag=tags["Family"].id))
    assert {person.name for person in family} == {"Anna Lindqvist", "Marek Novak", "Sofia Novak"}
    assert family[0].tags == ("Family",)
    gold = await account.people.choices(PeopleQuery(field_name="LoyaltyTier", field_value="Gold"))
    assert {person.id for person in gold} == {person.id for person in family}
    assert len(await account.people.choices(PeopleQuery(field_name="LoyaltyTier"))) == len(people)
    assert await account.people.choices(PeopleQuery(field_name="No", field_value="a/b ü")) == ()
    (anna,) = await account.people.choices(PeopleQuery(id=people["Anna Lindqvist"]))
    assert anna.name == "Anna Lindqvist"
    with pytest.raises(Rejected) as caught:
        await account.people.choices(PeopleQuery(name="Anna"))
    assert "Anna" not in str(caught.value)


@pytest.mark.usefixtures("impatient")
async def test_people_who_were_found_need_not_be_asked_for(simulator: Simulator, account, people, monkeypatch):
    monkeypatch.setattr(people_module, "_EVERY", 600.0)
    anna, tom = people["Anna Lindqvist"], people["Tom Ferry"]
    await account.fetch(None, wanting(tom))
    tags = {tag.name: tag for tag in await account.people.tags()}
    await account.people.choices(PeopleQuery(tag=tags["Staff"].id))
    await simulator.forget_requests()
    state = await account.fetch(None, wanting(anna, tom))
    assert [
        path.rsplit("/", 1)[1]
        for path in await asked(simulator)
        if path.startswith("/api/v1/people/") and "det" not in path
    ] == [anna]
    assert state.people[tom].name == "Tom Ferry"


async def test_nothing_but_detections_may_be_read(simulator: Simulator, account, anna):
    await simulator.permit("Read Detections", username=USER)
    state = await account.fetch(None, wanting(anna))
    assert state.people == {anna: Person(id=anna, name=None)}
    assert account.moments
    assert account.people is None
    assert "Read All Identity (Identities)" in account.switched_off["people"]
    assert "Read Tags (Tags)" in account.switched_off["tags"]
    assert await account.fetch(state, wanting(anna)) is state


async def test_without_the_names_of_tags(simulator: Simulator, account, anna):
    await simulator.permit(*(name for name in ALL if name != "Read Tags"), username=USER)
    state = await account.fetch(None, wanting(anna))
    assert state.people == {anna: Person(id=anna, name="Anna Lindqvist")}
    assert len(await account.people.choices(PeopleQuery(field_name="LoyaltyTier"))) > 3
    with pytest.raises(NotPermitted) as caught:
        await account.people.tags()
    assert caught.value.permission == "Read Tags (Tags)"


async def test_a_permission_that_is_granted_later(simulator: Simulator, account, anna, monkeypatch):
    await simulator.permit("Read Detections", username=USER)
    state = await account.fetch(None, wanting(anna))
    await simulator.permit(*ALL, username=USER)
    assert await account.fetch(state, wanting(anna)) is state
    monkeypatch.setattr(account_module, "monotonic", lambda: 1e12)
    monkeypatch.setattr(people_module, "monotonic", lambda: 1e12)
    state = await account.fetch(state, wanting(anna))
    assert state.people[anna].name == "Anna Lindqvist"
    assert account.people
    assert account.switched_off == {}


async def test_a_server_that_is_gone(simulator: Simulator, account, anna):
    state = await account.fetch(None, wanting(anna))
    await simulator.refuse()
    with pytest.raises(Unreachable):
        await account.fetch(state, wanting(anna))
    await simulator.refuse(False)
    assert await account.fetch(state, wanting(anna)) is state


async def test_a_user_who_is_removed(simulator: Simulator, account, anna):
    state = await account.fetch(None, wanting(anna))
    await simulator.key("revoke")
    with pytest.raises(SignInFailed):
        await account.fetch(state, wanting(anna))


async def past(account, **query) -> list:
    """Return moments of the past."""
    assert account.history
    return [moment async for moment in account.history.events(EventQuery(**query))]


async def test_history(simulator: Simulator, account, anna):
    await simulator.quirks(images="stock")
    end = await vendor_now(simulator) - timedelta(minutes=2)
    found = await past(account, person=anna, start=end - 2 * HOUR, end=end)
    assert len(found) > 20  # more than two pages
    assert all(moment.person == anna and moment.kind is MomentKind.SEEN for moment in found)
    assert [moment.start for moment in found] == sorted((moment.start for moment in found), reverse=True)
    assert all(end - 2 * HOUR <= moment.start <= end for moment in found)
    ascending = await past(account, person=anna, start=end - 2 * HOUR, end=end, newest_first=False)
    assert ascending == found[::-1]
    assert await past(account, person=anna, start=end - 2 * HOUR, end=end, limit=3) == found[:3]
    for quirks in ({"largest_take": 10}, {"dates": "fractions7", "extra_fields": True}):
        await simulator.quirks(**quirks)
        times = [
            moment.start.replace(microsecond=0)
            for moment in await past(account, person=anna, start=end - 2 * HOUR, end=end)
        ]
        assert times == [moment.start for moment in found]
        await simulator.quirks(dates="seconds")


async def test_the_last_detection_costs_one_picture(simulator: Simulator, account, anna):
    end = await vendor_now(simulator)
    await simulator.forget_requests()
    async with aclosing(
        account.history.events(EventQuery(person=anna, start=end - 24 * HOUR, end=end, limit=1))
    ) as found:
        assert (await anext(found)).person == anna
        with pytest.raises(StopAsyncIteration):
            await anext(found)
    requests = [request for request in await simulator.requests() if "/detections/" in str(request["path"])]
    assert len(requests) == 1
    assert "take" in requests[0]["query"]


async def test_history_of_all_watched_people(simulator: Simulator, account, people):
    await simulator.quirks(images="stock")
    anna, tom = people["Anna Lindqvist"], people["Tom Ferry"]
    await account.fetch(None, wanting(anna, tom))
    end = await vendor_now(simulator) - timedelta(minutes=2)
    found = await past(account, start=end - HOUR, end=end)
    assert {moment.person for moment in found} == {anna, tom}
    assert [moment.start for moment in found] == sorted((moment.start for moment in found), reverse=True)
    assert found[0].subject in {"Anna Lindqvist", "Tom Ferry"}


async def test_history_of_nothing(simulator: Simulator, account, anna):
    end = await vendor_now(simulator)
    await account.fetch(None, wanting(anna))
    await simulator.forget_requests()
    period = {"start": end - HOUR, "end": end}
    assert await past(account, **period, camera="FrontDoorCam") == []
    assert await past(account, **period, person=anna, limit=0) == []
    assert await past(account, **period, person=anna, kinds=frozenset({MomentKind.PLATE})) == []
    assert await simulator.requests() == []
    assert await past(account, **period, person=NOBODY, kinds=frozenset({MomentKind.SEEN})) == []
