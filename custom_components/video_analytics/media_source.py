"""Media: what accounts have to be looked at, at present photo libraries. A folder for each account, below it its own."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, zip_longest
from typing import override

from homeassistant.components.media_player.browse_media import SearchMedia, SearchMediaQuery
from homeassistant.components.media_player.const import MediaClass
from homeassistant.components.media_player.errors import BrowseError
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .const import DOMAIN
from .exceptions import translated
from .media_ids import media_place
from .media_photos import PhotoLibrary
from .runtime import AccountConfigEntry, async_accounts
from .vendors.errors import VendorError


async def async_get_media_source(hass: HomeAssistant) -> MediaSource:
    """Return the media of all accounts."""
    return VideoAnalyticsMediaSource(hass)


class VideoAnalyticsMediaSource(MediaSource):
    """The media of the accounts that are set up."""

    name = "Video Analytics"

    def __init__(self, hass: HomeAssistant) -> None:
        """Ask the accounts when somebody looks."""
        super().__init__(DOMAIN)
        self._hass = hass

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        if not item.identifier:
            return self._root()
        library, place = self._find(item.identifier, BrowseError)
        with _told_as(BrowseError):
            if found := await library.browse(place):
                return found
        raise _unknown(BrowseError, item.identifier)

    @override
    async def async_search_media(self, item: MediaSourceItem, query: SearchMediaQuery) -> SearchMedia:
        text, classes = query.search_query.strip(), query.media_filter_classes or ()
        if not text:
            return SearchMedia(result=[])
        if not item.identifier:
            return SearchMedia(result=await self._search_all(text, classes))
        library, place = self._find(item.identifier, BrowseError)
        with _told_as(BrowseError):
            found = await library.search(place, text, classes)
        if found is None:
            raise _unknown(BrowseError, item.identifier)
        return SearchMedia(result=found)

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        library, place = self._find(item.identifier, Unresolvable)
        with _told_as(Unresolvable):
            if found := await library.resolve(place):
                return found
        raise _unknown(Unresolvable, item.identifier)

    def _root(self) -> BrowseMediaSource:
        return BrowseMediaSource(
            domain=DOMAIN,
            identifier=None,
            media_class=MediaClass.DIRECTORY,
            media_content_type="",
            title=self.name,
            can_play=False,
            can_expand=True,
            can_search=True,
            search_media_classes=[MediaClass.IMAGE, MediaClass.VIDEO, MediaClass.DIRECTORY],
            children=[library.folder() for library in self._libraries()],
        )

    async def _search_all(self, text: str, classes: Sequence[MediaClass]) -> list[BrowseMediaSource]:
        """Return what all libraries find, the best of each first; one that fails does not hide the others."""
        searches = (library.search((), text, classes) for library in self._libraries())
        answers = await asyncio.gather(*searches, return_exceptions=True)
        found = [answer for answer in answers if isinstance(answer, list)]
        for error in answers:
            if isinstance(error, BaseException) and not (found and isinstance(error, VendorError)):
                with _told_as(BrowseError):
                    raise error
        return [item for item in chain.from_iterable(zip_longest(*found)) if item]

    def _libraries(self) -> list[PhotoLibrary]:
        """Return what can be looked at; raises BrowseError where there is nothing."""
        entries = sorted(async_accounts(self._hass).present, key=lambda entry: entry.title.casefold())
        libraries = [library for entry in entries if (library := self._library(entry))]
        if not libraries:
            raise BrowseError(translation_domain=DOMAIN, translation_key="no_media")
        return libraries

    def _library(self, entry: AccountConfigEntry) -> PhotoLibrary | None:
        gallery = entry.runtime_data.gallery
        return PhotoLibrary(self._hass, entry, gallery) if gallery else None

    def _find(self, identifier: str, kind: type[HomeAssistantError]) -> tuple[PhotoLibrary, tuple[str, ...]]:
        """Return the library of an identifier, and the place in it."""
        entry, place = media_place(self._hass, identifier)
        if entry is None:
            raise _unknown(kind, identifier)
        present = next((one for one in async_accounts(self._hass).present if one is entry), None)
        if present is None:
            raise kind(
                translation_domain=DOMAIN,
                translation_key="media_account_not_loaded",
                translation_placeholders={"account": entry.title},
            )
        if library := self._library(present):
            return library, place
        raise _unknown(kind, identifier)


def _unknown(kind: type[HomeAssistantError], identifier: str) -> HomeAssistantError:
    return kind(translation_domain=DOMAIN, translation_key="unknown_media", translation_placeholders={"id": identifier})


@contextmanager
def _told_as(kind: type[HomeAssistantError]) -> Iterator[None]:
    try:
        yield
    except VendorError as error:
        raise translated(kind, error) from error
