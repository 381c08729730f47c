"""A library through the contract."""

from datetime import UTC, date, datetime, timedelta, timezone
import io

from PIL import Image
import pytest

from custom_components.video_analytics.vendors.budget import Urgency
from custom_components.video_analytics.vendors.errors import BadAnswer, Conflict, NotFound, Rejected
from custom_components.video_analytics.vendors.gumnut import VENDOR
from custom_components.video_analytics.vendors.gumnut.account import GumnutAccount
from custom_components.video_analytics.vendors.gumnut.pictures import reference
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.moments import PictureRef
from custom_components.video_analytics.vendors.models.photos import AssetDraft, AssetQuery, Box, PersonDraft
from tests.simulator.client import Simulator
from tests.vendors.conftest import KEY
from tests.vendors.server import Server, body, consume, json

ANNA = "Anna Lindqvist"
SOFIA = "Sofia Novak"
NOW = datetime(2026, 4, 10, 8, tzinfo=UTC)
JPEG = b"\xff\xd8"


@pytest.fixture
async def people(simulator: Simulator) -> dict[str, str]:
    """The ids of people by name."""
    return (await simulator.libraries())[0]["people"]


async def found(account: GumnutAccount, **query: object) -> list[str]:
    """Return the ids of what is found."""
    return [asset.id async for asset in account.photos.find(AssetQuery(**query))]


async def test_the_newest(account: GumnutAccount, simulator: Simulator, people):
    photo = await simulator.add_photo(ANNA, SOFIA, place=5)
    (asset,) = [asset async for asset in account.photos.find(AssetQuery(limit=1))]
    assert asset.id == photo
    assert (asset.width, asset.height, asset.mime_type) == (1280, 720, "image/jpeg")
    assert asset.people == (people[ANNA], people[SOFIA])
    assert asset.names == (ANNA, SOFIA)
    assert asset.place == "Harbour House, Hamburg, Germany"
    assert asset.location == (53.5479, 9.9699)
    assert "kitchen" in asset.description
    assert asset.added - asset.taken < timedelta(seconds=2)
    assert ANNA not in repr(asset)
    assert "Harbour" not in repr(asset)
    for ref, width in (
        (asset.preview, 720),
        (asset.thumbnail, 360),
        (asset.fullsize, 1280),  # as wide as the original, since nothing is enlarged
        (PictureRef(asset.thumbnail.id), 360),
        (PictureRef(asset.fullsize.id), 1280),
        (PictureRef(asset.preview.id), 720),
        (PictureRef(f"asset/{photo}"), 720),  # as it was written down before versions were known
    ):
        picture = await account.photos.picture(ref)
        assert Image.open(io.BytesIO(picture.content)).width == width
    again = await account.photos.asset(photo)
    assert (again.names, again.place) == (asset.names, asset.place)


async def test_finding(account: GumnutAccount, simulator: Simulator, people):
    photo = await simulator.add_photo(ANNA, SOFIA, place=5)
    assert await found(account, text="kitchen", people=(people[ANNA], people[SOFIA]), limit=1) == [photo]
    assert photo in await found(account, people=(people[ANNA], people[SOFIA]))
    assert photo in await found(account, near=(53.5479, 9.9699), radius=20.0)
    assert await found(account, near=(0.0, 0.0), radius=20.0) == []
    assert await found(account, after=datetime.now(UTC) - timedelta(minutes=5)) == [photo]
    assert len(await found(account)) == 50
    assert await found(account, limit=0) == []
    picture = await account.photos.picture(reference("asset", photo))
    assert (await found(account, picture=picture.content, limit=1)) == [photo]
    (album, *_) = [album async for album in account.photos.albums() if album.name == "Family"]
    assert len(await found(account, album=album.id, limit=100)) == album.assets
    assert (await account.photos.picture(album.cover)).content.startswith(JPEG)


@pytest.mark.parametrize(
    "query",
    [
        {"after": NOW, "before": NOW.replace(tzinfo=None)},
        {"near": (1.0, 2.0)},
        {"near": (1.0, 2.0), "radius": 0.0},
        {"near": (1.0, 2.0), "radius": 50_001.0},
    ],
)
async def test_what_the_vendor_does_not_take_is_not_sent(http: Http, server: Server, query):
    account = VENDOR.open(http, {"key": KEY, "url": str(server.url)}, "lib_1")
    with pytest.raises(Rejected) as caught:
        await found(account, **query)
    assert caught.value.reason
    assert server.requests == []


async def test_pictures_and_originals(account: GumnutAccount, http: Http, simulator: Simulator, people):
    photo = await simulator.add_photo(ANNA)
    for ref in (reference("asset", photo), reference("person", people[ANNA])):
        assert (await account.photos.picture(ref)).content.startswith(JPEG)
    original = await consume(account.photos.original(photo))
    assert len(original) == (await account.photos.asset(photo)).size
    async with account.photos.original(photo) as download:
        assert (download.content_type, download.size) == ("image/jpeg", len(original))
    assert not any(request["leaked_key"] for request in await simulator.requests())


async def test_a_video_has_a_still_and_plays(account: GumnutAccount, simulator: Simulator):
    video = await simulator.add_photo(ANNA, video=True)
    asset = await account.photos.asset(video)
    assert (asset.mime_type, asset.duration) == ("video/mp4", 2.0)
    assert (await account.photos.picture(asset.preview)).content.startswith(JPEG)
    assert b"ftyp" in (await consume(account.photos.original(video)))[:12]


async def test_parts_of_a_video(account: GumnutAccount, simulator: Simulator):
    video = await simulator.add_photo(ANNA, video=True)
    content = await consume(account.photos.original(video))
    await simulator.forget_requests()
    for _ in range(3):
        async with account.photos.original(video, "bytes=2-9") as download:
            assert (download.size, download.content_range) == (8, f"bytes 2-9/{len(content)}")
            assert b"".join([chunk async for chunk in download.chunks]) == content[2:10]
    paths = [request["path"] for request in await simulator.requests()]
    assert paths == ["/api/assets", *[f"/media/{video}/original"] * 3]
    await simulator.advance(24 * 3600)  # the address is not good any more
    assert len(await consume(account.photos.original(video, "bytes=2-9"))) == 8
    with pytest.raises(Rejected):
        await consume(account.photos.original(video, f"bytes={len(content)}-"))


async def test_an_asset_of_another_library_is_not_found(account: GumnutAccount, simulator: Simulator):
    other = await simulator.add_photo(ANNA, library=await simulator.add_library("Holidays"))
    mine = await simulator.add_photo(ANNA)
    for asset in (other, "asset_none", f"{mine},{other}", "../people"):
        with pytest.raises(NotFound):
            await account.photos.asset(asset)


async def test_months(account: GumnutAccount, simulator: Simulator):
    await simulator.quirks(photo_minutes=0)
    await simulator.set_time("2031-05-31T23:30:00+01:00")
    await simulator.add_photo(ANNA, offset=False, count=3)
    await simulator.set_time("2031-12-01T00:00:00+01:00")
    await simulator.add_photo(ANNA)
    months = await account.photos.months()
    assert [*months.items()][:2] == [(date(2031, 12, 1), 1), (date(2031, 5, 1), 3)]
    assert [*months] == sorted(months, reverse=True)
    assert sum(months.values()) == len(await found(account, limit=1000))


@pytest.mark.parametrize("bucket", ["", "soon", "2031-13-01T00:00:00"])
async def test_a_month_that_is_none_is_a_bad_answer(http: Http, server: Server, bucket):
    account = VENDOR.open(http, {"key": KEY, "url": str(server.url)}, "lib_1")
    server.answer(json({"data": [{"time_bucket": bucket, "count": 1}], "has_more": False}))
    with pytest.raises(BadAnswer):
        await account.photos.months()


@pytest.mark.parametrize("ref", ["asset/asset_gone", "person/person_gone", "face/f", "album/a", "nonsense", "what/x"])
async def test_a_picture_of_nothing_is_not_found(account: GumnutAccount, ref):
    with pytest.raises(NotFound):
        await account.photos.picture(PictureRef(ref))
    assert await account.moments.picture(PictureRef(ref)) is None


@pytest.mark.parametrize("subject", ["asset", "thumbnail", "person", "face", "album"])
async def test_what_an_event_shows_takes_its_turn(http: Http, server: Server, monkeypatch, subject):
    taken: list[tuple[str, Urgency]] = []

    async def take(what: str, urgency: Urgency = Urgency.BACKGROUND) -> None:
        taken.append((what.partition("/x")[0], urgency))

    monkeypatch.setattr(http.budget, "take", take)
    monkeypatch.setattr(http.pictures, "take", take)
    account = VENDOR.open(http, {"key": KEY, "url": str(server.url)}, "lib_1")
    row = {"id": "x", "asset_id": "y", "asset_urls": {"thumbnail": {"url": str(server.url)}}}
    row = {**row, "data": [row], "has_more": False}  # an asset is asked for by the list
    server.answer(json(row), body(JPEG, headers={"Content-Type": "image/jpeg"}))
    assert await account.moments.picture(PictureRef(f"{subject}/x"), Urgency.EVENT)
    assert [urgency for _, urgency in taken] == [Urgency.BACKGROUND, Urgency.EVENT]
    taken.clear()
    server.answer(json(row), body(JPEG, headers={"Content-Type": "image/jpeg"}))
    assert await account.photos.picture(PictureRef(f"{subject}/x"))
    assert [urgency for _, urgency in taken] == [Urgency.PERSON, Urgency.PERSON]


async def test_somebody_without_a_portrait(account: GumnutAccount):
    person = await account.photos.save_person(None, PersonDraft(name="Ines"))
    assert person.portrait is None
    with pytest.raises(NotFound):
        await account.photos.picture(reference("person", person.id))


async def test_an_asset_without_an_original_is_not_found(http: Http, server: Server):
    account = VENDOR.open(http, {"key": KEY, "url": str(server.url)}, "lib_1")
    server.answer(json({"data": [{"id": "asset_1", "asset_urls": {}}], "has_more": False}))
    with pytest.raises(NotFound):
        await consume(account.photos.original("asset_1"))


async def test_upload(account: GumnutAccount, simulator: Simulator):
    photo = await simulator.add_photo(ANNA)
    content = await consume(account.photos.original(photo)) + b"a little more"

    async def chunks():
        for start in range(0, len(content), 1000):
            yield content[start : start + 1000]

    draft = AssetDraft(
        name="gate.jpg", mime_type="image/jpeg", created=NOW, modified=NOW, device="home", device_asset="gate 1"
    )
    asset = await account.photos.upload(draft, chunks())
    assert (asset.name, asset.size, asset.width, asset.taken) == ("gate.jpg", len(content), 1280, NOW)
    assert (await account.photos.upload(draft, chunks())).id == asset.id
    assert await consume(account.photos.original(asset.id)) == content


async def test_an_upload_keeps_the_time_on_the_wall(account: GumnutAccount):
    async def chunks():
        yield b"no real picture"

    here = NOW.astimezone(timezone(timedelta(hours=5)))
    draft = AssetDraft(
        name="gate.jpg", mime_type="image/jpeg", created=here, modified=NOW, device="home", device_asset="gate 1"
    )
    asset = await account.photos.upload(draft, chunks())
    assert asset.taken.isoformat() == "2026-04-10T13:00:00+05:00"


async def test_faces(account: GumnutAccount, simulator: Simulator, people):
    photo = await simulator.add_photo(ANNA)
    (face,) = await account.photos.faces(photo)
    assert (face.asset, face.person, face.manual) == (photo, people[ANNA], False)
    assert face.box.fits(1280, 720)
    assert (await account.photos.assign_face(face.id, people[SOFIA])).person == people[SOFIA]
    assert (await account.photos.assign_face(face.id, None)).person is None
    box = Box(x=1000, y=600, w=280, h=120)
    added = await account.photos.create_face(photo, box, people[SOFIA])
    assert (added.box, added.person, added.manual) == (box, people[SOFIA], True)
    with pytest.raises(Rejected):
        await account.photos.create_face(photo, Box(x=1001, y=600, w=280, h=120), None)
    assert len(await account.photos.faces(photo)) == 2


async def test_a_face_is_drawn_where_its_box_is(account: GumnutAccount, simulator: Simulator):
    photo = await simulator.add_photo(ANNA, SOFIA, "Marek Novak", place=3)
    image = Image.open(io.BytesIO(await consume(account.photos.original(photo)))).convert("RGB")
    nobody = await simulator.add_photo(place=3)
    empty = Image.open(io.BytesIO(await consume(account.photos.original(nobody)))).convert("RGB")
    for face in await account.photos.faces(photo):
        middle = face.box.x + face.box.w // 2, face.box.y + face.box.h // 2
        beside = face.box.x - 12, face.box.y + face.box.h // 2
        assert _differ(image.getpixel(middle), empty.getpixel(middle))
        assert not _differ(image.getpixel(beside), empty.getpixel(beside))


def _differ(one, other) -> bool:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) > 60


async def test_people(account: GumnutAccount, simulator: Simulator, people):
    person = await account.photos.save_person(None, PersonDraft(name="Ines", favorite=True))
    assert (person.name, person.favorite, person.photos) == ("Ines", True, 0)
    changed = await account.photos.save_person(person.id, PersonDraft(hidden=True))
    assert (changed.name, changed.hidden) == ("Ines", True)
    with pytest.raises(Conflict):
        await account.photos.save_person(None, PersonDraft(name="ines", favorite=False))
    with pytest.raises(Rejected) as caught:
        await account.photos.merge(people[ANNA], [person.id], confirm=False)
    assert "confirmed" in caught.value.reason
    for nobody in ([], [people[ANNA]]):
        with pytest.raises(Rejected):
            await account.photos.merge(people[ANNA], nobody, confirm=True)
    merged = await account.photos.merge(people[ANNA], [person.id, people[SOFIA]], confirm=True)
    assert merged.name == ANNA


async def test_nothing_of_another_library_is_changed(
    account: GumnutAccount, simulator: Simulator, people: dict[str, str]
):
    other = await simulator.add_library("Holidays", grows=True)
    photo = await simulator.add_photo(ANNA, SOFIA, library=other)
    theirs = next(row["people"] for row in await simulator.libraries() if row["id"] == other)
    everybody = [library["people"] for library in await simulator.libraries()]
    photos = account.photos
    for into, sources in (
        (theirs[ANNA], [theirs[SOFIA]]),
        (people[ANNA], [theirs[SOFIA]]),
        (theirs[ANNA], [people[SOFIA]]),
        (people[ANNA], [people[SOFIA], "person_none"]),
    ):
        with pytest.raises(NotFound):
            await photos.merge(into, sources, confirm=True)
    with pytest.raises(NotFound):
        await photos.save_person(theirs[ANNA], PersonDraft(name="Ines"))
    assert {request["method"] for request in await simulator.requests()} == {"GET"}
    with pytest.raises(NotFound):
        await photos.create_face(photo, Box(x=0, y=0, w=9, h=9), None)
    mine = await simulator.add_photo(ANNA)
    with pytest.raises(NotFound):
        await photos.create_face(mine, Box(x=0, y=0, w=9, h=9), theirs[SOFIA])
    (face,) = await photos.faces(mine)
    with pytest.raises(NotFound):
        await photos.assign_face(face.id, theirs[SOFIA])
    assert [library["people"] for library in await simulator.libraries()] == everybody
    assert not account.moments._hinted.is_set()


async def test_people_without_a_name_and_hidden_ones_are_of_the_library_too(account: GumnutAccount):
    hidden = await account.photos.save_person(None, PersonDraft(name="Ines", hidden=True))
    nobody = await account.photos.save_person(None, PersonDraft())
    merged = await account.photos.merge(hidden.id, [nobody.id], confirm=True)
    assert merged.id == hidden.id


async def test_what_is_changed_here_is_looked_for_at_once(account: GumnutAccount, people):
    assert not account.moments._hinted.is_set()
    await account.photos.save_person(people[ANNA], PersonDraft(favorite=False))
    assert account.moments._hinted.is_set()
