"""Albums."""

from collections.abc import AsyncIterator, Collection

from .. import wire
from .caller import Caller


class AlbumsApi:
    """Albums of a library; what is in one is told by the list of assets."""

    def __init__(self, caller: Caller) -> None:
        """Ask by a caller."""
        self._caller = caller

    async def list(
        self, library: str, *, name: str | None = None, ids: Collection[str] = ()
    ) -> AsyncIterator[wire.Album]:
        """Yield albums, those of these ids or with a part of a name if it is given: `GET /api/albums`."""
        query = {"library_id": library, "name": name}
        async for row in self._caller.rows_of("/api/albums", query, ids, urgent=True):
            yield wire.Album.read(row, "album")

    async def get(self, album: str, *, urgent: bool = True) -> wire.Album:
        """Return one album: `GET /api/albums/{album_id}`. Raises `NotFound`."""
        return wire.Album.read(await self._caller.api.get(f"/api/albums/{album}", urgent=urgent), "album")
