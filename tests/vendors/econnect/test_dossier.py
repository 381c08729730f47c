"""Names, tags, notes and custom fields, and the definitions of tags."""

from dataclasses import replace

import pytest

from custom_components.video_analytics.vendors.econnect.client.people import Section
from custom_components.video_analytics.vendors.errors import NotFound, NotPermitted, Rejected
from custom_components.video_analytics.vendors.models.databases import DossierItem, DossierSection
from custom_components.video_analytics.vendors.models.state import Part, Wanted
from tests.simulator.client import Simulator

from .conftest import USER

ITEMS = {
    DossierSection.ALIASES: ({"firstName": "Ann", "lastName": "Berg"}, {"firstName": "Anne"}),
    DossierSection.NOTES: ({"summary": "VIP", "body": "Sits at the window"}, {"summary": "Guest"}),
    DossierSection.FIELDS: ({"name": "Locker", "stringValue": "12"}, {"stringValue": "13"}),
}


@pytest.mark.parametrize("answer", ["object", "text", "empty"])
@pytest.mark.parametrize("section", ITEMS)
async def test_items_are_added_changed_and_removed(simulator: Simulator, account, anna, section, answer):
    await simulator.quirks(written=answer)
    dossier, (values, change) = account.dossier, ITEMS[section]
    before = await dossier.items(anna, section)
    told = await dossier.put(anna, section, DossierItem(values=values))
    (item,) = [item for item in await dossier.items(anna, section) if item not in before]
    assert told == (None if answer == "empty" else item.id)
    assert item.values.items() >= values.items()
    assert await dossier.put(anna, section, replace(item, values={**item.values, **change})) == item.id
    (changed,) = [item for item in await dossier.items(anna, section) if item not in before]
    assert changed.values.items() >= {**values, **change}.items()
    await dossier.delete(anna, section, item.id)
    assert await dossier.items(anna, section) == before
    with pytest.raises(NotFound):
        await dossier.delete(anna, section, item.id)


async def test_a_tag_is_put_on_somebody_and_taken_off(simulator: Simulator, account, anna):
    tags = {tag.name: tag for tag in await account.people.tags()}
    told = await account.dossier.put(
        anna, DossierSection.TAGS, DossierItem(values={"tagId": tags["Staff"].id, "expires": "2030-01-01T00:00:00Z"})
    )
    items = await account.dossier.items(anna, DossierSection.TAGS)
    assert [item.values["tagId"] for item in items] == [tags["Family"].id, tags["Staff"].id]
    assert items[1].id == told
    await account.dossier.delete(anna, DossierSection.TAGS, told)
    assert len(await account.dossier.items(anna, DossierSection.TAGS)) == 1
    with pytest.raises(Rejected):
        await account.dossier.put(anna, DossierSection.TAGS, DossierItem(values={"tagId": "nothing"}))


async def test_a_tag_is_set_and_removed_by_its_id(simulator: Simulator, account, anna):
    tags = {tag.name: tag.id for tag in await account.people.tags()}
    await simulator.put_item(anna, "tags", tagId=tags["Staff"], expires="2020-01-01T00:00:00Z")
    for on, count in ((True, 2), (True, 2), (False, 0), (False, 0)):
        await account.dossier.set_tag(anna, tags["Staff"], on=on)
        items = await account.dossier.items(anna, DossierSection.TAGS)
        assert [item.values["tagId"] for item in items].count(tags["Staff"]) == count


async def test_what_is_written_shows_in_the_next_poll(simulator: Simulator, account, anna):
    tags = {tag.name: tag.id for tag in await account.people.tags()}
    wanted = Wanted({Part.PERSON: frozenset({anna})})
    before = await account.fetch(None, wanted)
    await account.dossier.set_tag(anna, tags["Staff"], on=True)
    after = await account.fetch(before, wanted)
    assert [*after.people[anna].tags] == [*before.people[anna].tags, "Staff"]
    assert await account.fetch(after, wanted) is after


@pytest.mark.parametrize("title", [None, "Table"])
async def test_a_note(account, anna, title):
    told = await account.dossier.add_note(anna, "Sits at the window", title=title)
    (item,) = await account.dossier.items(anna, DossierSection.NOTES)
    assert item.id == told
    assert (item.values["body"], item.values["summary"]) == ("Sits at the window", title)


async def test_items_by_name_and_addresses(account, anna):
    (family,) = await account.client.people.items(anna, Section.TAGS, "Family")
    assert family["tagName"] == "Family"
    assert await account.client.people.items(anna, Section.TAGS, "Staff") == ()
    assert len(await account.client.people.items(anna, Section.ENTITY_FIELDS, "LoyaltyTier")) == 1
    await account.client.people.put(anna, Section.ADDRESSES, {"street": "1 Harbour Lane", "city": "Bristol"})
    (address,) = (await account.client.people.get(anna))["addresses"]
    assert address["city"] == "Bristol"


async def test_writing_may_not_be_permitted(simulator: Simulator, account, anna):
    await simulator.permit("Read All Identity", "Read Tags", username=USER)
    assert await account.dossier.items(anna, DossierSection.NOTES) == ()
    for call in (
        account.dossier.put(anna, DossierSection.NOTES, DossierItem(values={"summary": "a"})),
        account.dossier.delete(anna, DossierSection.NOTES, "a"),
    ):
        with pytest.raises(NotPermitted) as caught:
            await call
        assert caught.value.permission == "Mutate All Identity (Identities)"
    for permission, call in {
        "Add Tags": account.admin.create("tags", {"tagName": "VIP"}),
        "Edit Tags": account.client.tags.update("a", {}),
        "Delete Tags": account.admin.delete("tags", "a", confirm=True),
    }.items():
        with pytest.raises(NotPermitted) as caught:
            await call
        assert caught.value.permission == f"{permission} (Tags)"


@pytest.mark.parametrize("answer", ["object", "text", "empty"])
async def test_definitions_of_tags(simulator: Simulator, account, answer):
    await simulator.quirks(written=answer, extra_fields=True)
    admin = account.admin
    created = await admin.create("tags", {"tagName": "VIP", "defaultExpirePeriod": "30.00:00:00", "tagId": "mine"})
    assert created["tagName"] == "VIP"
    (tag,) = [row async for row in admin.find("tags", {"tagName": "VIP"})]
    assert tag["tagId"] != "mine"
    assert await admin.get("tags", str(tag["tagId"])) == tag
    await simulator.quirks(extra_fields=False)
    updated = await admin.update("tags", str(tag["tagId"]), {"description": "People who matter"})
    assert updated["description"] == "People who matter"
    assert updated["defaultExpirePeriod"] == "30.00:00:00"
    with pytest.raises(Rejected):
        await admin.delete("tags", str(tag["tagId"]), confirm=False)
    await admin.delete("tags", str(tag["tagId"]), confirm=True)
    with pytest.raises(NotFound):
        await admin.get("tags", str(tag["tagId"]))
    assert len([row async for row in admin.find("tags", {})]) == 5


async def test_nothing_else_can_be_administered(account):
    with pytest.raises(NotFound):
        await account.admin.get("people", "a")


async def test_the_webhook_is_entered_by_hand(account):
    assert await account.hook.install("https://home.example.com/api/webhook/secret") is None
    await account.hook.remove("anything")
