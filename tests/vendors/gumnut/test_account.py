"""The state of a library: what is asked for, how often, and what a change of the feed does to it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

from aiohttp import web
import pytest
from yarl import URL

from custom_components.video_analytics.vendors.errors import NotFound, Unreachable
from custom_components.video_analytics.vendors.gumnut import VENDOR, state as state_module, wire
from custom_components.video_analytics.vendors.gumnut.account import GumnutAccount
from custom_components.video_analytics.vendors.gumnut.client import GumnutClient
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.databases import PeopleQuery
from custom_components.video_analytics.vendors.models.moments import PictureRef
from custom_components.video_analytics.vendors.models.state import AccountState, Part, Wanted
from custom_components.video_analytics.vendors.secret import Secret
from tests.simulator.client import Simulator
from tests.vendors.server import Server

from . import rows

ANNA = "Anna Lindqvist"
SOFIA = "Sofia Novak"
EVERYTHING = Wanted({Part.LIBRARY: frozenset({""}), Part.TASKS: frozenset({""})})
EAST = timezone(timedelta(hours=5))


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let seconds pass."""
    passed = [0.0]
    real = state_module.monotonic
    monkeypatch.setattr(state_module, "monotonic", lambda: real() + passed[0])

    def wait(seconds: float) -> None:
        passed[0] += seconds

    return wait


async def asked(simulator: Simulator) -> list[str]:
    """Return what was asked for since the last time."""
    paths = [f"{request['method']} {request['path']}" for request in await simulator.requests()]
    await simulator.forget_requests()
    return paths


async def ids_of(simulator: Simulator) -> dict[str, str]:
    """Return people by name."""
    return (await simulator.libraries())[0]["people"]


def changed(account: GumnutAccount, entity: str, kind: str, key: str = "x", **payload: str | None) -> None:
    """Tell the state of a change, as the feed does."""
    row = wire.Change(
        entity_type=entity,
        entity_id=key,
        event_type=kind,
        created_at=datetime.now(UTC),
        payload=wire.Payload(**payload) if payload else None,
    )
    account._state.stale.note(row)


def asset_of(ref: PictureRef | None) -> str | None:
    """Return which photo a reference is about, whatever its version."""
    return ref.id.split("/")[1] if ref else None


async def test_the_library(http: Http, simulator: Simulator, values, library):
    state = await VENDOR.open(http, values, library).fetch(None, EVERYTHING)
    found = state.library
    assert (found.items, found.named_people, found.pending_tasks) == (60, 10, 0)
    assert 0 <= found.taken_today <= 3
    assert found.storage_used > 0
    assert found.storage_limit is None
    assert found.newest.id.startswith("asset/asset_")
    assert found.newest_place == "Harbour House, Hamburg, Germany"
    assert found.newest_at.utcoffset() == timedelta(hours=1)
    assert len(state.people) == found.named_people
    assert state.cameras == {}


async def test_what_nobody_looks_at_is_not_asked_for(http: Http, simulator: Simulator, values, library):
    await simulator.forget_requests()
    state = await VENDOR.open(http, values, library).fetch(None, Wanted())
    assert (state.library.taken_today, state.library.pending_tasks) == (None, None)
    assert await asked(simulator) == [
        "GET /api/libraries",
        "GET /api/assets",
        "GET /api/people",
        "GET /api/users/me",
    ]


@pytest.mark.parametrize(
    ("at", "zone", "taken"), [("23:30", UTC, 3), ("00:30", UTC, 0), ("18:30", EAST, 3), ("19:30", EAST, 0)]
)
async def test_today_begins_at_the_users_midnight(http: Http, simulator: Simulator, values, library, at, zone, taken):
    await simulator.set_rate(0)
    await simulator.set_time("2026-06-01T00:00:00Z")
    await simulator.add_library("Holidays")
    holidays = (await simulator.libraries())[1]["id"]
    for hour in (9, 15, 21):  # by clocks an hour ahead
        await simulator.set_time(f"2026-06-01T{hour:02}:00:00Z")
        await simulator.add_photo(ANNA, library=holidays)
    day = "2026-06-02" if at < "12" else "2026-06-01"
    await simulator.set_time(f"{day}T{at}:00Z")
    account = VENDOR.open(http, values, holidays)
    await VENDOR.accounts(http, values)  # tells what time it is there
    wanted = Wanted({Part.LIBRARY: frozenset({""})}, zone)
    assert (await account.fetch(None, wanted)).library.taken_today == taken


async def test_a_new_day_is_counted_anew(account: GumnutAccount, simulator: Simulator):
    wanted = Wanted({Part.LIBRARY: frozenset({""})})
    await simulator.quirks(photo_minutes=0)
    await simulator.add_photo(ANNA)
    state = await account.fetch(None, wanted)
    assert state.library.taken_today >= 1
    await simulator.advance(2 * 86_400)
    await account.client.libraries.me()
    assert (await account.fetch(state, wanted)).library.taken_today == 0


async def dated(client: GumnutClient, simulator: Simulator, taken: str, *people: str) -> str:
    """Add a photo whose file says that it was taken then."""
    photo = await simulator.add_photo(*people)
    await client.assets.update(photo, {"original_datetime": taken})
    return photo


async def test_a_file_from_the_future_is_an_item_but_neither_of_today_nor_the_newest(
    account: GumnutAccount, client: GumnutClient, simulator: Simulator
):
    await simulator.quirks(photo_minutes=0)
    await simulator.set_rate(0)
    await simulator.set_time("2027-06-01T21:00:00Z")
    ids = await ids_of(simulator)
    wanted = Wanted({Part.LIBRARY: frozenset({""}), Part.PERSON: frozenset({ids[ANNA]})}, UTC)
    today = await dated(client, simulator, "2027-06-01T08:00:00+00:00", ANNA)
    for taken in ("2031-01-01T08:00:00+00:00", "2031-01-01T08:00:00", "2027-06-02T21:00:01"):
        await dated(client, simulator, taken, ANNA)
    changed(account, "asset", "asset_created")
    state = await account.fetch(None, wanted)
    assert (state.library.items, state.library.taken_today) == (64, 1)
    assert today == asset_of(state.library.newest) == asset_of(state.people[ids[ANNA]].newest)

    # In Auckland it is half past nine of the next day.
    tomorrow = await dated(client, simulator, "2027-06-02T09:30:00+12:00", ANNA)
    changed(account, "asset", "asset_created")
    changed(account, "face", "face_updated", person_id=ids[ANNA])
    state = await account.fetch(state, wanted)
    assert state.library.taken_today == 1
    assert tomorrow == asset_of(state.library.newest) == asset_of(state.people[ids[ANNA]].newest)
    everybody = Wanted({Part.PERSON: frozenset(ids.values())})
    assert asset_of((await account.fetch(state, everybody)).people[ids[ANNA]].newest) == tomorrow


async def test_of_many_people_nobody_is_photographed_in_the_future(
    account: GumnutAccount, client: GumnutClient, simulator: Simulator
):
    ids = await ids_of(simulator)
    photo = await simulator.add_photo(ANNA)
    await dated(client, simulator, "2031-01-01T08:00:00", ANNA)
    state = await account.fetch(None, Wanted({Part.PERSON: frozenset(ids.values())}))
    assert asset_of(state.people[ids[ANNA]].newest) == photo


async def test_people_are_those_with_a_name(account: GumnutAccount, simulator: Simulator):
    state = await account.fetch(None, Wanted())
    people = {person.name: person for person in state.people.values()}
    assert {name: person.id for name, person in people.items()} == await ids_of(simulator)
    assert people[ANNA].birthday == date(1988, 4, 12)
    assert people[ANNA].favorite
    assert people[ANNA].photos > 1
    assert people[ANNA].portrait
    assert "Carlos Ortega" not in people  # nobody has said who that is


async def test_nothing_is_asked_for_while_nothing_changes(account: GumnutAccount, simulator: Simulator, later):
    state = await account.fetch(None, Wanted())
    await simulator.forget_requests()
    later(240)
    assert await account.fetch(state, Wanted()) is state
    assert await asked(simulator) == []


async def test_the_slow_refresh(account: GumnutAccount, simulator: Simulator, library, later):
    state = await account.fetch(None, Wanted())
    await simulator.forget_requests()
    later(301)
    assert await account.fetch(state, Wanted()) is state
    assert await asked(simulator) == ["GET /api/libraries", "GET /api/assets"]
    later(1800)
    assert await account.fetch(state, Wanted()) is state
    assert "GET /api/people" in await asked(simulator)


async def test_addresses_that_rotate_change_nothing(account: GumnutAccount, later):
    state = await account.fetch(None, Wanted())
    later(3601)
    again = await account.fetch(state, Wanted())
    assert again is state


async def test_a_photo_that_was_added_is_counted_when_the_feed_tells_of_it(
    account: GumnutAccount, simulator: Simulator
):
    before = await account.fetch(None, Wanted())
    photo = await simulator.add_photo(ANNA, place=2)
    assert await account.fetch(before, Wanted()) is before
    changed(account, "asset", "asset_created", photo)
    state = await account.fetch(before, Wanted())
    assert state.library.items == 61
    assert asset_of(state.library.newest) == photo
    assert state.people is not before.people
    assert all(state.people[key] is person for key, person in before.people.items())


async def test_only_those_who_changed_are_asked_for(account: GumnutAccount, simulator: Simulator):
    before = await account.fetch(None, Wanted())
    ids = await ids_of(simulator)
    await simulator.add_photo(ANNA)
    await simulator.forget_requests()
    changed(account, "face", "face_updated", person_id=ids[ANNA], previous_person_id=None)
    state = await account.fetch(before, Wanted())
    assert await asked(simulator) == ["GET /api/people"]
    assert state.people[ids[ANNA]].photos == before.people[ids[ANNA]].photos + 1
    assert state.people[ids[SOFIA]] is before.people[ids[SOFIA]]


async def test_who_was_merged_or_deleted_is_gone(account: GumnutAccount, client: GumnutClient, simulator: Simulator):
    before = await account.fetch(None, Wanted())
    ids = await ids_of(simulator)
    await client.people.merge(ids[ANNA], [ids[SOFIA]])
    changed(account, "person", "person_deleted", ids[SOFIA])
    changed(account, "face", "face_updated", person_id=ids[ANNA], previous_person_id=ids[SOFIA])
    state = await account.fetch(before, Wanted())
    assert ids[SOFIA] not in state.people
    assert state.people[ids[ANNA]].photos > before.people[ids[ANNA]].photos


async def test_who_gets_a_name_appears(account: GumnutAccount, client: GumnutClient, simulator: Simulator, library):
    before = await account.fetch(None, Wanted())
    (unnamed, *_) = [person async for person in client.people.list(library, names="unnamed")]
    await client.people.update(unnamed.id, name="Lena Fischer")
    changed(account, "person", "person_updated", unnamed.id)
    state = await account.fetch(before, Wanted())
    assert state.people[unnamed.id].name == "Lena Fischer"
    assert state.library.named_people == before.library.named_people + 1


async def test_another_portrait_is_a_change(
    account: GumnutAccount, http: Http, simulator: Simulator, values, library, client: GumnutClient
):
    before = await account.fetch(None, Wanted())
    anna = (await ids_of(simulator))[ANNA]
    photo = await simulator.add_photo(ANNA)
    (face,) = [face async for face in client.faces.list(library, asset=photo)]
    api = http.at(URL(values["url"]), {"Authorization": Secret(f"Bearer {values['key']}")})
    await api.patch(f"/api/people/{anna}", {"thumbnail_face_id": face.id})
    changed(account, "person", "person_updated", anna)
    state = await account.fetch(before, Wanted())
    assert state.people[anna].portrait != before.people[anna].portrait
    assert (await account.photos.picture(state.people[anna].portrait)).content


async def test_the_trash_changes_counts_of_people_nobody_names(
    account: GumnutAccount, client: GumnutClient, simulator: Simulator, library
):
    before = await account.fetch(None, Wanted())
    ids = await ids_of(simulator)
    (face, *_) = [face async for face in client.faces.list(library, person=ids[ANNA])]
    await client.assets.trash(library, [face.asset_id])
    changed(account, "asset", "asset_trashed", face.asset_id)
    state = await account.fetch(before, Wanted())
    assert state.people[ids[ANNA]].photos == before.people[ids[ANNA]].photos - 1
    assert state.library.items == 59


async def test_the_newest_photo_is_asked_for_of_those_somebody_looks_at(
    account: GumnutAccount, client: GumnutClient, simulator: Simulator, library, later
):
    ids = await ids_of(simulator)
    wanted = Wanted({Part.PERSON: frozenset({ids[ANNA], "person_nobody"})})
    await simulator.forget_requests()
    state = await account.fetch(None, wanted)
    anna, sofia = state.people[ids[ANNA]], state.people[ids[SOFIA]]
    assert anna.newest.id.startswith("asset/")
    assert anna.last_photographed
    assert (sofia.newest, sofia.last_photographed) == (None, None)
    assert await asked(simulator) == ["GET /api/assets"]
    later(100)
    assert await account.fetch(state, wanted) is state
    assert await asked(simulator) == []

    photo = await simulator.add_photo(ANNA)
    changed(account, "face", "face_updated", person_id=ids[ANNA], previous_person_id=None)
    assert asset_of((await account.fetch(state, wanted)).people[ids[ANNA]].newest) == photo


async def test_a_date_that_is_corrected_changes_who_was_photographed_last(
    account: GumnutAccount, client: GumnutClient, simulator: Simulator
):
    await simulator.quirks(photo_minutes=0)
    ids = await ids_of(simulator)
    anna, sofia = ids[ANNA], ids[SOFIA]
    first, second = [await simulator.add_photo(ANNA) for _ in range(2)]
    soon = datetime.now(UTC) + timedelta(hours=1)
    await dated(client, simulator, soon.isoformat(), "Marek Novak")
    wanted = Wanted({Part.PERSON: frozenset({anna, sofia})})
    before = await account.fetch(None, wanted)
    newest, other = (second, first) if asset_of(before.people[anna].newest) == second else (first, second)

    await client.assets.update(newest, {"original_datetime": "2020-01-01T08:00:00"})
    await simulator.forget_requests()
    changed(account, "metadata", "metadata_updated", newest)
    state = await account.fetch(before, wanted)
    assert asset_of(state.people[anna].newest) == other
    # The library, its newest photo and Anna's; nobody has touched Sofia's.
    assert await asked(simulator) == ["GET /api/libraries", "GET /api/assets", "GET /api/assets"]

    later = soon + timedelta(hours=1)
    await client.assets.update(newest, {"original_datetime": later.isoformat()})
    await simulator.forget_requests()
    changed(account, "metadata", "metadata_updated", newest)
    state = await account.fetch(state, wanted)
    assert asset_of(state.people[anna].newest) == newest
    assert state.people[anna].last_photographed == later
    assert await asked(simulator) == ["GET /api/libraries", "GET /api/assets"]


async def test_of_many_people_the_latest_photos_are_looked_through_at_once(
    account: GumnutAccount, client: GumnutClient, simulator: Simulator
):
    ids = await ids_of(simulator)
    alone = {}
    for name, key in ids.items():
        state = await account.fetch(None, Wanted({Part.PERSON: frozenset({key})}))
        alone[name] = state.people[key]
    added = await client.people.create((await simulator.libraries())[0]["id"], name="Ines")
    changed(account, "person", "person_created", added.id)
    await simulator.forget_requests()
    state = await account.fetch(None, Wanted({Part.PERSON: frozenset({*ids.values(), added.id})}))
    assert {name: state.people[key] for name, key in ids.items()} == alone
    assert state.people[added.id].newest is None
    assert await asked(simulator) == ["GET /api/people", "GET /api/assets", "GET /api/assets"]


async def test_a_camera_that_knows_no_offset_shows_the_users_time(account: GumnutAccount, simulator: Simulator, later):
    await simulator.add_photo(ANNA, offset=False)
    later(301)
    state = await account.fetch(None, Wanted(zone=EAST))
    assert state.library.newest_at.tzinfo is EAST


async def test_a_photo_that_was_edited_is_another_picture(http: Http, server: Server):
    asset = {**rows.ASSET, "current_version_id": "asset_version_1"}
    answers = {
        "/api/libraries": [rows.LIBRARY],
        "/api/people": {"data": [rows.PERSON], "has_more": False},
        "/api/users/me": rows.USER,
    }

    async def answer(request: web.BaseRequest) -> web.Response:
        return web.json_response(answers.get(request.path, {"data": [asset], "has_more": False}))

    server.answer(answer)
    account = VENDOR.open(http, {"key": "k", "url": str(server.url)}, "lib_1")
    wanted = Wanted({Part.PERSON: frozenset({"person_1"})})
    before = await account.fetch(None, wanted)
    changed(account, "asset", "asset_updated", "asset_1")
    assert await account.fetch(before, wanted) is before
    asset["current_version_id"] = "asset_version_2"
    changed(account, "asset", "asset_updated", "asset_1")
    after = await account.fetch(before, wanted)
    assert after.library.newest != before.library.newest
    del asset["current_version_id"]
    changed(account, "asset", "asset_updated", "asset_1")
    assert (await account.fetch(before, wanted)).library.newest.id == "asset/asset_1"


async def test_pending_tasks(account: GumnutAccount, simulator: Simulator, later):
    await simulator.quirks(processing_seconds=3600)
    await simulator.add_photo(ANNA, count=3)
    wanted = Wanted({Part.TASKS: frozenset({""})})
    assert (await account.fetch(None, wanted)).library.pending_tasks == 3


@pytest.mark.parametrize("status", [403, 404, 422])
async def test_what_a_key_may_not_see_is_left_out(http: Http, simulator: Simulator, values, library, status):
    await simulator.fault("GET /api/(tasks|users)", status=status)
    state = await VENDOR.open(http, values, library).fetch(None, EVERYTHING)
    assert (state.library.items, state.library.pending_tasks) == (60, None)


@pytest.mark.parametrize(
    "quirks",
    [
        {"nulls": False},
        {"extra_fields": True},
        {"unknown_enums": True},
        {"old_libraries": True},
        {"asset_counts": False},
        {"signed": "stable"},
        {"counts_trashed": True},
    ],
    ids=str,
)
async def test_every_reading_is_a_state(http: Http, simulator: Simulator, values, library, quirks):
    await simulator.quirks(**quirks)
    state = await VENDOR.open(http, values, library).fetch(None, EVERYTHING)
    assert state.library.items == 60
    assert (state.library.storage_used is None) is quirks.get("old_libraries", False)
    assert {person.photos is None for person in state.people.values()} == {not quirks.get("asset_counts", True)}


async def test_an_empty_library(http: Http, simulator: Simulator, values):
    library = await simulator.add_library("Empty")
    state = await VENDOR.open(http, values, library).fetch(None, EVERYTHING)
    assert (state.library.items, state.library.newest, state.library.newest_at) == (0, None, None)
    assert (state.library.named_people, state.people, state.library.taken_today) == (0, {}, 0)


async def test_a_library_that_is_put_into_the_trash_is_not_found(
    account: GumnutAccount, simulator: Simulator, library, later
):
    state = await account.fetch(None, Wanted())
    await simulator.patch_library(library, trashed=True)
    later(301)
    with pytest.raises(NotFound):
        await account.fetch(state, Wanted())


async def test_libraries_do_not_mix(http: Http, simulator: Simulator, values, library):
    other = await simulator.add_library("Holidays")
    await simulator.add_photo(ANNA, library=other)
    state = await VENDOR.open(http, values, other).fetch(None, Wanted())
    assert (state.library.items, len(state.people)) == (1, 1)
    assert (await VENDOR.open(http, values, library).fetch(None, Wanted())).library.items == 60


@pytest.mark.parametrize("path", ["/api/libraries", "/api/assets$", "/api/people"])
async def test_what_failed_is_asked_for_again(account: GumnutAccount, simulator: Simulator, path):
    before = await account.fetch(None, Wanted())
    await simulator.add_photo(ANNA)
    ids = await ids_of(simulator)
    changed(account, "asset", "asset_created")
    changed(account, "face", "face_updated", person_id=ids[ANNA])
    await simulator.fault(f"GET {path}", status=503)
    with pytest.raises(Unreachable):
        await account.fetch(before, Wanted())
    await simulator.clear_faults()
    state = await account.fetch(before, Wanted())
    assert state.library.items == 61
    assert state.people[ids[ANNA]].photos == before.people[ids[ANNA]].photos + 1


async def test_what_is_switched_off_is_said(http: Http, simulator: Simulator, values, library):
    account = VENDOR.open(http, values, library)
    assert account.switched_off == {}
    await account.fetch(None, Wanted())
    assert account.switched_off == {}
    await simulator.patch_user_settings(face_detection_preference=None)
    account = VENDOR.open(http, values, library)
    await account.fetch(None, Wanted())
    assert account.switched_off == {"faces": "automatic face detection is off"}
    await simulator.patch_library(library, role="viewer")  # of somebody else, whose setting nobody tells
    account = VENDOR.open(http, values, library)
    await account.fetch(None, Wanted())
    assert account.switched_off == {}


async def test_it_is_only_a_photo_library(account: GumnutAccount):
    has = {name for name in ("live", "stills", "archive", "exports", "writer", "history") if getattr(account, name)}
    assert has == set()
    assert await account.fetch(None, Wanted()) != AccountState()


async def test_people_to_choose_from(account: GumnutAccount, simulator: Simulator):
    ids = await ids_of(simulator)
    assert {person.id for person in await account.people.choices(PeopleQuery())} == set(ids.values())
    assert [person.name for person in await account.people.choices(PeopleQuery(name="LINDQ"))] == [ANNA]
    assert [person.name for person in await account.people.choices(PeopleQuery(id=ids[ANNA]))] == [ANNA]
    assert await account.people.choices(PeopleQuery(id="person_nobody")) == ()
    assert all(person.portrait.where for person in await account.people.choices(PeopleQuery()))
    assert await account.people.choices(PeopleQuery(tag="1")) == ()
    assert await account.people.tags() == ()
