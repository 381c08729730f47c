"""Photos and videos."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from ...errors import NotFound
from ...form import Form, FormFile
from ...http import Query
from ...json import JsonObject
from .. import wire
from .caller import LARGEST_PAGE, Caller, timestamp

type GroupBy = Literal["day", "week", "month", "year"]


class Include(StrEnum):
    """What an answer carries only when it is asked for."""

    METADATA = "metadata"
    FACES = "faces"
    PEOPLE = "people"
    FILE_DATA = "file_data"
    VARIANTS = "variants"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What lists, counts and searches have in common; times exclude both ends."""

    people: tuple[str, ...] = ()
    """All of them have to be in the picture."""
    album: str | None = None
    media_type: Literal["image", "video"] | None = None
    center: tuple[float, float] | None = field(default=None, repr=False)
    """Latitude and longitude; the vendor writes them the other way round."""
    radius: float | None = None
    """Metres, at most 50,000."""
    after: datetime | None = None
    before: datetime | None = None

    @property
    def query(self) -> Query:
        """Return what is sent."""
        return {
            "person_ids": self.people,
            "album_id": self.album,
            "media_type": self.media_type,
            "center": f"{self.center[1]},{self.center[0]}" if self.center else None,
            "radius": str(self.radius) if self.center else None,
            "local_datetime_after": timestamp(self.after) if self.after else None,
            "local_datetime_before": timestamp(self.before) if self.before else None,
        }


class AssetsApi:
    """Photos and videos."""

    def __init__(self, caller: Caller) -> None:
        """Ask by a caller."""
        self._caller = caller
        self._api = caller.api

    async def list(
        self,
        library: str,
        filters: Filters | None = None,
        *,
        ids: Collection[str] = (),
        include: Collection[Include] = (),
        limit: int | None = None,
        urgent: bool = False,
    ) -> AsyncIterator[wire.Asset]:
        """Yield assets, the latest capture first: `GET /api/assets`.

        `ids` are looked up 200 at a time; those that do not exist, or are in the trash, are left out.
        """
        query = {"library_id": library, "include": tuple(include), **(filters or Filters()).query}
        async for row in self._caller.rows_of("/api/assets", query, ids, limit=limit, urgent=urgent):
            yield wire.Asset.read(row, "asset")

    async def get(self, asset: str, include: Collection[Include] = (), *, urgent: bool = True) -> wire.Asset:
        """Return one asset of any library: `GET /api/assets/{asset_id}`. Raises `NotFound`."""
        answer = await self._api.get(f"/api/assets/{asset}", {"include": tuple(include)}, urgent=urgent)
        return wire.Asset.read(answer, "asset")

    async def find(
        self, library: str, asset: str, include: Collection[Include] = (), *, urgent: bool = True
    ) -> wire.Asset:
        """Return one asset of this library, unless it is in the trash, by the list. Raises `NotFound`."""
        async for row in self.list(library, ids=(asset,), include=include, urgent=urgent):
            if row.id == asset:
                return row
        raise NotFound("GET /api/assets: the library has no such asset")

    async def counts(
        self,
        library: str,
        group_by: GroupBy,
        filters: Filters | None = None,
        *,
        limit: int = LARGEST_PAGE,
        urgent: bool = False,
    ) -> AsyncIterator[wire.Bucket]:
        """Yield how many assets were taken when, the latest period first: `GET /api/assets/counts`.

        Times of the filters have to be without an offset.
        """
        query: Query = {"library_id": library, "group_by": group_by, "limit": limit, **(filters or Filters()).query}
        after: str | None = None
        while True:
            query_of_page = {**query, "starting_after_bucket": after}
            answer = await self._api.get("/api/assets/counts", query_of_page, urgent=urgent)
            page = wire.Page.read(answer, "GET /api/assets/counts")
            buckets = [wire.Bucket.read(row, "count") for row in page.rows]
            for bucket in buckets:
                yield bucket
            if not page.has_more or not buckets or buckets[-1].time_bucket == after:
                return
            after = buckets[-1].time_bucket

    async def upload(
        self, library: str, file: FormFile, *, device: str, device_asset: str, created: datetime, modified: datetime
    ) -> wire.Asset:
        """Upload a file, whose name needs the ending of a photo or video: `POST /api/assets`.

        The same bytes again are the asset that is there already. Raises `Rejected` for other endings, and when the
        storage is full.
        """
        fields = {
            "device_asset_id": device_asset,
            "device_id": device,
            # With the offset: a file that does not tell when it was taken is shown at the time on the wall.
            "file_created_at": created.isoformat(),
            "file_modified_at": modified.isoformat(),
            "library_id": library,
        }
        return wire.Asset.read(await self._api.upload("/api/assets", Form(fields, {"asset_data": file})), "asset")

    async def update(self, asset: str, changes: JsonObject) -> wire.Asset:
        """Change `description`, `rating`, `latitude` with `longitude`, `original_datetime`: `PATCH /api/assets/{id}`.

        None takes a value away.
        """
        return wire.Asset.read(await self._api.patch(f"/api/assets/{asset}", changes), "asset")

    async def trash(self, library: str, assets: Collection[str]) -> None:
        """Move up to 200 assets to the trash: `POST /api/assets/trash`."""
        await self._api.post("/api/assets/trash", {"ids": [*assets]}, {"library_id": library})

    async def restore(self, library: str, assets: Collection[str]) -> None:
        """Take up to 200 assets out of the trash: `POST /api/assets/restore`."""
        await self._api.post("/api/assets/restore", {"ids": [*assets]}, {"library_id": library})
