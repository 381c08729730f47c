"""Faces of pictures (page "Face Recognition"), and what edge devices do (pages "Face Edge")."""

from base64 import b64encode
from datetime import UTC, datetime

from ...errors import BadAnswer
from ...form import Form, FormFile
from ...http import Api, Query
from ...json import JsonObject, JsonValue, as_object
from ...models.databases import Sighting
from ..permissions import Permission, needs
from .undocumented import anything

_FACES = "/api/v1/faces"
_EDGE = "/api/v1/faceEdge"


class FacesApi:
    """Enrolment, and pictures that are looked at without being kept."""

    def __init__(self, api: Api) -> None:
        """Ask through this."""
        self._api = api

    async def enrol(self, picture: bytes, reference: str, *, person: str | None = None, force: bool = False) -> str:
        """Add a face to a person, or to a new one, and return the person: `POST /api/v1/faces/faceEnroll`.

        `reference` is the caller's own name of the picture. Of the answer is said that it is the person's id.
        """
        query: Query = {"personId": person, "forceEnrollment": "true" if force else "false" if person else None}
        body: JsonObject = {"faceImage": _text(picture), "photoReferenceId": reference}
        with needs(Permission.FACE_ENROLLMENT):
            answer = await self._api.post(f"{_FACES}/faceEnroll", body, query)
        found = answer if isinstance(answer, str) else as_object(answer, "enrolment").get("personId")
        if not isinstance(found, str) or not found:
            raise BadAnswer("enrolment: no personId")
        return found

    async def detect(self, request: JsonObject) -> JsonValue:
        """Find faces: `POST /api/v1/faces/faceDetect`. Request and answer are the vendor's own."""
        with needs(Permission.FACE_DETECTION):
            return await self._api.post(f"{_FACES}/faceDetect", request)

    async def compare(self, request: JsonObject) -> JsonValue:
        """Compare two faces: `POST /api/v1/faces/faceCompare`. Request and answer are the vendor's own."""
        with needs(Permission.FACE_DETECTION):
            return await self._api.post(f"{_FACES}/faceCompare", request)

    async def has_reference(self, reference: str) -> JsonValue:
        """Ask whether a picture was enrolled: `GET /api/v1/faces/checkImageReference/{referenceId}`.

        The answer is the vendor's own.
        """
        with needs(Permission.FACE_DETECTION):
            return await self._api.get(f"{_FACES}/checkImageReference/{reference}", urgent=True)


class FaceEdgeApi:
    """Pictures that are handed in as if a detector had taken them."""

    def __init__(self, api: Api) -> None:
        """Ask through this."""
        self._api = api

    async def publish(self, sighting: Sighting) -> None:
        """Hand in a picture: `POST /api/v1/faceEdge/publish`. There is no answer."""
        with needs(Permission.FACE_PUBLISHING):
            body: JsonObject = {"expanded": _text(sighting.picture), **_where(sighting)}
            await self._api.post(f"{_EDGE}/publish", body, decode=anything)

    async def publish_with_response(self, sighting: Sighting, *, include_person: bool = True) -> JsonValue:
        """Hand in a picture and be told whose faces are in it: `POST /api/v1/faceEdge/publishWithResponse`.

        The answer is the vendor's own.
        """
        body: JsonObject = {
            "expanded": _text(sighting.picture),
            **_where(sighting),
            "largestFaceOnly": sighting.largest_face_only,
            "allowDoubleDetection": sighting.allow_duplicate,
            "includePerson": include_person,
        }
        with needs(Permission.FACE_PUBLISHING):
            return await self._api.post(f"{_EDGE}/publishWithResponse", body)

    async def recognize(self, sighting: Sighting) -> JsonObject:
        """Match a face that an edge model of eConnect has cut out: `POST /api/v1/faceEdge/recognize`.

        Returns an `EdgePerson`: `faceId`, `personId`, `firstName`, `lastName`, `tags` with their `name`. The page calls
        it one for eConnect's own devices. Raises `NotFound` where nobody matches.
        """
        body: JsonObject = {"croppedAligned": _text(sighting.picture), **_where(sighting)}
        with needs(Permission.FACE_RECOGNIZE):
            return as_object(await self._api.post(f"{_EDGE}/recognize", body), "recognition")

    async def lookup(self, cropped: bytes, *, embeddings: bytes | None = None, model: str | None = None) -> JsonObject:
        """Match a face, or what a model of eConnect has made of it: `POST /api/v1/faceEdge/lookup`.

        Returns an `EdgePerson`, as `recognize` does. Raises `NotFound` where nobody matches.
        """
        files = {"CroppedAligned": FormFile("cropped-aligned.jpg", cropped, "image/jpeg")}
        if embeddings is not None:
            files["Embeddings"] = FormFile("embeddings.bin", embeddings)
        form = Form({"RecognitionModel": model} if model else {}, files)
        with needs(Permission.FACE_RECOGNIZE):
            return as_object(await self._api.upload(f"{_EDGE}/lookup", form), "lookup")


def _where(sighting: Sighting) -> dict[str, JsonValue]:
    return {
        "detectorName": sighting.detector,
        "ianaTimeZone": sighting.zone,
        "detectTimeUtc": timestamp(sighting.at),
    }


def timestamp(moment: datetime) -> str:
    """Write a time as the vendor's examples do; fractions only where there are any."""
    moment = moment.astimezone(UTC)
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds" if moment.microsecond else "seconds") + "Z"


def _text(picture: bytes) -> str:
    return b64encode(picture).decode()
