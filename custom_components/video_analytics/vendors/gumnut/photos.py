"""The photos of a library, and the faces in them."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import date, datetime
from typing import override

from .. import contract
from ..budget import Urgency
from ..errors import BadAnswer, NotFound, OutsidePicture, Rejected
from ..form import FormFile
from ..models.media import Download, Picture
from ..models.moments import PictureRef
from ..models.photos import Album, Asset, AssetDraft, AssetQuery, Box, PersonDraft, PhotoFace
from ..models.state import Person
from . import decode
from .client import GumnutClient
from .client.assets import Filters, Include
from .pictures import Pictures

_INCLUDE = (Include.METADATA, Include.PEOPLE, Include.VARIANTS)
_FARTHEST = 50_000.0


class GumnutPhotos(contract.Photos):
    """What can be done with a library, as far as the key's actions and the user's role allow it.

    Nothing of other libraries is changed: where a call of the vendor's does not say which library is meant, it is asked
    first whether what it changes is in this one.
    """

    def __init__(self, client: GumnutClient, library: str, pictures: Pictures, changed: Callable[[], None]) -> None:
        """`changed` is called when something was changed here, which the feed will tell."""
        self._client = client
        self._library = library
        self._pictures = pictures
        self._changed = changed

    @override
    async def find(self, query: AssetQuery) -> AsyncGenerator[Asset]:
        if query.limit <= 0:
            return
        filters = _filters(query)
        if query.text or query.picture:
            found = self._client.search.find(
                self._library,
                text=query.text,
                picture=query.picture,
                filters=filters,
                include=_INCLUDE,
                limit=query.limit,
            )
            async for result in found:
                yield decode.asset(result.asset)
            return
        rows = self._client.assets.list(self._library, filters, include=_INCLUDE, limit=query.limit, urgent=True)
        async for row in rows:
            yield decode.asset(row)

    @override
    async def asset(self, asset: str) -> Asset:
        return decode.asset(await self._client.assets.find(self._library, asset, _INCLUDE))

    @override
    async def picture(self, ref: PictureRef) -> Picture:
        return await self._pictures.fetch(ref, Urgency.PERSON)

    @override
    def original(self, asset: str, byte_range: str | None = None) -> AbstractAsyncContextManager[Download]:
        return self._pictures.original(asset, byte_range)

    @override
    async def months(self) -> Mapping[date, int]:
        buckets = self._client.assets.counts(self._library, "month", urgent=True)
        return {_day(bucket.time_bucket): bucket.count async for bucket in buckets}

    @override
    async def albums(self, ids: Collection[str] = ()) -> AsyncGenerator[Album]:
        async for row in self._client.albums.list(self._library, ids=ids):
            yield decode.album(row)

    @override
    async def faces(self, asset: str) -> tuple[PhotoFace, ...]:
        rows = self._client.faces.list(self._library, asset=asset, urgent=True)
        return tuple([decode.face(row) async for row in rows])

    @override
    async def upload(self, draft: AssetDraft, chunks: AsyncIterator[bytes]) -> Asset:
        file = FormFile(draft.name, chunks, draft.mime_type)
        row = await self._client.assets.upload(
            self._library,
            file,
            device=draft.device,
            device_asset=draft.device_asset,
            created=draft.created,
            modified=draft.modified,
        )
        self._changed()
        return decode.asset(row)

    @override
    async def create_face(self, asset: str, box: Box, person: str | None) -> PhotoFace:
        what = "POST /api/faces"
        if min(box.x, box.y) < 0 or min(box.w, box.h) < 1:
            raise OutsidePicture(f"{what}: not a box", "The box begins outside of the picture, or has no size")
        row = await self._client.assets.get(asset)
        # Zero or null is a picture whose size is not known yet: then the vendor decides.
        if row.width and row.height and not box.fits(row.width, row.height):
            reason = (
                f"The box ends at {box.right} x {box.bottom}, and the picture has {row.width} x {row.height} pixels"
            )
            raise OutsidePicture(f"{what}: the box does not fit", reason, (row.width, row.height))
        face = decode.face(await self._client.faces.create(asset, box, person=person, library=self._library))
        self._changed()
        return replace(face, box=face.box or box, manual=True)

    @override
    async def assign_face(self, face: str, person: str | None) -> PhotoFace:
        row = await self._client.faces.assign(face, person, self._library)
        self._changed()
        return decode.face(row)

    @override
    async def save_person(self, person: str | None, draft: PersonDraft) -> Person:
        fields = self._client.people
        if person is None:
            row = await fields.create(
                self._library,
                name=draft.name,
                birth_date=draft.birthday,
                favorite=draft.favorite,
                hidden=draft.hidden,
            )
        else:
            await self._check_people("PATCH /api/people", (person,))
            row = await fields.update(
                person, name=draft.name, birth_date=draft.birthday, favorite=draft.favorite, hidden=draft.hidden
            )
        self._changed()
        return decode.person(row)

    @override
    async def merge(self, into: str, people: Collection[str], *, confirm: bool) -> Person | None:
        what = "POST /api/people/merge"
        if not confirm:
            raise Rejected(f"{what}: not confirmed", "Merging people cannot be undone, and has to be confirmed")
        if not people or into in people:
            raise Rejected(
                f"{what}: nobody to merge", "Nobody can be merged into themselves, and somebody has to be named"
            )
        await self._check_people(what, (into, *people))
        row = await self._client.people.merge(into, people)
        self._changed()
        return decode.person(row) if row else None

    async def _check_people(self, what: str, people: Collection[str]) -> None:
        """Raise `NotFound` unless all are of this library: the vendor changes people of any that the key may see."""
        rows = self._client.people.list(self._library, ids=dict.fromkeys(people), names="all", hidden=True, urgent=True)
        if not {*people} <= {row.id async for row in rows}:
            raise NotFound(f"{what}: the library has no such person")


def _day(bucket: str) -> date:
    try:
        return datetime.fromisoformat(bucket).date()
    except ValueError:
        raise BadAnswer("GET /api/assets/counts: not a time") from None


def _filters(query: AssetQuery) -> Filters:
    """Return the vendor's filters. Raises `Rejected` for what it is known not to take."""
    what = "GET /api/assets"
    if query.after and query.before and (query.after.tzinfo is None) is not (query.before.tzinfo is None):
        raise Rejected(f"{what}: mixed times", "Either both times have an offset or neither has one")
    if query.near and not (query.radius and 0 < query.radius <= _FARTHEST):
        raise Rejected(f"{what}: no radius", "A place needs a radius of up to 50,000 metres")
    return Filters(
        people=query.people,
        album=query.album,
        center=query.near,
        radius=query.radius,
        after=query.after,
        before=query.before,
    )
