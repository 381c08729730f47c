"""The example of the vendor's page, driven through client and contract."""

from datetime import UTC, datetime

import pytest

from custom_components.video_analytics.vendors.errors import OutsidePicture
from custom_components.video_analytics.vendors.gumnut import VENDOR, wire
from custom_components.video_analytics.vendors.gumnut.client import GumnutClient
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.photos import Box, PhotoFace
from tests.vendors.conftest import KEY
from tests.vendors.server import Server, json

from .examples import corrected, errata, example

TEXT = "<string>"
BOX = Box(x=1, y=1, w=2, h=2)
SENT = datetime(2023, 11, 7, 5, 31, 56, tzinfo=UTC)


async def test_creating_a_face_sends_the_vendors_example_verbatim(server: Server, faked: GumnutClient):
    answer = example("create_face").response
    server.answer(json(answer["body"], answer["status"]))

    face = await faked.faces.create(TEXT, BOX, person=TEXT, library=TEXT)

    (request,) = server.requests
    wanted = example("create_face").request
    assert (request.method, request.path, request.query) == (wanted["method"], wanted["path"], ())
    assert request.json == wanted["body"]
    assert request.headers["Content-Type"] == wanted["headers"]["Content-Type"]
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert face == wire.Face(
        id=TEXT,
        asset_id=TEXT,
        bounding_box=wire.BoundingBox(),
        source=None,
        person_id=TEXT,
        confidence=123.0,
        timestamp_ms=123,
        asset_urls={},
        cluster_assignment=wire.ClusterAssignment(
            distance_to_person=123.0, candidates=[wire.Candidate(person_id=TEXT, distance=123.0, name=TEXT)]
        ),
        created_at=SENT,
        updated_at=SENT,
    )


async def test_the_answer_as_it_is_meant(server: Server, faked: GumnutClient):
    server.answer(json(corrected("create_face")))
    face = await faked.faces.create(TEXT, BOX, person=TEXT, library=TEXT)
    assert (face.source, face.confidence) == ("manual", 0.97)
    assert face.bounding_box == wire.BoundingBox(x=1, y=1, w=2, h=2)


async def test_who_is_left_out_is_not_sent(server: Server, faked: GumnutClient):
    server.answer(json(corrected("create_face")))
    await faked.faces.create(TEXT, BOX)
    assert server.requests[0].json == {"asset_id": TEXT, "bounding_box": {"x": 1, "y": 1, "w": 2, "h": 2}}


async def test_the_example_passes_the_contract(http: Http, server: Server):
    account = VENDOR.open(http, {"key": KEY, "url": str(server.url)}, TEXT)
    server.answer(json({"id": TEXT, "width": 3, "height": 3}), json(example("create_face").response["body"]))

    face = await account.photos.create_face(TEXT, BOX, TEXT)

    assert server.requests[-1].json == example("create_face").request["body"]
    assert face == PhotoFace(id=TEXT, asset=TEXT, box=BOX, person=TEXT, manual=True, confidence=123.0)


@pytest.mark.parametrize(
    "box",
    [Box(x=1, y=1, w=3, h=2), Box(x=1, y=1, w=2, h=3), Box(x=3, y=0, w=1, h=1), Box(x=0, y=3, w=1, h=1)],
)
async def test_a_box_outside_of_the_picture_is_refused_before_anything_is_sent(http: Http, server: Server, box):
    account = VENDOR.open(http, {"key": KEY, "url": str(server.url)}, "lib_1")
    server.answer(json({"id": "asset_1", "width": 3, "height": 3}))
    with pytest.raises(OutsidePicture) as caught:
        await account.photos.create_face("asset_1", box, None)
    assert caught.value.size == (3, 3)
    assert [request.method for request in server.requests] == ["GET"]
    assert f"ends at {box.right} x {box.bottom}" in caught.value.reason
    assert "3 x 3" in caught.value.reason


@pytest.mark.parametrize("box", [Box(x=-1, y=0, w=2, h=2), Box(x=0, y=-1, w=2, h=2), Box(x=0, y=0, w=0, h=2)])
async def test_a_box_that_is_none_is_refused_without_looking_at_the_picture(http: Http, server: Server, box):
    account = VENDOR.open(http, {"key": KEY, "url": str(server.url)}, "lib_1")
    with pytest.raises(OutsidePicture) as caught:
        await account.photos.create_face("asset_1", box, None)
    assert caught.value.size is None
    assert server.requests == []


@pytest.mark.parametrize("size", [{}, {"width": 0, "height": 0}, {"width": None, "height": 5}])
async def test_where_the_size_is_unknown_the_vendor_decides(http: Http, server: Server, size):
    account = VENDOR.open(http, {"key": KEY, "url": str(server.url)}, "lib_1")
    server.answer(json({"id": "asset_1", **size}), json(corrected("create_face")))
    await account.photos.create_face("asset_1", Box(x=0, y=0, w=9000, h=9000), None)
    assert [request.method for request in server.requests] == ["GET", "POST"]


@pytest.mark.parametrize("erratum", errata(), ids=lambda erratum: f"{erratum['example']}: {erratum['reason']}")
def test_every_erratum_is_needed(erratum):
    printed = example(erratum["example"]).response["body"]
    assert printed.get(erratum["field"]) != erratum["right"]
