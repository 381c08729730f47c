"""Every call of the client, for tests that go through all of them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from custom_components.video_analytics.vendors.econnect.client import EconnectClient
from custom_components.video_analytics.vendors.econnect.client.people import Section
from custom_components.video_analytics.vendors.models.databases import Sighting
from tests.vendors.server import consume

PERSON = "0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d"
FACE = "5f9c2b7a-3e41-4d8a-9b6c-1a2b3c4d5e6f"
AT = datetime(2026, 6, 16, 18, 32, 5, tzinfo=UTC)
PICTURE = b"\xff\xd8\xff a picture"
SIGHTING = Sighting(picture=PICTURE, detector="FrontDoorCam", at=AT, zone="America/Los_Angeles")


async def file() -> AsyncIterator[bytes]:
    """Yield a file."""
    yield b"%PDF"
    yield b"-1.7"


type Call = Callable[[EconnectClient], Awaitable[Any]]

CALLS: dict[str, Call] = {
    "people.get": lambda client: client.people.get(PERSON),
    "people.with_tag": lambda client: client.people.with_tag("4c5d"),
    "people.with_field": lambda client: client.people.with_field("LoyaltyTier", "Gold"),
    "people.items": lambda client: client.people.items(PERSON, Section.TAGS, "VIP"),
    "people.put": lambda client: client.people.put(PERSON, Section.NOTES, {"summary": "a"}),
    "people.delete": lambda client: client.people.delete(PERSON, Section.NOTES, "1"),
    "detections.of_person": lambda client: client.detections.of_person(PERSON, start=AT, end=AT, skip=1, take=2),
    "detections.of_face": lambda client: client.detections.of_face(FACE, start=AT, ascending=False),
    "tags.find": lambda client: client.tags.find("VIP"),
    "tags.get": lambda client: client.tags.get("4c5d"),
    "tags.create": lambda client: client.tags.create({"tagName": "VIP"}),
    "tags.update": lambda client: client.tags.update("4c5d", {"tagName": "VIP"}),
    "tags.delete": lambda client: client.tags.delete("4c5d"),
    "faces.enrol": lambda client: client.faces.enrol(PICTURE, "ext-123", person=PERSON, force=True),
    "faces.detect": lambda client: client.faces.detect({"a": 1}),
    "faces.compare": lambda client: client.faces.compare({"a": 1}),
    "faces.has_reference": lambda client: client.faces.has_reference("ext-123"),
    "face_edge.publish": lambda client: client.face_edge.publish(SIGHTING),
    "face_edge.publish_with_response": lambda client: client.face_edge.publish_with_response(SIGHTING),
    "face_edge.recognize": lambda client: client.face_edge.recognize(SIGHTING),
    "face_edge.lookup": lambda client: client.face_edge.lookup(PICTURE, embeddings=b"\x00", model="arcface"),
    "files.enrolment_photo": lambda client: client.files.enrolment_photo(FACE),
    "files.detection_photo": lambda client: client.files.detection_photo(FACE, "1"),
    "files.upload": lambda client: client.files.upload(PERSON, "ID Card", file(), public_id="1", description="a"),
    "files.download": lambda client: consume(client.files.download(PERSON, "1")),
}


def methods(client: EconnectClient) -> set[str]:
    """Return the names of all calls that there are."""
    return {
        f"{resource}.{name}"
        for resource, api in vars(client).items()
        if type(api).__module__.startswith(f"{type(client).__module__}.")
        for name in dir(api)
        if not name.startswith("_")
    }
