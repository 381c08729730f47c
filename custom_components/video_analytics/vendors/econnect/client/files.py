"""Photos of faces, and documents of people (page "Photos & Documents")."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

from ...form import Form, FormFile
from ...http import Api
from ...models.media import Download, Picture
from ..permissions import Permission, needs
from .undocumented import anything

_PEOPLE = "/api/v1/people"


class FilesApi:
    """What is not JSON."""

    def __init__(self, api: Api) -> None:
        """Ask through this."""
        self._api = api

    async def enrolment_photo(self, face: str) -> Picture:
        """Return the photo with which a face was enrolled: `GET …/enrollmentPhoto/{faceId}`. Raises `NotFound`."""
        return await self._api.jpeg(f"{_PEOPLE}/enrollmentPhoto/{face}")

    async def detection_photo(self, face: str, detection: str) -> Picture:
        """Return the photo of a detection: `GET …/detectionPhoto/{faceId}/{detectionId}`. Raises `NotFound`."""
        return await self._api.jpeg(f"{_PEOPLE}/detectionPhoto/{face}/{detection}")

    async def upload(
        self,
        person: str,
        name: str,
        content: AsyncIterator[bytes],
        *,
        public_id: str | None = None,
        description: str | None = None,
    ) -> None:
        """Attach a file to a person: `POST …/fileDocuments/upload`.

        `public_id` is the id for `download`; without one the server makes one and does not tell it.
        """
        texts = {"personId": person, "name": name, "description": description, "publicId": public_id}
        form = Form({key: text for key, text in texts.items() if text is not None}, {"file": FormFile(name, content)})
        with needs(Permission.ADD_FILES):
            await self._api.upload(f"{_PEOPLE}/fileDocuments/upload", form, decode=anything)

    def download(self, person: str, document: str) -> AbstractAsyncContextManager[Download]:
        """Stream a file: `GET …/{personId}/fileDocuments/{documentId}/data`. Raises `NotFound`."""
        return self._api.stream(f"{_PEOPLE}/{person}/fileDocuments/{document}/data")
