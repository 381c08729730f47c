"""``/api/search``: by words, by a picture, or by filters alone."""

import asyncio
from collections.abc import Mapping, Sequence

from aiohttp import web
from aiohttp.web_request import FileField
from PIL import Image

from ..switches import Json
from .assets import Assets, Filters, by_capture, include_of
from .drawing import opened
from .house import House
from .library import Asset
from .wire import Call, Values, invalid, limit_of, page, text, values_of, whole

RANKED = 200
_GRID = (16, 9)
_ALIKE = 0.35
"""From which distance on a picture is not alike at all; chosen here."""

type _Ranked = Sequence[tuple[Asset, float | None]]


class Search:
    """Ranks photos."""

    def __init__(self, house: House, assets: Assets) -> None:
        self._house = house
        self._assets = assets

    def routes(self) -> list[tuple[str, str, Call]]:
        """Return the calls."""
        return [("GET", "/api/search", self._by_query), ("POST", "/api/search", self._by_form)]

    async def _by_query(self, request: web.Request) -> web.Response:
        return await self._answer(request, values_of(request), None)

    async def _by_form(self, request: web.Request) -> web.Response:
        form = await request.post()
        values: Mapping[str, list[str]] = {
            name: [value for value in form.getall(name) if isinstance(value, str)] for name in form
        }
        file = form.get("image")
        picture = opened(file.file.read()) if isinstance(file, FileField) else None
        if isinstance(file, FileField) and picture is None:
            invalid("not a picture", "body", "image")
        return await self._answer(request, values, picture)

    async def _answer(self, request: web.Request, values: Values, picture: Image.Image | None) -> web.Response:
        library, include = self._house.asked(request, values), include_of(values_of(request))
        filters, query = Filters.read(values), (text(values, "query") or "").strip()
        if not query and picture is None and not filters.is_criterion:
            invalid("at least one search criterion is required", "query", "query")
        assets = [asset for asset in library.assets.values() if asset.trashed is None and filters.wants(library, asset)]
        ranked = await asyncio.to_thread(self._rank, assets, query, picture)
        size, number = limit_of(values), whole(values, "page", 1, 1, 10_000)
        start = (number - 1) * size
        shown = ranked[start : start + size]
        rows = await self._assets.written(request, library, [asset for asset, _ in shown], include)
        data: list[Json] = [
            {"asset": row, "distance": distance} for row, (_, distance) in zip(rows, shown, strict=True)
        ]
        return page(data, len(ranked) > start + size)

    def _rank(self, assets: list[Asset], query: str, picture: Image.Image | None) -> _Ranked:
        if not query and picture is None:
            return [(asset, None) for asset in by_capture(assets)]
        wanted = _grid(picture) if picture else None
        found: list[tuple[Asset, float]] = []
        for asset in assets:
            distances = [_by_words(asset, query)] if query else []
            if wanted is not None and not asset.is_video:
                distances.append(self._by_likeness(asset, wanted))
            near = [distance for distance in distances if distance is not None]
            if near:
                found.append((asset, round(min(near), 4)))
        return sorted(found, key=lambda item: item[1])[:RANKED]

    def _by_likeness(self, asset: Asset, wanted: bytes) -> float | None:
        image = opened(self._house.content(asset))
        if image is None:
            return None
        distance = sum(abs(a - b) for a, b in zip(_grid(image), wanted, strict=True)) / (255 * len(wanted))
        return distance if distance < _ALIKE else None


def _by_words(asset: Asset, query: str) -> float | None:
    """Return the share of the words that are nowhere in what is known of a photo; None when all are missing."""
    known = " ".join(
        filter(None, (asset.description, asset.caption, asset.file_name, *asset.labels.values()))
    ).casefold()
    words = query.casefold().split()
    hits = sum(word in known for word in words)
    return 1 - hits / len(words) if hits else None


def _grid(image: Image.Image) -> bytes:
    return image.convert("RGB").resize(_GRID, Image.Resampling.BOX).tobytes()
