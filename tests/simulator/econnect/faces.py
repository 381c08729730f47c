"""Pictures in: enrolment, recognition and what edge devices publish.

A face is recognized by its picture, byte for byte: those that this server has shown or enrolled are known. Names in the
answers of ``publishWithResponse``, ``faceDetect`` and ``faceCompare``, and what the latter two are asked, are **invented
for the simulation**: the pages that show them are not at hand.
"""

import asyncio
from base64 import b64decode
import binascii
from dataclasses import dataclass, field
from hashlib import sha256

from aiohttp import web

from ..simulation import Simulation
from ..switches import Json, JsonObject
from .access import Access
from .api import Row, guarded
from .detections import Detection, Detections, Query
from .people import People, Record
from .quirks import Quirks
from .wire import read_date, read_object, refuse

DOUBLE_SECONDS = 10.0
"""Within which a face at a detector is not detected again."""
_SHOWN_DAYS = 1
_JPEG = b"\xff\xd8"


@dataclass
class Faces:
    """Recognizes faces and enrols new ones."""

    simulation: Simulation
    access: Access
    people: People
    detections: Detections
    quirks: Quirks
    enrolled: dict[str, str] = field(default_factory=dict)
    """Faces by the digests of their pictures."""
    photos: dict[str, bytes] = field(default_factory=dict)
    """Enrolment photos by face."""
    references: set[str] = field(default_factory=set)

    def reset(self) -> None:
        """Forget what was enrolled and published."""
        self.enrolled.clear()
        self.photos.clear()
        self.references.clear()
        self.detections.written.clear()

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        table: list[Row] = [
            ("POST", "/faceEdge/publish", "Face Publishing", self._publish),
            ("POST", "/faceEdge/publishWithResponse", "Face Publishing", self._publish_with_response),
            ("POST", "/faceEdge/recognize", "Face Recognize", self._recognize),
            ("POST", "/faceEdge/lookup", "Face Recognize", self._lookup),
            ("POST", "/faces/faceEnroll", "Face Enrollment", self._enrol),
            ("POST", "/faces/faceDetect", "Face Detection", self._detect),
            ("POST", "/faces/faceCompare", "Face Detection", self._compare),
            ("GET", "/faces/checkImageReference/{reference}", "Face Detection", self._check),
        ]
        return guarded(table, self.access, self.quirks)

    async def _publish(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        await self._published(body, _image(body, "expanded"))
        return web.Response()

    async def _publish_with_response(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        found = await self._published(body, _image(body, "expanded"))
        face: JsonObject = {
            "faceId": found.face,
            "detectionId": found.id,
            "boundingBox": {"x": 12, "y": 8, "width": 96, "height": 96},
            "confidence": found.confidence,
            "quality": 0.83,
        }
        if body.get("includePerson") is True and found.person:
            face["person"] = self.people.get(found.person).as_json(self.quirks)
        return web.json_response({"faces": [face]})

    async def _recognize(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        _read_sighting(body)
        return self._edge_person(await self._known(_image(body, "croppedAligned")))

    async def _lookup(self, request: web.Request) -> web.Response:
        if not request.content_type.startswith("multipart/"):
            refuse(400, "This is not a multipart request")
        form = await request.post()
        cropped = form.get("CroppedAligned")
        if not isinstance(cropped, web.FileField):
            refuse(400, "CroppedAligned is required")
        return self._edge_person(await self._known(cropped.file.read()))

    def _edge_person(self, face: str | None) -> web.Response:
        record = self.people.of_face(face) if face else None
        if record is None:
            refuse(404, "No face found in the image, or no person matched")
        alias = next(iter(record.sections["aliases"].values()), {})
        tags: list[Json] = [
            {"name": self.people.tags[tag]["tagName"]}
            for item in record.sections["tags"].values()
            if (tag := str(item["tagId"])) in self.people.tags
        ]
        names: JsonObject = {key: alias.get(key) for key in ("firstName", "lastName")}
        return web.json_response({"faceId": face, "personId": record.id, **names, "tags": tags})

    async def _enrol(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        content = _image(body, "faceImage")
        person, digest = request.query.get("personId"), _digest(content)
        if digest in self.enrolled and request.query.get("forceEnrollment", "false").lower() != "true":
            refuse(400, "The face is enrolled already")
        record = self.people.get(person) if person else self.people.enrol()
        face = self.people.new_id()
        record.faces.append(face)
        self.enrolled[digest], self.photos[face] = face, content
        if isinstance(reference := body.get("photoReferenceId"), str):
            self.references.add(reference)
        return web.json_response(record.id if self.quirks.enrolled == "text" else {"personId": record.id})

    async def _detect(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        _image(body, "faceImage")
        return web.json_response({"faces": [{"boundingBox": {"x": 12, "y": 8, "width": 96, "height": 96}}]})

    async def _compare(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        same = _image(body, "faceImage1") == _image(body, "faceImage2")
        return web.json_response({"similarity": 0.99 if same else 0.12})

    async def _check(self, request: web.Request) -> web.Response:
        return web.json_response(request.match_info["reference"] in self.references)

    async def _published(self, body: JsonObject, content: bytes) -> Detection:
        """Put a detection on the timeline, unless there is one already; or return that one."""
        detector, zone, at = _read_sighting(body)
        face = await self._known(content) or f"stranger-{_digest(content)[:12]}"
        for known in self.detections.written:
            near = abs(known.at - at) < DOUBLE_SECONDS and (known.face, known.detector) == (face, detector)
            if near and body.get("allowDoubleDetection") is not True:
                return known
        record = self.people.of_face(face)
        found = Detection(
            id=self.people.new_id(),
            person=record.id if record else None,
            face=face,
            at=at,
            detector=detector,
            confidence=0.96,
            time_zone=zone,
            content=content,
        )
        self.detections.written.append(found)
        return found

    async def _known(self, content: bytes) -> str | None:
        if face := self.enrolled.get(_digest(content)):
            return face
        return await asyncio.to_thread(self._shown, content)

    def _shown(self, content: bytes) -> str | None:
        """Find whose detection of the last day looks like this."""
        now = self.simulation.clock.now()
        query = Query(now - _SHOWN_DAYS * 3600, now, 0, 3, ascending=False)

        def looks_like(record: Record) -> bool:
            found = self.detections.find(record, None, query)
            return any(self.detections.picture(each) == content for each in found)

        return next((record.faces[0] for record in list(self.people.by_id.values()) if looks_like(record)), None)


def _image(body: JsonObject, name: str) -> bytes:
    try:
        text = body.get(name)
        content = b64decode(text, validate=True) if isinstance(text, str) else b""
    except binascii.Error:
        content = b""
    return content if content.startswith(_JPEG) else refuse(400, f"{name} is not a picture in base64")


def _read_sighting(body: JsonObject) -> tuple[str, str, float]:
    detector, zone = body.get("detectorName"), body.get("ianaTimeZone")
    if not isinstance(detector, str) or not isinstance(zone, str):
        refuse(400, "detectorName and ianaTimeZone are required")
    return detector, zone, read_date(body.get("detectTimeUtc"), "detectTimeUtc")


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
