"""Faces of pictures from elsewhere: enrolled, handed in, compared; answers are passed on as they are."""

from datetime import timedelta

import pytest

from custom_components.video_analytics.vendors.errors import BadAnswer, NotFound, NotPermitted, Rejected
from custom_components.video_analytics.vendors.models.databases import Sighting
from custom_components.video_analytics.vendors.models.moments import EventQuery
from custom_components.video_analytics.vendors.models.state import Part, Wanted
from tests.simulator.client import Simulator
from tests.vendors.server import Server, json

from .conftest import ALL, USER, vendor_now

STRANGER = b"\xff\xd8\xff a picture of somebody"


@pytest.fixture
async def seen(simulator: Simulator, account, anna) -> bytes:
    """A picture of Anna, as the server has just shown it."""
    now = await vendor_now(simulator)
    query = EventQuery(person=anna, start=now - timedelta(hours=1), end=now, limit=1)
    (moment,) = [moment async for moment in account.history.events(query)]
    return moment.picture.content.content


async def sighting(simulator: Simulator, picture: bytes, **options) -> Sighting:
    """Return a picture as a camera would have taken it."""
    at = await vendor_now(simulator)
    return Sighting(picture=picture, detector="Living room", at=at, zone="Europe/Berlin", **options)


@pytest.mark.parametrize("answer", ["object", "text"])
async def test_enrolling_somebody_new(simulator: Simulator, account, answer):
    await simulator.quirks(enrolled=answer)
    person = await account.recognition.enrol(STRANGER, None)
    state = await account.fetch(None, Wanted({Part.PERSON: frozenset({person})}))
    assert state.people[person].name is None
    with pytest.raises(Rejected):
        await account.recognition.enrol(STRANGER, None)
    assert await account.recognition.enrol(STRANGER, person, force=True) == person
    faces = next(known["faces"] for known in await simulator.people() if known["id"] == person)
    assert len(faces) == 2


async def test_enrolling_another_picture(simulator: Simulator, account, anna):
    assert await account.recognition.enrol(STRANGER, anna) == anna
    with pytest.raises(NotFound):
        await account.recognition.enrol(STRANGER + b"!", "11111111-2222-3333-4444-555555555555")


@pytest.mark.parametrize("answer", [{}, {"personId": None}, {"id": "1"}, "", [], None])
async def test_an_enrolment_that_names_nobody(http, server: Server, answer):
    from custom_components.video_analytics.vendors.econnect import VENDOR

    account = VENDOR.open(http, {"url": str(server.url), "username": "u", "password": "p"}, "id")
    server.answer(json({"token": "t"}), json(answer))
    with pytest.raises(BadAnswer):
        await account.recognition.enrol(STRANGER, None)


async def test_who_is_in_a_picture(simulator: Simulator, account, anna, seen):
    answer = await account.recognition.recognize(await sighting(simulator, seen))
    (face,) = answer["faces"]
    assert face["person"]["personId"] == anna
    photo = await account.recognition.photo(face["faceId"], face["detectionId"])
    assert photo.content == seen
    again = await account.recognition.recognize(await sighting(simulator, seen))
    assert again["faces"][0]["detectionId"] == face["detectionId"]
    twice = await account.recognition.recognize(await sighting(simulator, seen, allow_duplicate=True))
    assert twice["faces"][0]["detectionId"] != face["detectionId"]


async def test_what_is_published_is_part_of_the_history(simulator: Simulator, account, anna, seen):
    published = await sighting(simulator, seen)
    await account.recognition.publish(published)
    rows = await account.client.detections.of_person(anna, start=published.at, ascending=False)
    assert [row["detector"] for row in rows].count("Living room") == 1
    assert next(row for row in rows if row["detector"] == "Living room")["timeZone"] == "Europe/Berlin"


async def test_photos(simulator: Simulator, account, people):
    (face,) = next(known["faces"] for known in await simulator.people() if known["name"] == "Anna Lindqvist")
    photo = await account.recognition.photo(face)
    assert photo.content_type == "image/jpeg"
    for args in (("nobody",), ("nobody", "never"), (face, "never")):
        with pytest.raises(NotFound):
            await account.recognition.photo(*args)


async def test_detections_of_a_face(simulator: Simulator, account, anna):
    (face,) = next(known["faces"] for known in await simulator.people() if known["id"] == anna)
    now = await vendor_now(simulator)
    query = {"start": now - timedelta(hours=2), "end": now, "ascending": False, "skip": 1, "take": 3}
    of_face = await account.client.detections.of_face(face, **query)
    assert len(of_face) == 3
    assert of_face == await account.client.detections.of_person(anna, **query)
    assert await account.client.detections.of_face("nobody", **query) == ()


async def test_what_edge_devices_ask(simulator: Simulator, account, anna, seen):
    found = await account.client.face_edge.recognize(await sighting(simulator, seen))
    assert found["personId"] == anna
    assert found["tags"] == [{"name": "Family"}]
    assert await account.client.face_edge.lookup(seen, embeddings=b"\x00\x01", model="arcface") == found
    for call in (
        account.client.face_edge.lookup(STRANGER),
        account.client.face_edge.recognize(await sighting(simulator, STRANGER)),
    ):
        with pytest.raises(NotFound):
            await call


async def test_references(account, anna):
    await account.client.faces.enrol(STRANGER, "ext-123", person=anna)
    assert await account.client.faces.has_reference("ext-123") is True
    assert await account.client.faces.has_reference("ext-124") is False


async def test_requests_in_the_vendors_own_words(account):
    picture = "/9j/4AAQ"
    assert await account.recognition.detect({"faceImage": picture})
    assert await account.recognition.compare({"faceImage1": picture, "faceImage2": picture}) == {"similarity": 0.99}
    with pytest.raises(Rejected):
        await account.recognition.compare({})


async def test_permissions(simulator: Simulator, account, anna):
    await simulator.permit(*(name for name in ALL if not name.startswith("Face ")), username=USER)
    shot = await sighting(simulator, STRANGER)
    category = "(Facial Recognition Services)"
    for permission, calls in {
        "Face Enrollment": [lambda: account.recognition.enrol(STRANGER, anna)],
        "Face Publishing": [lambda: account.recognition.recognize(shot), lambda: account.recognition.publish(shot)],
        "Face Recognize": [
            lambda: account.client.face_edge.recognize(shot),
            lambda: account.client.face_edge.lookup(STRANGER),
        ],
        "Face Detection": [
            lambda: account.recognition.detect({}),
            lambda: account.recognition.compare({}),
            lambda: account.client.faces.has_reference("a"),
        ],
    }.items():
        for call in calls:
            with pytest.raises(NotPermitted) as caught:
                await call()
            assert caught.value.permission == f"{permission} {category}"
