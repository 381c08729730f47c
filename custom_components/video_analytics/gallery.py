"""What is looked at of a photo library: it remembers what it listed last, so that its pictures need no further request."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import date
from enum import StrEnum
from time import monotonic
from typing import Protocol
from urllib.parse import quote

from .const import DOMAIN
from .pictures import PictureMemory, content_type_of
from .vendors.contract import People, PeopleWay, Photos
from .vendors.errors import BadAnswer, NotFound
from .vendors.models.databases import PeopleQuery
from .vendors.models.media import Download, Picture
from .vendors.models.moments import PictureRef
from .vendors.models.photos import Album, Asset, AssetQuery
from .vendors.models.state import Person

_ASSETS = 2000
_OTHERS = 1000
"""How much is remembered: some pages, with the signed addresses of their pictures."""
_REMEMBERED = 15 * 60.0
"""For how many seconds: it may be edited, moved to another library or into the trash."""
_MISSED = 30.0
"""For how many seconds what is not there is not asked for again."""
_PICTURES_AT_ONCE = 8
_PREPARED = 16 * 1024 * 1024
"""Bytes of pictures that are about to be shown."""
_PREPARED_FOR = 60.0
"""Seconds; whoever shows it fetches it at once."""


class Subject(StrEnum):
    """What there are pictures of."""

    THUMBNAIL = "thumbnail"
    FULLSIZE = "fullsize"
    PORTRAIT = "portrait"
    COVER = "cover"


class _Recent[T]:
    """What was said last, by ids; forgotten after a time, since it may not be so any more."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._items: OrderedDict[str, tuple[T, float]] = OrderedDict()

    def get(self, key: str) -> T | None:
        item, until = self._items.get(key, (None, 0.0))
        return item if monotonic() < until else None

    def note(self, key: str, item: T) -> None:
        self._items[key] = item, monotonic() + self._seconds
        self._items.move_to_end(key)
        while len(self._items) > self._limit:
            self._items.popitem(last=False)


class _Named(Protocol):
    @property
    def id(self) -> str: ...


class _Known[T: _Named]:
    """What was listed lately. What was not is asked for, and what is not there is not asked for again for a while."""

    def __init__(self, limit: int) -> None:
        self._items = _Recent[T](limit, _REMEMBERED)
        self._missing = _Recent[bool](limit, _MISSED)

    async def get(self, key: str, ask: Callable[[str], Awaitable[T]]) -> T:
        """Return it. Raises `NotFound`."""
        if known := self._items.get(key):
            return known
        if self._missing.get(key):
            raise NotFound("gallery: there was no such thing a moment ago")
        try:
            found = await ask(key)
        except NotFound:
            self._missing.note(key, True)
            raise
        self.note((found,))
        return found

    def note(self, items: Iterable[T]) -> None:
        for item in items:
            self._items.note(item.id, item)


class Gallery:
    """The photo library of one account. Everything here raises the vendor's errors."""

    def __init__(self, entry_id: str, photos: Photos, people: People | None) -> None:
        """`people` is used where it lists everybody who has a name."""
        self._entry_id = entry_id
        self._photos = photos
        self._people = people if people and PeopleWay.LIST in people.ways else None
        self._assets = _Known[Asset](_ASSETS)
        self._listed_people = _Known[Person](_OTHERS)
        self._listed_albums = _Known[Album](_OTHERS)
        self._prepared = PictureMemory(_PREPARED)
        self._lately_prepared = _Recent[bool](_ASSETS, _PREPARED_FOR)
        self._room = asyncio.Semaphore(_PICTURES_AT_ONCE)

    @property
    def knows_people(self) -> bool:
        """Tell whether people can be listed."""
        return self._people is not None

    async def find(self, query: AssetQuery) -> tuple[Asset, ...]:
        """Return photos and videos."""
        found = tuple([asset async for asset in self._photos.find(query)])
        self._assets.note(found)
        return found

    async def people(self) -> tuple[Person, ...]:
        """Return everybody who has a name, and is not hidden."""
        found = await self._people_of(PeopleQuery())
        self._listed_people.note(found)
        return found

    async def albums(self) -> tuple[Album, ...]:
        """Return the albums."""
        found = tuple([album async for album in self._photos.albums()])
        self._listed_albums.note(found)
        return found

    async def months(self) -> Mapping[date, int]:
        """Return how many were taken in which month, the latest first."""
        return await self._photos.months()

    async def asset(self, key: str) -> Asset:
        """Return a photo or video of this library. Raises `NotFound`."""
        return await self._assets.get(key, self._photos.asset)

    async def person(self, key: str) -> Person:
        """Return somebody who has a name. Raises `NotFound`."""
        return await self._listed_people.get(key, self._ask_person)

    async def album(self, key: str) -> Album:
        """Return an album. Raises `NotFound`."""
        return await self._listed_albums.get(key, self._ask_album)

    async def prepare(self, asset: str) -> Picture:
        """Fetch the picture that is about to be shown, and hold it until it is."""
        picture = await self._fetch(Subject.FULLSIZE, asset)
        self._prepared.keep(asset, picture)
        self._lately_prepared.note(asset, True)
        return picture

    async def picture(self, subject: Subject, key: str) -> Picture:
        """Return a picture. Raises `NotFound` where there is none."""
        if subject is Subject.FULLSIZE and (prepared := self._prepared.get(key)):
            # Not for longer: the photo may be edited, and whoever shows it keeps it in a cache anyway.
            self._prepared.drop(key)
            if self._lately_prepared.get(key):
                return prepared
        return await self._fetch(subject, key)

    def original(self, asset: str, byte_range: str | None) -> AbstractAsyncContextManager[Download]:
        """Stream the file of a photo or video, or a part of it."""
        return self._photos.original(asset, byte_range)

    def path(self, subject: Subject | None, key: str) -> str:
        """Return the path of a picture, or of the original for None; it needs login."""
        return f"/api/{DOMAIN}/{self._entry_id}/photo/{subject or 'original'}/{quote(key, safe='')}"

    async def _fetch(self, subject: Subject, key: str) -> Picture:
        async with self._room:
            ref = await self._reference(subject, key)
            if ref is None:
                raise NotFound(f"{subject}: there is none")
            picture = await self._photos.picture(ref)
        # What vendors call it need not be true, and a browser would run what a drawing (SVG) says.
        if (content_type := content_type_of(picture.content)) is None:
            raise BadAnswer(f"{subject}: expected a picture")
        return Picture(picture.content, content_type)

    async def _people_of(self, query: PeopleQuery) -> tuple[Person, ...]:
        if self._people is None:
            return ()
        return tuple(person for person in await self._people.choices(query) if person.name and not person.hidden)

    async def _ask_person(self, key: str) -> Person:
        for person in await self._people_of(PeopleQuery(id=key)):
            if person.id == key:
                return person
        raise NotFound("people: nobody of this library has such an id and a name")

    async def _ask_album(self, key: str) -> Album:
        async for album in self._photos.albums((key,)):
            if album.id == key:
                return album
        raise NotFound("albums: the library has no such album")

    async def _reference(self, subject: Subject, key: str) -> PictureRef | None:
        match subject:
            case Subject.THUMBNAIL:
                return (await self.asset(key)).thumbnail
            case Subject.FULLSIZE:
                return (await self.asset(key)).fullsize
            case Subject.PORTRAIT:
                return (await self.person(key)).portrait
            case Subject.COVER:
                return (await self.album(key)).cover
