"""The examples of the vendor's pages, driven through the client; and what is sent elsewhere."""

from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime
import json as plain_json

import pytest

from custom_components.video_analytics.vendors.econnect.client import EconnectClient
from custom_components.video_analytics.vendors.econnect.detections import moment
from custom_components.video_analytics.vendors.econnect.tokens import EconnectTokens
from custom_components.video_analytics.vendors.errors import BadAnswer
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.secret import Secret
from tests.vendors.server import Request, Server, body, consume, json
from tests.vendors.test_form import parts

from .calls import CALLS, FACE, PERSON, PICTURE, file, methods
from .examples import ERRATA, NAMES, example, printed

TOKEN = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2ln"
CONTENT = b"\xff\xd8\xff a photo"
CALLED = {
    "detections_of_person": lambda client: client.detections.of_person(PERSON, take=10, ascending=False),
    "detections_of_face": lambda client: client.detections.of_face(FACE, skip=0, take=25),
    "enrolment_photo": lambda client: client.files.enrolment_photo("<faceId>"),
    "detection_photo": lambda client: client.files.detection_photo("<faceId>", "<detectionId>"),
    "upload": lambda client: client.files.upload(PERSON, "ID Card", file(), description="Front of ID"),
    "download": lambda client: consume(client.files.download(PERSON, "<documentId>")),
}
DEFAULTS = {"skip": "0", "dateAscending": "true"}
"""What the page says of a parameter that is not sent."""


@pytest.fixture
async def client(http: Http, server: Server) -> AsyncIterator[EconnectClient]:
    """A client that has signed in."""
    base = server.url / "identities"
    tokens = EconnectTokens(http, base, "your_username", Secret("your_password"))
    server.answer(json({"username": "your_username", "token": TOKEN}))
    await tokens.headers()
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/identities/api/v1/authenticate")
    assert request.json == {"username": "your_username", "password": "your_password"}
    server.requests.clear()
    yield EconnectClient(http, base, tokens)
    await tokens.close()


def with_defaults(query: dict[str, str]) -> dict[str, str]:
    """Return a query in which nothing is left out."""
    return {**DEFAULTS, **query}


@pytest.mark.parametrize("name", NAMES)
async def test_the_vendors_example(client: EconnectClient, server: Server, name):
    request, response = example(name).request, example(name).response
    if "body" in response:
        server.answer(json(response["body"]))
    else:
        content_type = response.get("content_type")
        server.answer(body(CONTENT, headers={"Content-Type": content_type}) if content_type else body())
    result = await CALLED[name](client)
    (sent,) = server.requests
    assert (sent.method, sent.path) == (request["method"], request["path"])
    assert sent.headers.getall("Authorization") == [f"Bearer {TOKEN}"]
    if "query" in request:
        assert with_defaults(dict(sent.query)) == with_defaults(request["query"])
    if "form" in request:
        found = parts(sent)
        assert {key: content.decode() for key, (_, _, content) in found.items() if key != "file"} == request["form"]
        assert found["file"][2] == b"%PDF-1.7"
    if "body" in response:
        assert list(result) == response["body"]


def test_what_the_example_becomes():
    (row,) = example("detections_of_person").response["body"]
    told = moment(row, PERSON)
    assert told.start == datetime(2026, 6, 16, 18, 32, 5, tzinfo=UTC)
    assert (told.place, told.confidence, told.person) == ("FrontDoorCam", 0.972, PERSON)
    assert told.picture.content.content_type == "image/jpeg"


def test_every_erratum_is_needed():
    for erratum in ERRATA:
        (row,) = plain_json.loads(printed(erratum.example))["response"]["body"]
        assert moment(row, PERSON).picture is None


def test_every_call_is_tested(client: EconnectClient):
    assert methods(client) == set(CALLS)
    assert set(CALLED) == set(NAMES)


async def sent(client: EconnectClient, server: Server, name: str, answer: object) -> Request:
    """Return what a call sends."""
    server.answer(json(answer))
    await CALLS[name](client)
    (request,) = server.requests
    return request


async def test_periods_are_sent_in_milliseconds(client: EconnectClient, server: Server):
    request = await sent(client, server, "detections.of_person", [])
    assert dict(request.query) == {
        "skip": "1",
        "take": "2",
        "epochStartMs": "1781634725000",
        "epochEndMs": "1781634725000",
        "dateAscending": "true",
    }


@pytest.mark.parametrize(
    ("name", "method", "path", "query", "content"),
    [
        ("people.with_tag", "GET", "people", {"tagId": "4c5d"}, None),
        (
            "people.with_field",
            "GET",
            "people",
            {"entityFieldName": "LoyaltyTier", "entityFieldStringValue": "Gold"},
            None,
        ),
        ("people.items", "GET", f"people/{PERSON}/tags", {"tagName": "VIP"}, None),
        ("people.put", "PUT", f"people/{PERSON}/notes", {}, {"summary": "a"}),
        ("people.delete", "DELETE", f"people/{PERSON}/notes/1", {}, None),
        ("tags.find", "GET", "Tags", {"tagName": "VIP"}, None),
        ("tags.create", "POST", "Tags", {}, {"tagName": "VIP"}),
        ("tags.update", "PUT", "Tags/4c5d", {}, {"tagName": "VIP"}),
        ("tags.delete", "DELETE", "Tags/4c5d", {}, None),
        (
            "faces.enrol",
            "POST",
            "faces/faceEnroll",
            {"personId": PERSON, "forceEnrollment": "true"},
            {"faceImage": b64encode(PICTURE).decode(), "photoReferenceId": "ext-123"},
        ),
        ("faces.has_reference", "GET", "faces/checkImageReference/ext-123", {}, None),
        (
            "face_edge.publish",
            "POST",
            "faceEdge/publish",
            {},
            {
                "expanded": b64encode(PICTURE).decode(),
                "detectorName": "FrontDoorCam",
                "ianaTimeZone": "America/Los_Angeles",
                "detectTimeUtc": "2026-06-16T18:32:05Z",
            },
        ),
        (
            "face_edge.publish_with_response",
            "POST",
            "faceEdge/publishWithResponse",
            {},
            {
                "expanded": b64encode(PICTURE).decode(),
                "detectorName": "FrontDoorCam",
                "ianaTimeZone": "America/Los_Angeles",
                "detectTimeUtc": "2026-06-16T18:32:05Z",
                "largestFaceOnly": True,
                "allowDoubleDetection": False,
                "includePerson": True,
            },
        ),
    ],
)
async def test_what_is_sent(client: EconnectClient, server: Server, name, method, path, query, content):
    answer = {"personId": PERSON} if name == "faces.enrol" else []
    request = await sent(client, server, name, answer)
    assert (request.method, request.path) == (method, f"/identities/api/v1/{path}")
    assert dict(request.query) == query
    assert (request.json if request.body else None) == content


async def test_what_a_lookup_sends(client: EconnectClient, server: Server):
    found = parts(await sent(client, server, "face_edge.lookup", {}))
    assert found["CroppedAligned"][1:] == ("image/jpeg", PICTURE)
    assert found["Embeddings"][2] == b"\x00"
    assert found["RecognitionModel"][2] == b"arcface"


async def test_answers_that_are_not_documented_may_be_anything(client: EconnectClient, server: Server):
    for name in ("people.put", "people.delete", "tags.create", "tags.update", "face_edge.publish", "files.upload"):
        for answer in (body("OK"), body(), json(["done"])):
            server.answer(answer)
            await CALLS[name](client)
        server.answer(body("\n<html>Sign in</html>", headers={"Content-Type": "text/html"}))
        with pytest.raises(BadAnswer):
            await CALLS[name](client)
    for name in ("faces.detect", "faces.compare", "face_edge.publish_with_response"):
        for value in ([{"a": 1}], {"a": 1}, True, "text", 5):
            server.answer(json(value))
            assert await CALLS[name](client) == value
