"""Faces in pictures from elsewhere."""

from typing import override
from uuid import uuid4

from .. import contract
from ..json import JsonObject, JsonValue
from ..models.databases import Sighting
from ..models.media import Picture
from .client import EconnectClient


class EconnectRecognizer(contract.Recognizer):
    """Enrols and recognizes; what the server answers is passed on."""

    def __init__(self, client: EconnectClient) -> None:
        """Ask through this."""
        self._client = client

    @override
    async def enrol(self, picture: bytes, person: str | None, *, force: bool = False) -> str:
        return await self._client.faces.enrol(picture, str(uuid4()), person=person, force=force)

    @override
    async def recognize(self, sighting: Sighting) -> JsonValue:
        return await self._client.face_edge.publish_with_response(sighting)

    @override
    async def publish(self, sighting: Sighting) -> None:
        await self._client.face_edge.publish(sighting)

    @override
    async def detect(self, request: JsonObject) -> JsonValue:
        return await self._client.faces.detect(request)

    @override
    async def compare(self, request: JsonObject) -> JsonValue:
        return await self._client.faces.compare(request)

    @override
    async def photo(self, face: str, detection: str | None = None) -> Picture:
        files = self._client.files
        return await (files.enrolment_photo(face) if detection is None else files.detection_photo(face, detection))
