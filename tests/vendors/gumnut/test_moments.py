"""What happens in a library: told once, whatever happens on the way; and not at all where it would be thousands."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from itertools import count

from aiohttp import web
import pytest

from custom_components.video_analytics.vendors.gumnut import VENDOR, chosen as chosen_module, moments as moments_module
from custom_components.video_analytics.vendors.gumnut.account import GumnutAccount
from custom_components.video_analytics.vendors.gumnut.client import GumnutClient
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.moments import MomentKind, Recognition, Watermark
from custom_components.video_analytics.vendors.models.photos import Box
from custom_components.video_analytics.vendors.models.state import Wanted
from tests.simulator.client import Simulator
from tests.vendors.server import Server

from . import rows
from .listening import Listener

pytestmark = pytest.mark.usefixtures("hurry")

ANNA = "Anna Lindqvist"
SOFIA = "Sofia Novak"
LENA = "Lena Fischer"
QUIET = 0.4


@pytest.fixture
def listen(account: GumnutAccount):
    """Listen, and stop at the end."""
    listeners: list[Listener] = []

    def start(since: Watermark | None = None, other: GumnutAccount | None = None) -> Listener:
        listeners.append(Listener(other or account, since))
        return listeners[-1]

    yield start
    for listener in listeners:
        listener._task.cancel()


async def test_the_first_start_tells_nothing_of_before(listen, simulator: Simulator):
    listener = await listen().ready()
    await asyncio.sleep(QUIET)
    assert listener.told == []
    assert listener.batches[0].watermark.positions
    assert len(listener.batches) == 1


async def test_a_photo_of_somebody_else_is_told_with_its_picture_person_and_place(
    listen, account: GumnutAccount, simulator: Simulator
):
    listener = await listen().ready()
    photo = await simulator.add_photo(ANNA, SOFIA, place=3)
    await listener.until(lambda told: told.of(MomentKind.PHOTO_ADDED))
    (moment,) = listener.of(MomentKind.PHOTO_ADDED)
    assert moment.id == photo
    assert set(moment.subject.split(", ")) == {ANNA, SOFIA}
    assert moment.place == "Harbour House, Hamburg, Germany"
    assert moment.person is None
    assert moment.instant
    assert moment.attributes["asset_id"] == photo
    picture = await account.moments.picture(moment.picture)
    assert picture.content_type == "image/jpeg"
    assert picture.content.startswith(b"\xff\xd8")
    await asyncio.sleep(QUIET)
    assert len(listener.of(MomentKind.PHOTO_ADDED)) == 1
    assert not listener.late


async def test_each_face_is_told_with_whose_it_is(listen, account: GumnutAccount, simulator: Simulator):
    people = (await simulator.libraries())[0]["people"]
    listener = await listen().ready()
    await simulator.add_photo(ANNA, LENA)
    await listener.until(lambda told: len(told.of(MomentKind.FACE_FOUND)) == 2)
    faces = {moment.subject: moment for moment in listener.of(MomentKind.FACE_FOUND)}
    assert faces[ANNA].person == people[ANNA]
    assert faces[ANNA].recognition is Recognition.KNOWN
    assert 0.8 < faces[ANNA].confidence < 1
    assert faces[ANNA].place == "Harbour House, Hamburg, Germany"
    assert faces[None].person not in people.values()
    assert faces[None].recognition is Recognition.UNKNOWN
    crop = await account.moments.picture(faces[ANNA].picture)
    assert crop.content.startswith(b"\xff\xd8")
    await asyncio.sleep(QUIET)
    assert len(listener.told) == 3


async def test_somebody_new_is_told(http: Http, listen, simulator: Simulator, values):
    library = await simulator.add_library("Holidays")
    account = VENDOR.open(http, values, library)
    listener = await listen(other=account).ready()
    await simulator.add_photo(ANNA, library=library)
    await listener.until(lambda told: told.of(MomentKind.PERSON_FOUND))
    (moment,) = listener.of(MomentKind.PERSON_FOUND)
    assert moment.subject == ANNA
    assert moment.person == moment.id
    assert await account.moments.picture(moment.picture)


async def test_what_is_found_out_later_is_an_update_and_the_face_news(listen, simulator: Simulator):
    await simulator.quirks(processing_seconds=60, clustering_seconds=60)
    listener = await listen().ready()
    await simulator.add_photo(ANNA)
    await listener.until(lambda told: told.of(MomentKind.PHOTO_ADDED))
    (photo,) = listener.told
    assert (photo.subject, photo.place) == (None, None)

    await simulator.advance(61)
    await listener.until(lambda told: told.of(MomentKind.FACE_FOUND) and told.updates)
    assert listener.updates[-1].place
    (face,) = listener.of(MomentKind.FACE_FOUND)
    assert (face.person, face.subject) == (None, None)

    await simulator.advance(61)
    await listener.until(lambda told: len(told.of(MomentKind.FACE_FOUND)) == 2)
    await listener.until(lambda told: told.updates[-1].subject == ANNA)
    assert {moment.id for moment in listener.updates} == {photo.id}
    assert listener.of(MomentKind.FACE_FOUND)[-1].subject == ANNA
    assert len(listener.of(MomentKind.PHOTO_ADDED)) == 1


async def test_a_picture_that_is_not_made_yet_is_none(listen, account: GumnutAccount, simulator: Simulator):
    await simulator.quirks(processing_seconds=60)
    listener = await listen().ready()
    await simulator.add_photo(ANNA)
    await listener.until(lambda told: told.told)
    assert await account.moments.picture(listener.told[0].picture) is None
    await simulator.advance(61)
    await simulator.libraries()
    await listener.until(lambda told: told.of(MomentKind.FACE_FOUND))
    assert await account.moments.picture(listener.told[0].picture)


async def test_a_picture_that_was_made_after_its_photo_was_told_is_an_update(http: Http, server: Server):
    asset = {**rows.ASSET, "asset_urls": None}
    now = datetime.now(UTC).isoformat()
    told = {**rows.CHANGE, "entity_type": "asset", "entity_id": "asset_1", "created_at": now, "payload": None}
    changes = [{**told, "event_type": "asset_created"}]
    numbers = count(1)

    async def answer(request: web.BaseRequest) -> web.Response:
        data = [asset]
        if request.path == "/api/events":
            data, changes[:] = [*changes], []
        return web.json_response({"data": data, "has_more": False, "next_cursor": f"c{next(numbers)}"})

    server.answer(answer)
    listener = Listener(VENDOR.open(http, {"key": "k", "url": str(server.url)}, "lib_1"))
    await listener.until(lambda told: told.told)
    assert listener.told[0].picture.where is None
    changes.append({**told, "event_type": "asset_updated"})
    await asyncio.sleep(QUIET)
    assert listener.updates == []
    asset["asset_urls"] = {"preview": rows.VARIANT}
    changes.append({**told, "event_type": "asset_updated"})
    await listener.until(lambda told: told.updates)
    await listener.stop()
    (update,) = listener.updates
    assert update.id == listener.told[0].id
    assert update.picture.where.reveal() == rows.URL


async def test_an_address_that_has_expired_is_asked_for_again(listen, account: GumnutAccount, simulator: Simulator):
    listener = await listen().ready()
    await simulator.add_photo(ANNA)
    await listener.until(lambda told: len(told.told) == 2)
    await simulator.advance(3600)
    for moment in listener.told:
        assert await account.moments.picture(moment.picture)
    assert not any(request["leaked_key"] for request in await simulator.requests())


async def test_tidying_up_is_no_news(listen, client: GumnutClient, simulator: Simulator, library):
    people = (await simulator.libraries())[0]["people"]
    listener = await listen().ready()
    faces = [face async for face in client.faces.list(library, person=people[ANNA])]
    await client.faces.assign(faces[-1].id, None, library)
    await client.faces.assign(faces[-1].id, people[SOFIA], library)
    await client.people.merge(people[ANNA], [people[SOFIA]])
    await client.assets.update(faces[0].asset_id, {"rating": 5})
    await client.assets.trash(library, [faces[1].asset_id])
    await client.faces.create(faces[-1].asset_id, Box(x=0, y=0, w=50, h=50), person=people[ANNA], library=library)
    before = listener.watermark
    await listener.until(lambda told: told.watermark != before)
    await asyncio.sleep(QUIET)
    assert listener.told == []


async def test_what_is_gone_before_it_was_read_is_not_told(
    listen, account: GumnutAccount, client: GumnutClient, simulator: Simulator, library
):
    watermark = await (await listen().ready()).stop()
    gone = await simulator.add_photo(ANNA)
    kept = await simulator.add_photo(SOFIA)
    await client.assets.trash(library, [gone])
    listener = listen(watermark)
    await listener.until(lambda told: told.of(MomentKind.PHOTO_ADDED))
    await asyncio.sleep(QUIET)
    assert [moment.id for moment in listener.of(MomentKind.PHOTO_ADDED)] == [kept]


async def test_a_restart_neither_loses_nor_repeats(http: Http, listen, simulator: Simulator, values, library):
    listener = await listen().ready()
    first = await simulator.add_photo(ANNA)
    await listener.until(lambda told: len(told.told) == 2)
    watermark = await listener.stop()
    second = await simulator.add_photo(SOFIA)
    again = listen(watermark, VENDOR.open(http, values, library))
    await again.until(lambda told: len(told.told) == 2)
    await asyncio.sleep(QUIET)
    assert [moment.id for moment in listener.of(MomentKind.PHOTO_ADDED)] == [first]
    assert [moment.id for moment in again.of(MomentKind.PHOTO_ADDED)] == [second]


async def test_whoever_listens_anew_is_told_again_what_was_not_stored(listen, simulator: Simulator):
    listener = await listen().ready()
    before = listener.watermark
    await simulator.add_photo(ANNA)
    await listener.until(lambda told: len(told.told) == 2)
    await listener.stop()
    again = listen(before)
    await again.until(lambda told: len(told.told) == 2)
    assert [moment.id for moment in again.told] == [moment.id for moment in listener.told]


async def test_a_cursor_that_moves_without_changes_is_not_written_down(
    http: Http, server: Server, account: GumnutAccount
):
    numbers = count(1)

    async def answer(_: web.BaseRequest) -> web.Response:
        return web.json_response({"data": [], "has_more": False, "next_cursor": f"c{next(numbers)}"})

    server.answer(answer)
    listener = Listener(VENDOR.open(http, {"key": "k", "url": str(server.url)}, "lib_1"))
    await listener.until(lambda _: len(server.requests) > 4)
    await listener.stop()
    assert len(listener.batches) == 1
    assert dict(server.requests[-1].query)["after_cursor"] == f"c{len(server.requests) - 1}"
    assert "created_at_gte" not in dict(server.requests[-1].query)


async def test_what_happened_long_ago_is_late(listen, simulator: Simulator):
    watermark = await (await listen().ready()).stop()
    await simulator.add_photo(ANNA)
    await simulator.advance(1200)  # less than until the world takes a photo of its own
    now = await simulator.add_photo(SOFIA)
    listener = listen(watermark)
    await listener.until(lambda told: len(told.told) == 4)
    assert {moment.subject for moment in listener.late} == {ANNA}
    assert {moment.subject for moment in listener.told if moment not in listener.late} == {SOFIA}
    assert listener.told[-1].start >= listener.told[0].start
    assert now in {moment.id for moment in listener.told}


async def test_whoever_stops_after_the_late_ones_is_told_them_again(listen, simulator: Simulator):
    watermark = await (await listen().ready()).stop()
    await simulator.add_photo(ANNA)
    await simulator.advance(1200)
    await simulator.add_photo(SOFIA)
    listener = listen(watermark)
    await listener.until(lambda told: len(told.told) == 4)
    late, live = (batch for batch in listener.batches if batch.moments)
    assert late.late
    assert late.watermark == watermark != live.watermark


@pytest.mark.parametrize("times", [1, 3])
async def test_a_bad_cursor_begins_anew_without_repeating(
    http: Http, listen, simulator: Simulator, values, library, times
):
    listener = await listen().ready()
    first = await simulator.add_photo(ANNA)
    await listener.until(lambda told: len(told.told) == 2)
    for _ in range(times):
        await simulator.restore_feed()
        await asyncio.sleep(QUIET)
    second = await simulator.add_photo(SOFIA)
    await listener.until(lambda told: len(told.told) == 4)
    assert [moment.id for moment in listener.of(MomentKind.PHOTO_ADDED)] == [first, second]

    watermark = await listener.stop()
    await simulator.restore_feed()
    third = await simulator.add_photo(ANNA, place=1)
    again = listen(watermark, VENDOR.open(http, values, library))
    await again.until(lambda told: len(told.told) == 2)
    await asyncio.sleep(QUIET)
    assert [moment.id for moment in again.of(MomentKind.PHOTO_ADDED)] == [third]


@pytest.mark.parametrize("stored", ["", "nonsense", "{}", '{"since": "yesterday"}', '{"cursor": "x"}', "[1]"])
async def test_a_position_that_cannot_be_read_begins_at_the_present(listen, simulator: Simulator, stored):
    listener = await listen(Watermark({"changes": stored})).ready()
    await asyncio.sleep(QUIET)
    assert listener.told == []
    await simulator.add_photo(ANNA)
    await listener.until(lambda told: len(told.told) == 2)


async def test_a_burst_of_photos_is_told_as_a_whole(listen, simulator: Simulator):
    listener = await listen().ready()
    await simulator.add_photo(ANNA)
    await simulator.add_photo(SOFIA, count=120)
    for kind in (MomentKind.PHOTO_ADDED, MomentKind.FACE_FOUND):
        await listener.until(lambda told, kind=kind: len(told.of(kind)) == 121)
        assert [moment.subject for moment in listener.of(kind)].count(ANNA) == 1
    assert not listener.late


async def test_what_is_found_out_about_a_burst_is_told(listen, simulator: Simulator):
    await simulator.quirks(processing_seconds=60)
    listener = await listen().ready()
    await simulator.add_photo(SOFIA, count=120)
    await listener.until(lambda told: len(told.told) == 120)
    await simulator.advance(61)
    await listener.until(lambda told: len({moment.id for moment in told.updates}) == 120)


async def test_of_more_than_anybody_uploads_the_latest_are_told(listen, simulator: Simulator, monkeypatch, caplog):
    watermark = await (await listen().ready()).stop()
    monkeypatch.setattr(chosen_module, "MOST_LIVE", 5)
    await simulator.add_photo(ANNA, count=7)
    last = await simulator.add_photo(SOFIA)
    listener = listen(watermark)
    await listener.until(lambda told: told.told)
    await asyncio.sleep(QUIET)
    assert len(listener.of(MomentKind.PHOTO_ADDED)) == len(listener.of(MomentKind.FACE_FOUND)) == 5
    assert last in {moment.id for moment in listener.told}
    assert not listener.late
    (warning,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert "9 changes" in warning  # three photos, and three faces that were found and recognized


async def test_of_what_is_late_each_face_counts_once(listen, simulator: Simulator):
    watermark = await (await listen().ready()).stop()
    await simulator.add_photo(ANNA, count=60)  # each face is found, and then recognized
    await simulator.advance(1200)
    listener = listen(watermark)
    await listener.until(lambda told: told.told)
    await asyncio.sleep(QUIET)
    assert len(listener.of(MomentKind.PHOTO_ADDED)) == len(listener.of(MomentKind.FACE_FOUND)) == 50
    assert listener.late == listener.told


async def test_ten_thousand_changes_are_state_and_few_moments(
    http: Http, listen, account: GumnutAccount, simulator: Simulator
):
    await simulator.quirks(photo_minutes=0)
    state = await account.fetch(None, Wanted())
    watermark = await (await listen().ready()).stop()
    await simulator.add_photo(ANNA, count=2500)  # each of them five changes
    await simulator.advance(3600)
    last = await simulator.add_photo(SOFIA)
    await simulator.forget_requests()
    listener = listen(watermark)
    await listener.until(lambda told: last in {moment.id for moment in told.told})
    await asyncio.sleep(QUIET)
    late = Counter(moment.kind for moment in listener.late)
    assert late == dict.fromkeys((MomentKind.PHOTO_ADDED, MomentKind.FACE_FOUND), chosen_module.MOST_LATE)
    assert {moment.subject for moment in listener.told if moment not in listener.late} == {SOFIA}
    assert len({moment.id for moment in listener.told}) == len(listener.told)
    asked = [str(request["path"]) for request in await simulator.requests()]
    assert asked.count("/api/assets") + asked.count("/api/faces") + asked.count("/api/people") <= 3
    state = await account.fetch(state, Wanted())
    assert state.library.items == 60 + 2501
    assert next(person.photos for person in state.people.values() if person.name == ANNA) > 2500


async def test_whoever_stops_in_the_middle_of_thousands_goes_on_there(listen, simulator: Simulator):
    watermark = await (await listen().ready()).stop()
    await simulator.add_photo(count=1000)
    await simulator.advance(3600)
    listener = listen(watermark)
    await listener.until(lambda told: len(told.batches) > 2)
    middle = listener.batches[0].watermark
    assert middle != watermark
    last = await simulator.add_photo(SOFIA)
    await listener.stop()
    again = listen(middle)
    await again.until(lambda told: last in {moment.id for moment in told.told})


async def test_an_outage_is_waited_out_and_shows(listen, account: GumnutAccount, simulator: Simulator):
    listener = await listen().ready()
    await simulator.fault("GET /api/events", status=503)
    await listener.until(lambda _: not account.moments.status.connected)
    photo = await simulator.add_photo(ANNA)
    await simulator.clear_faults()
    await listener.until(lambda told: told.of(MomentKind.PHOTO_ADDED))
    assert listener.told[0].id == photo
    assert account.moments.status.connected


@pytest.mark.parametrize("path", ["/api/assets", "/api/faces"])
async def test_nothing_is_lost_when_reading_again_fails(listen, account: GumnutAccount, simulator: Simulator, path):
    listener = await listen().ready()
    await simulator.fault(f"GET {path}$", status=503)
    await simulator.add_photo(ANNA)
    await listener.until(lambda _: not account.moments.status.connected)
    assert listener.told == []
    await simulator.clear_faults()
    await listener.until(lambda told: len(told.told) == 2)


async def test_a_vendor_that_asks_for_quiet_gets_it(http: Http, listen, account: GumnutAccount, simulator: Simulator):
    listener = await listen().ready()
    await simulator.fault("GET /api/events", status=429, retry_after=1, times=1)
    await listener.until(lambda _: not account.moments.status.connected)
    await simulator.forget_requests()
    await asyncio.sleep(0.5)
    assert await simulator.requests() == []
    assert account.moments.status.expected_delay.total_seconds() > 0
    await listener.until(lambda _: account.moments.status.connected)


@pytest.mark.parametrize(
    "quirks", [{"nulls": False}, {"extra_fields": True}, {"unknown_enums": True}, {"signed": "stable"}], ids=str
)
async def test_every_reading_tells_the_same(listen, simulator: Simulator, quirks):
    await simulator.quirks(**quirks)
    listener = await listen().ready()
    await simulator.add_photo(ANNA)
    await listener.until(lambda told: len(told.told) == 2)
    assert {moment.subject for moment in listener.told} == {ANNA}


async def test_changes_that_come_late_are_told(listen, simulator: Simulator):
    await simulator.settings(event_delay_seconds=30)
    listener = await listen().ready()
    photo = await simulator.add_photo(ANNA)
    await asyncio.sleep(QUIET)
    assert listener.told == []
    await simulator.advance(31)
    await listener.until(lambda told: told.told)
    assert listener.told[0].id == photo


async def test_the_world_goes_on_taking_photos(listen, simulator: Simulator):
    listener = await listen().ready()
    await simulator.advance(3600)
    await listener.until(lambda told: len(told.of(MomentKind.PHOTO_ADDED)) == 2)


async def test_one_request_a_minute_and_more_after_a_photo(
    http: Http, listen, account: GumnutAccount, simulator: Simulator, monkeypatch
):
    monkeypatch.setattr(moments_module, "INTERVAL", 60.0)
    listener = await listen().ready()
    await simulator.forget_requests()
    await asyncio.sleep(QUIET)
    assert await simulator.requests() == []
    account.moments.hint()
    await asyncio.sleep(QUIET)
    assert len(await simulator.requests()) == 1
    await simulator.add_photo(ANNA)
    account.moments.hint()  # from now on it asks often
    await listener.until(lambda told: told.told)
    await asyncio.sleep(QUIET)
    assert len(await simulator.requests()) > 5
