"""A photo library as media: its newest photos, people, albums and months."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from homeassistant.components.media_player.const import MediaClass
from homeassistant.components.media_source import BrowseMediaSource, PlayMedia
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_cached_translations

from .const import DOMAIN
from .gallery import Gallery, Subject
from .media_ids import ORIGINAL, PHOTO, media_identifier
from .names import normalised_name
from .runtime import AccountConfigEntry
from .vendors.models.photos import Album, Asset, AssetQuery
from .vendors.models.state import Person

SECTIONS = ("newest", "people", "albums", "months")

_NEWEST = 200
"""What is older is found in people, albums and months, and by a search."""
_IN_FOLDER = 500
"""What a browser bears; there is no paging."""
_FOUND = 100
_CLASSES = (MediaClass.IMAGE, MediaClass.VIDEO)
_TICK = timedelta(microseconds=1)
_LONGEST_MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class PhotoLibrary:
    """A library of an account that is set up. What asks the vendor raises the vendor's errors."""

    hass: HomeAssistant
    entry: AccountConfigEntry
    gallery: Gallery

    def folder(self, children: Sequence[BrowseMediaSource] = ()) -> BrowseMediaSource:
        """Return the library's own folder."""
        return self._folder((), self.entry.title, children)

    async def browse(self, place: Sequence[str]) -> BrowseMediaSource | None:
        """Return the folder at a place in the library; None where there can be none."""
        match place:
            case ():
                return self.folder([self._section(name) for name in SECTIONS if name != "people" or self._has_people])
            case ("newest",):
                photos = await self.gallery.find(AssetQuery(limit=_NEWEST))
                library = self.entry.runtime_data.coordinator.data.library
                return self._section("newest", self._photos(photos), _rest(photos, library.items if library else None))
            case ("people",) if self._has_people:
                people = sorted(await self.gallery.people(), key=_by_photos)
                return self._section("people", [self._person(person) for person in people])
            case ("albums",):
                albums = sorted(await self.gallery.albums(), key=lambda album: album.name.casefold())
                return self._section("albums", [self._album(album) for album in albums])
            case ("months",):
                months = await self.gallery.months()
                return self._section("months", [self._month(first, count) for first, count in months.items()])
            case (section, key) if query := _query(place):
                return await self._contents(section, key, query)
        return None

    async def search(
        self, place: Sequence[str], text: str, classes: Collection[MediaClass]
    ) -> list[BrowseMediaSource] | None:
        """Return people by their names, and what is to be seen below a place; None where there can be none."""
        query = _query(place)
        if query is None:
            return None
        found: list[BrowseMediaSource] = []
        if self._has_people and query == _query(()) and (not classes or MediaClass.DIRECTORY in classes):
            name = normalised_name(text)
            people = self.entry.runtime_data.coordinator.data.people.values()
            named = (person for person in people if person.name and not person.hidden)
            found += [self._person(person) for person in named if name in normalised_name(person.name or "")]
        if not classes or not set(classes).isdisjoint(_CLASSES):
            photos = self._photos(await self.gallery.find(replace(query, text=text, limit=_FOUND)))
            found += [photo for photo in photos if not classes or photo.media_class in classes]
        return found

    async def resolve(self, place: Sequence[str]) -> PlayMedia | None:
        """Return where a photo or video plays; None where there can be none."""
        match place:
            case (form, key) if form in (PHOTO, ORIGINAL):
                asset = await self.gallery.asset(key)
                if form == ORIGINAL or _is_video(asset):
                    return PlayMedia(self.gallery.path(None, key), asset.mime_type)
                # Not every original is shown by browsers and televisions (HEIC, raw). The vendor's largest rendering is,
                # and it is fetched at once, so that what cannot be had is said in words.
                picture = await self.gallery.prepare(key)
                return PlayMedia(self.gallery.path(Subject.FULLSIZE, key), picture.content_type)
        return None

    async def _contents(self, section: str, key: str, query: AssetQuery) -> BrowseMediaSource:
        """Return the photos of a person, an album or a month."""
        match section:
            case "people":
                person = await self.gallery.person(key)
                photos = await self.gallery.find(query)
                return self._person(person, self._photos(photos), _rest(photos, person.photos))
            case "albums":
                album = await self.gallery.album(key)
                photos = await self.gallery.find(query)
                return self._album(album, self._photos(photos), _rest(photos, album.assets))
            case _:
                first = _first_day(key)
                photos = await self.gallery.find(query)
                full = len(photos) == query.limit
                count = (await self.gallery.months()).get(first) if full else len(photos)
                return self._month(first, count, self._photos(photos), _rest(photos, count))

    def _section(self, name: str, children: Sequence[BrowseMediaSource] = (), not_shown: int = 0) -> BrowseMediaSource:
        return self._folder((name,), self._text(name), children, not_shown)

    def _person(
        self, person: Person, children: Sequence[BrowseMediaSource] = (), not_shown: int = 0
    ) -> BrowseMediaSource:
        portrait = self.gallery.path(Subject.PORTRAIT, person.id) if person.portrait else None
        return self._folder(("people", person.id), person.name or person.id, children, not_shown, portrait)

    def _album(self, album: Album, children: Sequence[BrowseMediaSource] = (), not_shown: int = 0) -> BrowseMediaSource:
        cover = self.gallery.path(Subject.COVER, album.id) if album.cover else None
        return self._folder(("albums", album.id), album.name, children, not_shown, cover)

    def _month(
        self, first: date, count: int | None, children: Sequence[BrowseMediaSource] = (), not_shown: int = 0
    ) -> BrowseMediaSource:
        title = f"{self._text(f'month_{first.month}')} {first.year}"
        return self._folder(
            ("months", f"{first:%Y-%m}"), title if count is None else f"{title} ({count})", children, not_shown
        )

    def _folder(
        self,
        place: Sequence[str],
        title: str,
        children: Sequence[BrowseMediaSource],
        not_shown: int = 0,
        thumbnail: str | None = None,
    ) -> BrowseMediaSource:
        return BrowseMediaSource(
            domain=DOMAIN,
            identifier=media_identifier(self.entry, *place),
            media_class=MediaClass.DIRECTORY,
            media_content_type="",
            title=title,
            can_play=False,
            can_expand=True,
            can_search=True,
            search_media_classes=[*_CLASSES, MediaClass.DIRECTORY],
            children=children,
            not_shown=not_shown,
            thumbnail=thumbnail,
        )

    def _photos(self, assets: Sequence[Asset]) -> list[BrowseMediaSource]:
        return [
            BrowseMediaSource(
                domain=DOMAIN,
                identifier=media_identifier(self.entry, PHOTO, asset.id),
                media_class=MediaClass.VIDEO if _is_video(asset) else MediaClass.IMAGE,
                media_content_type=asset.mime_type if _is_video(asset) else "image/jpeg",
                title=_title(asset),
                can_play=True,
                can_expand=False,
                thumbnail=self.gallery.path(Subject.THUMBNAIL, asset.id) if asset.thumbnail else None,
            )
            for asset in assets
        ]

    @property
    def _has_people(self) -> bool:
        return self.gallery.knows_people

    def _text(self, key: str) -> str:
        texts = async_get_cached_translations(self.hass, self.hass.config.language, "common", DOMAIN)
        return texts.get(f"component.{DOMAIN}.common.{key}", key)


def _query(place: Sequence[str]) -> AssetQuery | None:
    """Return what is below a place; None where there can be no place."""
    match place:
        case () | ("newest" | "people" | "albums" | "months",):
            return AssetQuery(limit=_IN_FOLDER)
        case ("people", person):
            return AssetQuery(people=(person,), limit=_IN_FOLDER)
        case ("albums", album):
            return AssetQuery(album=album, limit=_IN_FOLDER)
        case ("months", month):
            try:
                first = datetime.combine(_first_day(month), time())
                after, before = first - _TICK, (first + _LONGEST_MONTH).replace(day=1)
            except ValueError, OverflowError:
                return None
            return AssetQuery(after=after, before=before, limit=_IN_FOLDER)
    return None


def _first_day(month: str) -> date:
    """Read a month ("2026-11"). Raises ValueError."""
    return date.fromisoformat(f"{month}-01")


def _rest(shown: Sequence[Asset], total: int | None) -> int:
    """Return how many are not shown, as far as it is known."""
    return max(0, (total or 0) - len(shown))


def _by_photos(person: Person) -> tuple[int, str]:
    """Put those first who are in most photos, and by their names where that is not known."""
    return -(person.photos or 0), normalised_name(person.name or "")


def _is_video(asset: Asset) -> bool:
    return asset.mime_type.startswith("video/")


def _title(asset: Asset) -> str:
    """Return when and where it was taken, else what is to be seen, and the file's name where nothing is known."""
    taken = f"{asset.taken:%Y-%m-%d %H:%M}" if asset.taken else None
    what = asset.place or ", ".join(asset.names) or (None if taken else asset.description)
    return " · ".join(filter(None, (taken, what))) or asset.name
