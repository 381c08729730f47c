"""Faces in photos."""

from collections.abc import AsyncIterator, Collection

from ...json import JsonObject
from ...models.photos import Box
from .. import wire
from .caller import Caller, given


class FacesApi:
    """Faces of a library, each of one asset."""

    def __init__(self, caller: Caller) -> None:
        """Ask by a caller."""
        self._caller = caller
        self._api = caller.api

    async def list(
        self,
        library: str,
        *,
        asset: str | None = None,
        person: str | None = None,
        ids: Collection[str] = (),
        urgent: bool = False,
    ) -> AsyncIterator[wire.Face]:
        """Yield faces, the latest found first: `GET /api/faces`."""
        query = {"library_id": library, "asset_id": asset, "person_id": person}
        async for row in self._caller.rows_of("/api/faces", query, ids, urgent=urgent):
            yield wire.Face.read(row, "face")

    async def get(
        self, face: str, library: str | None = None, *, diagnostics: bool = False, urgent: bool = True
    ) -> wire.Face:
        """Return one face: `GET /api/faces/{face_id}`; with how well it fits its person if asked."""
        include = ("cluster_assignment",) if diagnostics else ()
        answer = await self._api.get(f"/api/faces/{face}", {"library_id": library, "include": include}, urgent=urgent)
        return wire.Face.read(answer, "face")

    async def create(self, asset: str, box: Box, *, person: str | None = None, library: str | None = None) -> wire.Face:
        """Mark a face that was not found: `POST /api/faces` ("Create a face").

        The box is in pixels of the asset's `width` and `height`, and has to fit into them.
        """
        bounding_box: JsonObject = {"x": box.x, "y": box.y, "w": box.w, "h": box.h}
        body = given({"asset_id": asset, "bounding_box": bounding_box, "person_id": person, "library_id": library})
        return wire.Face.read(await self._api.post("/api/faces", body), "face")

    async def assign(self, face: str, person: str | None, library: str | None = None) -> wire.Face:
        """Say whose a face is; None detaches it: `PATCH /api/faces/{face_id}`."""
        answer = await self._api.patch(f"/api/faces/{face}", {"person_id": person}, {"library_id": library})
        return wire.Face.read(answer, "face")

    async def delete(self, face: str, library: str | None = None) -> None:
        """Forget a face; photo and person stay: `DELETE /api/faces/{face_id}`."""
        await self._api.delete(f"/api/faces/{face}", {"library_id": library})
