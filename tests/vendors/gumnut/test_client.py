"""Each call of the client against the simulator, and what it sends."""

from datetime import UTC, date, datetime

import pytest

from custom_components.video_analytics.vendors.errors import NotFound, NotPermitted, RateLimited, Rejected, Unreachable
from custom_components.video_analytics.vendors.form import FormFile
from custom_components.video_analytics.vendors.gumnut import wire
from custom_components.video_analytics.vendors.gumnut.client import GumnutClient
from custom_components.video_analytics.vendors.gumnut.client.assets import Filters, Include
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.photos import Box
from custom_components.video_analytics.vendors.secret import Secret
from tests.simulator.client import Simulator
from tests.vendors.server import Server, body, json

ANNA = "Anna Lindqvist"
SOFIA = "Sofia Novak"
AT = datetime(2026, 4, 10, 8, tzinfo=UTC)


@pytest.fixture
async def people(simulator: Simulator) -> dict[str, str]:
    """The ids of people by name."""
    return (await simulator.libraries())[0]["people"]


async def assets(client: GumnutClient, library: str, *filters: Filters, **options: object) -> list[wire.Asset]:
    """Return a list of assets."""
    return [asset async for asset in client.assets.list(library, *filters, **options)]


async def test_libraries(simulator: Simulator, client: GumnutClient, library):
    (found,) = await client.libraries.list()
    assert (found.id, found.name, found.asset_count, found.role) == (library, "Harbour House", 60, "owner")
    assert found == await client.libraries.get(library)
    await simulator.patch_library(library, trashed=True)
    assert await client.libraries.list() == ()
    assert len(await client.libraries.list("trashed")) == 1


async def test_tasks(simulator: Simulator, client: GumnutClient, library):
    assert await client.libraries.tasks(library) == ()
    await simulator.quirks(processing_seconds=60)
    photo = await simulator.add_photo(ANNA)
    (task,) = await client.libraries.tasks(library, "pending")
    assert (task.asset_id, task.status, task.task_type) == (photo, "pending", "face_detection")
    assert await client.libraries.tasks(library, "failure") == ()


async def test_changes_are_read_page_by_page(client: GumnutClient, library):
    read, cursor = [], None
    while True:
        page = await client.libraries.changes(library, after=cursor, limit=50)
        read += page.data
        cursor = page.next_cursor
        if not page.has_more:
            break
    assert len(read) > 200
    assert read[0].event_type == "asset_created"
    empty = await client.libraries.changes(library, after=cursor)
    assert (empty.data, empty.has_more, empty.next_cursor) == ([], False, cursor)
    fresh = await client.libraries.changes(library, since=datetime.now(UTC))
    assert (fresh.data, fresh.next_cursor) == ([], None)
    people = await client.libraries.changes(library, entities=["person", "album"])
    assert {change.entity_type for change in people.data} == {"person", "album"}


@pytest.mark.parametrize("cursor", ["nonsense", "bGliXzEvMS8x"])
async def test_a_bad_cursor_is_rejected(client: GumnutClient, library, cursor):
    with pytest.raises(Rejected):
        await client.libraries.changes(library, after=cursor)


async def test_all_assets_are_read_whatever_the_size_of_pages(simulator: Simulator, client: GumnutClient, library):
    await simulator.add_photo(count=345)
    found = await assets(client, library)
    assert len(found) == len({asset.id for asset in found}) == 405
    asked = [request for request in await simulator.requests() if request["path"] == "/api/assets"]
    assert len(asked) == 3
    assert [asset.id for asset in await assets(client, library, limit=7)] == [asset.id for asset in found[:7]]


async def test_the_latest_comes_first_by_the_clock_on_the_wall(client: GumnutClient, library):
    taken = [asset.local_datetime.replace(tzinfo=None) for asset in await assets(client, library)]
    assert taken == sorted(taken, reverse=True)


async def test_some_cameras_know_no_offset(client: GumnutClient, library):
    assert {asset.local_datetime.tzinfo is None for asset in await assets(client, library)} == {True, False}


async def test_filters(simulator: Simulator, client: GumnutClient, library, people):
    both = await simulator.add_photo(ANNA, SOFIA, place=6)
    found = await assets(client, library, Filters(people=(people[ANNA], people[SOFIA])), include=[Include.PEOPLE])
    assert both in {asset.id for asset in found}
    for asset in found:
        assert {people[ANNA], people[SOFIA]} <= {person.id for person in asset.people}
    videos = await assets(client, library, Filters(media_type="video"))
    assert len(videos) == 3
    assert all(asset.duration for asset in videos)
    (album, *_) = [album async for album in client.albums.list(library)]
    assert len(await assets(client, library, Filters(album=album.id))) == album.asset_count
    near = await assets(client, library, Filters(center=(53.5483, 9.9706), radius=10), include=[Include.METADATA])
    assert both in {asset.id for asset in near}
    assert {asset.metadata.latitude for asset in near} == {53.5483}
    assert await assets(client, library, Filters(center=(0.0, 0.0), radius=50_000)) == []


@pytest.mark.parametrize("zone", [None, UTC])
async def test_times_exclude_both_ends(client: GumnutClient, library, zone):
    middle = (await assets(client, library))[30].local_datetime
    if zone and middle.tzinfo is None:
        middle = middle.replace(tzinfo=UTC)
    bound = middle.astimezone(UTC) if zone else middle.replace(tzinfo=None)
    after = await assets(client, library, Filters(after=bound))
    before = await assets(client, library, Filters(before=bound))
    assert len(after) + len(before) == 59


async def test_what_is_asked_for_comes_along(simulator: Simulator, client: GumnutClient, library):
    photo = await simulator.add_photo(ANNA, SOFIA)
    lean = await client.assets.get(photo)
    assert (lean.metadata, lean.people, lean.faces) == (None, None, None)
    assert list(lean.asset_urls) == ["thumbnail"]
    whole = await client.assets.get(photo, [*Include])
    assert {person.name for person in whole.people} == {ANNA, SOFIA}
    assert {face.person_id for face in whole.faces} == {person.id for person in whole.people}
    assert whole.metadata.display_label
    assert {"thumbnail", "preview", "fullsize", "original"} <= whole.asset_urls.keys()


async def test_ids_are_looked_up_in_lots(simulator: Simulator, client: GumnutClient, library):
    await simulator.add_photo(count=345)
    ids = [asset.id for asset in await assets(client, library)]
    await simulator.forget_requests()
    assert {asset.id for asset in await assets(client, library, ids=[*ids, "asset_gone"])} == set(ids)
    assert len(await simulator.requests()) == 3


async def test_counts(client: GumnutClient, library):
    by_day = [bucket async for bucket in client.assets.counts(library, "day", limit=5)]
    assert sum(bucket.count for bucket in by_day) == 60
    assert len(by_day) > 15
    since = Filters(after=datetime.fromisoformat(by_day[3].time_bucket))
    some = [bucket async for bucket in client.assets.counts(library, "day", since)]
    assert some == by_day[:4]
    with pytest.raises(Rejected) as caught:
        _ = [bucket async for bucket in client.assets.counts(library, "day", Filters(after=AT))]
    assert "timezone" in caught.value.reason


async def test_upload_change_and_trash(client: GumnutClient, library):
    async def chunks():
        yield b"\xff\xd8"
        yield b"\xff\xd9 no real picture"

    for content in (chunks(), b"\xff\xd8\xff\xd9 no real picture"):  # the same bytes again are the same asset
        file = FormFile("Снимок.jpg", content, "image/jpeg")
        asset = await client.assets.upload(
            library, file, device="home", device_asset="1", created=AT, modified=AT.replace(tzinfo=None)
        )
        assert (asset.original_file_name, asset.mime_type) == ("Снимок.jpg", "image/jpeg")
        assert asset.local_datetime == AT
    assert len(await assets(client, library)) == 61
    changed = await client.assets.update(asset.id, {"description": "The gate", "rating": 5})
    assert (changed.metadata.description, changed.metadata.rating) == ("The gate", 5)
    await client.assets.trash(library, [asset.id])
    assert asset.id not in {found.id for found in await assets(client, library)}
    assert (await client.assets.get(asset.id)).trashed_at
    await client.assets.restore(library, [asset.id])
    assert (await client.assets.get(asset.id)).trashed_at is None


async def test_uploads_that_are_refused(simulator: Simulator, client: GumnutClient, library):
    def upload(name: str):
        file = FormFile(name, b"bytes")
        return client.assets.upload(library, file, device="d", device_asset="1", created=AT, modified=AT)

    with pytest.raises(Rejected) as caught:
        await upload("report.pdf")
    assert "neither image nor video" in caught.value.reason
    await simulator.patch_library(library, storage_limit=1)
    with pytest.raises(Rejected) as caught:
        await upload("a.jpg")
    assert caught.value.reason == "The storage is full"


async def test_people(client: GumnutClient, library, people):
    named = [person async for person in client.people.list(library)]
    assert {person.name for person in named} == set(people)
    everybody = [person async for person in client.people.list(library, names="all", hidden=True)]
    assert len(everybody) == len(named) + 2
    assert [person.id async for person in client.people.list(library, name="anna")] == [people[ANNA]]
    assert [person.id async for person in client.people.list(library, ids=[people[ANNA], "x"])] == [people[ANNA]]

    added = await client.people.create(library, name=" Ines ", birth_date=date(2001, 2, 3), favorite=True)
    assert (added.name, added.birth_date, added.is_favorite) == ("Ines", date(2001, 2, 3), True)
    assert (await client.people.create(library, name="INES")).id == added.id
    with pytest.raises(Rejected) as caught:
        await client.people.create(library, name="ines", favorite=False)
    assert caught.value.reason == "Somebody else has this name"
    with pytest.raises(Rejected):
        await client.people.update(added.id, name=ANNA)
    changed = await client.people.update(added.id, hidden=True)
    assert (changed.name, changed.is_hidden) == ("Ines", True)
    await client.people.delete(added.id)
    with pytest.raises(NotFound):
        await client.people.get(added.id)


async def test_merging(client: GumnutClient, library, people):
    merged = await client.people.merge(people[ANNA], [people[SOFIA]])
    assert merged.name == ANNA
    with pytest.raises(NotFound):
        await client.people.get(people[SOFIA])
    one, other = [await client.people.create(library) for _ in range(2)]
    assert await client.people.merge(one.id, [other.id]) is None


async def test_faces(simulator: Simulator, client: GumnutClient, library, people):
    photo = await simulator.add_photo(ANNA)
    (face,) = [face async for face in client.faces.list(library, asset=photo)]
    assert (face.person_id, face.source) == (people[ANNA], "automatic")
    assert (await client.faces.get(face.id, library)).cluster_assignment is None
    assert (await client.faces.get(face.id, library, diagnostics=True)).cluster_assignment.candidates
    assert (await client.faces.assign(face.id, None, library)).person_id is None
    assert (await client.faces.assign(face.id, people[SOFIA])).person_id == people[SOFIA]
    assert face.id in {found.id async for found in client.faces.list(library, person=people[SOFIA])}
    added = await client.faces.create(photo, Box(x=1180, y=620, w=100, h=100), person=people[ANNA], library=library)
    assert (added.source, added.confidence, added.person_id) == ("manual", None, people[ANNA])
    assert added.bounding_box == wire.BoundingBox(x=1180, y=620, w=100, h=100)
    with pytest.raises(Rejected) as caught:
        await client.faces.create(photo, Box(x=1181, y=620, w=100, h=100), library=library)
    assert caught.value.reason == "The box does not fit into the picture"
    with pytest.raises(Rejected) as caught:
        await client.faces.create(photo, Box(x=-1, y=0, w=1, h=1), library=library)
    assert caught.value.reason.startswith("bounding_box.x: ")
    await client.faces.delete(added.id, library)
    assert [found.id async for found in client.faces.list(library, asset=photo)] == [face.id]


async def test_albums(client: GumnutClient, library):
    albums = [album async for album in client.albums.list(library)]
    assert [album.name for album in albums] == ["Family", "Staff"]
    assert albums[0].asset_count
    assert albums[0].asset_urls["thumbnail"].url
    assert (await client.albums.get(albums[0].id)).name == "Family"
    assert [album.name async for album in client.albums.list(library, name="sta")] == ["Staff"]


async def test_search_by_text_pages_by_number(simulator: Simulator, client: GumnutClient, library):
    await simulator.add_photo(count=260)
    await simulator.forget_requests()
    found = [result async for result in client.search.find(library, text="kitchen harbour", limit=200)]
    assert len(found) == 200
    assert found[0].distance == 0
    assert "kitchen" in found[0].asset.description
    assert [result.distance for result in found] == sorted(result.distance for result in found)
    few = [result async for result in client.search.find(library, text="kitchen", limit=3)]
    assert len(few) == 3
    assert [result async for result in client.search.find(library, text="zeppelin")] == []


async def test_pages_of_a_search(server: Server, faked: GumnutClient):
    def page(*ids: str, more: bool):
        return json({"data": [{"asset": {"id": key}} for key in ids], "has_more": more})

    server.answer(page("a", "b", more=True), page("c", more=True), page(more=True))
    found = [result.asset.id async for result in faked.search.find("lib_1", text="x", limit=9)]
    assert found == ["a", "b", "c"]
    assert [dict(request.query)["page"] for request in server.requests] == ["1", "2", "3"]


async def test_search_by_picture(simulator: Simulator, http: Http, client: GumnutClient, library, people):
    photo = await simulator.add_photo(ANNA, SOFIA, place=5)
    urls = (await client.assets.get(photo, [Include.VARIANTS])).asset_urls
    picture = (await http.picture(Secret(urls["preview"].url), "preview")).content
    found = [result async for result in client.search.find(library, picture=picture, include=[Include.PEOPLE], limit=3)]
    assert found[0].asset.id == photo
    assert found[0].distance < 0.02
    assert {person.id for person in found[0].asset.people} == {people[ANNA], people[SOFIA]}
    filters = Filters(people=(people[ANNA], people[SOFIA]), center=(53.5479, 9.9699), radius=20)
    narrowed = [
        result async for result in client.search.find(library, text="kitchen", picture=picture, filters=filters)
    ]
    assert photo in {result.asset.id for result in narrowed}
    with pytest.raises(Rejected):
        _ = [result async for result in client.search.find(library, picture=b"no picture")]


async def test_a_search_needs_a_criterion(client: GumnutClient, library):
    with pytest.raises(Rejected):
        _ = [result async for result in client.search.find(library, filters=Filters(center=(1.0, 2.0), radius=3))]


async def test_lists_are_repeated_and_what_is_none_is_left_out(server: Server, faked: GumnutClient):
    server.answer(json({"data": [], "has_more": False}))
    filters = Filters(people=("a", "b"), center=(53.5, 9.75), radius=250, after=AT, before=AT.replace(tzinfo=None))
    _ = [asset async for asset in faked.assets.list("lib_1", filters, ids=["x", "y"], include=[Include.FACES])]
    assert server.requests[0].query == (
        ("library_id", "lib_1"),
        ("include", "faces"),
        ("person_ids", "a"),
        ("person_ids", "b"),
        ("center", "9.75,53.5"),
        ("radius", "250"),
        ("local_datetime_after", "2026-04-10T08:00:00Z"),
        ("local_datetime_before", "2026-04-10T08:00:00"),
        ("ids", "x"),
        ("ids", "y"),
        ("limit", "200"),
    )


@pytest.mark.parametrize(
    "pages",
    [
        [{"data": [{"id": "a"}], "has_more": True}],
        [{"data": [{"id": "a"}], "has_more": True}, {"data": [], "has_more": True}],
        [{"data": [{"id": "a"}]}],
    ],
)
async def test_pages_that_do_not_go_on_end(server: Server, faked: GumnutClient, pages):
    server.answer(*[json(page) for page in pages])
    found = [album async for album in faked.albums.list("lib_1")]
    assert 1 <= len(found) <= 2
    assert len(server.requests) <= 2


@pytest.mark.parametrize("shape", ["detail", "message", "object"])
async def test_each_shape_of_errors_has_its_reason(simulator: Simulator, client: GumnutClient, shape):
    await simulator.quirks(errors=shape)
    await simulator.add_library("Another")
    with pytest.raises(Rejected) as caught:
        await client.faces.create("asset_1", Box(x=0, y=0, w=1, h=1))
    assert caught.value.reason == "library_id is required, since there are several libraries"


async def test_rights(simulator: Simulator, client: GumnutClient, library, people):
    await simulator.patch_library(library, role="viewer")
    with pytest.raises(NotPermitted):
        await client.people.update(people[ANNA], favorite=False)
    with pytest.raises(NotFound):
        await client.people.get("person_nobody")


@pytest.mark.parametrize(("status", "error"), [(429, RateLimited), (500, Unreachable), (502, Unreachable)])
async def test_statuses(server: Server, faked: GumnutClient, status, error):
    server.answer(body(status=status, headers={"Retry-After": "3"}))
    with pytest.raises(error):
        await faked.libraries.me()
