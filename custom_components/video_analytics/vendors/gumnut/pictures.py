"""Pictures: references that stay good, and the signed addresses behind them that may not."""

from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from time import monotonic
from typing import Literal

from ..budget import Urgency
from ..errors import NotFound
from ..http import Http
from ..models.media import Download, Picture
from ..models.moments import PictureRef
from ..secret import Secret
from . import wire
from .client import GumnutClient
from .client.assets import Include

type OfAsset = Literal["asset", "thumbnail", "fullsize"]
type Subject = OfAsset | Literal["person", "face", "album"]

_BEST = (
    "preview",
    "preview_image",
    "fullsize",
    "fullsize_image",
    "small",
    "small_image",
    "thumbnail",
    "thumbnail_image",
)
"""What is shown: 720 pixels or so are enough for a card, and a video has a still."""

_SMALL = ("thumbnail", "thumbnail_image", "small", "small_image")
"""For lists of many."""

_LARGE = ("fullsize", "fullsize_image")
"""For a screen."""

_FIRST = {"thumbnail": _SMALL, "fullsize": _LARGE}

_ORIGINALS = 16
"""How many addresses of originals are remembered: who watches a video asks for part after part."""
_ORIGINAL_FOR = 15 * 60.0
"""Seconds; it may be edited, and then the address is another."""


def reference(subject: Subject, key: str, urls: wire.Variants | None = None) -> PictureRef:
    """Return a reference; with an address where it is used at once, for addresses may expire."""
    return PictureRef(f"{subject}/{key}", _address(subject, urls))


def asset_reference(row: wire.Asset, subject: OfAsset = "asset", urls: wire.Variants | None = None) -> PictureRef:
    """Return a reference to an asset as it looks now: what is edited is another version, as far as the vendor tells."""
    version = f"/{row.current_version_id}" if row.current_version_id else ""
    return reference(subject, f"{row.id}{version}", urls)


def _address(subject: str, urls: wire.Variants | None) -> Secret | None:
    """Return where the picture is, if there is one."""
    order = (*_FIRST.get(subject, ()), *_BEST)
    return next((Secret(urls[name].url) for name in order if name in urls and urls[name].url), None) if urls else None


class Pictures:
    """Fetches pictures from where Gumnut keeps them, without our key."""

    def __init__(self, http: Http, client: GumnutClient, library: str) -> None:
        """Nothing is asked for by itself."""
        self._http = http
        self._client = client
        self._library = library
        self._originals: OrderedDict[str, tuple[Secret, float]] = OrderedDict()
        """Addresses, and until when they are used."""

    async def fetch(self, ref: PictureRef, urgency: Urgency) -> Picture:
        """Return a picture. Raises `NotFound` when there is none, which may be so for a moment after an upload."""
        if ref.where:
            try:
                return await self._http.picture_of_event(ref.where, "picture", urgency)
            except NotFound:  # the address has expired
                pass
        subject, _, key = ref.id.partition("/")
        address = _address(subject, await self._ask(subject, key, urgent=urgency is Urgency.PERSON))
        if address is None:
            raise NotFound(f"picture: the {subject} has none")
        return await self._http.picture_of_event(address, "picture", urgency)

    @asynccontextmanager
    async def original(self, asset: str, byte_range: str | None = None) -> AsyncIterator[Download]:
        """Stream the file as it was uploaded, or edited last, or a part of it.

        That parts are served is not documented; where they are not, all of the file comes.
        """
        async with AsyncExitStack() as stack:
            yield await self._open(stack, asset, byte_range)

    async def _open(self, stack: AsyncExitStack, asset: str, byte_range: str | None) -> Download:
        known, until = self._originals.pop(asset, (None, 0.0))
        if known and monotonic() < until:
            with suppress(NotFound):  # the address has expired
                return await self._download(stack, asset, (known, until), byte_range)
        urls = await self._ask("asset", asset, urgent=True)
        if not urls or "original" not in urls:
            raise NotFound("original: the asset has none")
        found = Secret(urls["original"].url), monotonic() + _ORIGINAL_FOR
        return await self._download(stack, asset, found, byte_range)

    async def _download(
        self, stack: AsyncExitStack, asset: str, known: tuple[Secret, float], byte_range: str | None
    ) -> Download:
        address, _ = known
        found = self._http.download(address, "original", byte_range=byte_range)
        download = await stack.enter_async_context(found)
        if byte_range:  # more of them will follow
            self._originals[asset] = known
            while len(self._originals) > _ORIGINALS:
                self._originals.popitem(last=False)
        return download

    async def _ask(self, subject: str, key: str, *, urgent: bool) -> wire.Variants | None:
        """Ask for fresh addresses; what is in the trash, or was moved to another library, has none."""
        client = self._client
        match subject:
            case "asset" | "thumbnail" | "fullsize":
                asset, _, _ = key.partition("/")  # only its present version can be asked for
                return (await client.assets.find(self._library, asset, (Include.VARIANTS,), urgent=urgent)).asset_urls
            case "person":
                return (await client.people.get(key, urgent=urgent)).asset_urls
            case "face":
                return (await client.faces.get(key, self._library, urgent=urgent)).asset_urls
            case "album":
                return (await client.albums.get(key, urgent=urgent)).asset_urls
            case _:
                return None
