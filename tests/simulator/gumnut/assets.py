"""``/api/assets``: lists and counts with their filters, uploads, changes, the trash."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import cos, hypot, radians
import mimetypes
from typing import cast

from aiohttp import web
from aiohttp.web_request import FileField

from ..switches import Json, JsonObject
from .growing import checksum_of
from .house import House, base_of
from .ids import make_id
from .library import Asset, Library
from .media import size_of
from .rows import INCLUDES, Rows
from .wire import (
    Call,
    Values,
    behind,
    choice,
    chosen,
    invalid,
    limit_of,
    moment,
    number,
    page,
    read_ids,
    read_object,
    refuse,
    several,
    text,
    values_of,
)

_STATES = ("live", "trashed", "all")
_METRES = 111_320.0
_FARTHEST = 50_000.0


@dataclass
class Filters:
    """What lists, counts and searches have in common."""

    people: tuple[str, ...] = ()
    album: str | None = None
    in_album: str = "all"
    media_type: str | None = None
    ratings: tuple[str, ...] = ()
    after: datetime | None = None
    before: datetime | None = None
    inside: Callable[[Asset], bool] = field(default=lambda asset: True)

    @classmethod
    def read(cls, values: Values) -> Filters:
        """Read a query or a form."""
        after, before = (
            moment(value, name) if (value := text(values, name)) else None
            for name in ("local_datetime_after", "local_datetime_before")
        )
        if after and before and (after.tzinfo is None) is not (before.tzinfo is None):
            invalid("naive and aware times do not mix", "query", "local_datetime_after")
        media_type = choice(values, "media_type", ("image", "video", ""), "")
        return cls(
            people=several(values, "person_ids"),
            album=text(values, "album_id"),
            in_album=choice(values, "album_filter", ("all", "in_album", "not_in_album"), "all"),
            media_type=media_type or None,
            ratings=several(values, "ratings"),
            after=after,
            before=before,
            inside=_place(values),
        )

    @property
    def is_criterion(self) -> bool:
        """Whether a search may have no other criterion; a place is none."""
        return bool(self.people or self.album or self.media_type or self.ratings or self.after or self.before)

    def wants(self, library: Library, asset: Asset) -> bool:
        """Return whether an asset is wanted."""
        albums = [album for album in library.albums.values() if asset.id in album.assets]
        return (
            (self.media_type is None or asset.mime_type.startswith(self.media_type))
            and (not self.ratings or str(asset.rating or 0) in self.ratings)
            and (self.album is None or any(album.id == self.album for album in albums))
            and (self.in_album == "all" or bool(albums) is (self.in_album == "in_album"))
            and set(self.people) <= {person.id for person in library.people_of(asset.id)}
            and (self.after is None or _later(asset.taken, self.after))
            and (self.before is None or _later(self.before, asset.taken))
            and self.inside(asset)
        )


def _later(one: datetime, other: datetime) -> bool:
    """Compare a capture time with a bound: by instants where both have an offset, else by the clocks on the wall."""
    if one.tzinfo and other.tzinfo:
        return one > other
    return one.replace(tzinfo=None) > other.replace(tzinfo=None)


def _place(values: Values) -> Callable[[Asset], bool]:
    bbox, center, radius = (text(values, name) for name in ("bbox", "center", "radius"))
    if bbox and (center or radius):
        invalid("bbox and center exclude each other", "query", "bbox")
    if bbox:
        west, south, east, north = _numbers(bbox, 4, "bbox")

        def in_box(asset: Asset) -> bool:
            if asset.location is None:
                return False
            latitude, longitude = asset.location
            across = west <= longitude <= east if west <= east else longitude >= west or longitude <= east
            return south <= latitude <= north and across

        return in_box
    if center or radius:
        if not center or not radius:
            invalid("center and radius belong together", "query", "center")
        longitude, latitude = _numbers(center, 2, "center")
        metres = number(radius, "radius")
        if not 0 < metres <= _FARTHEST:
            invalid("radius is more than 50,000 or nothing", "query", "radius")

        def near(asset: Asset) -> bool:
            if asset.location is None:
                return False
            north = (asset.location[0] - latitude) * _METRES
            east = (asset.location[1] - longitude) * _METRES * cos(radians(latitude))
            return hypot(north, east) <= metres

        return near
    return lambda asset: True


def _numbers(value: str, count: int, name: str) -> list[float]:
    parts = value.split(",")
    return (
        [number(part, name) for part in parts]
        if len(parts) == count
        else invalid(f"not {count} numbers", "query", name)
    )


def by_capture(assets: list[Asset], *, newest_first: bool = True) -> list[Asset]:
    """Return assets in the order of lists: by the clocks on the wall."""
    return sorted(assets, key=lambda asset: (asset.taken.replace(tzinfo=None), asset.id), reverse=newest_first)


def include_of(values: Values) -> frozenset[str]:
    """Return what an answer is to carry besides."""
    return chosen(values, "include", INCLUDES)


class Assets:
    """The calls about photos and videos."""

    def __init__(self, house: House) -> None:
        self._house = house

    def routes(self) -> list[tuple[str, str, Call]]:
        """Return the calls."""
        return [
            ("GET", "/api/assets", self._list),
            ("POST", "/api/assets", self._upload),
            ("DELETE", "/api/assets", self._delete_several),
            ("GET", "/api/assets/counts", self._counts),
            ("POST", "/api/assets/trash", self._trash),
            ("POST", "/api/assets/restore", self._restore),
            ("GET", "/api/assets/{id}", self._get),
            ("PATCH", "/api/assets/{id}", self._update),
            ("DELETE", "/api/assets/{id}", self._delete),
        ]

    async def _list(self, request: web.Request) -> web.Response:
        values = values_of(request)
        library, include = self._house.asked(request, values), include_of(values)
        assets = self._wanted(library, values)
        newest_first = choice(values, "order", ("asc", "desc"), "desc") == "desc"
        ordered = by_capture(assets, newest_first=newest_first)
        shown, more = behind(ordered, [asset.id for asset in ordered], values)
        return page(await self.written(request, library, [*shown], include), more)

    async def written(
        self, request: web.Request, library: Library, assets: list[Asset], include: frozenset[str]
    ) -> list[Json]:
        """Return rows of assets; in a thread, since some are drawn for it."""
        rows = Rows(self._house, base_of(request))
        return await asyncio.to_thread(lambda: [rows.asset(library, asset, include) for asset in assets])

    def _wanted(self, library: Library, values: Values) -> list[Asset]:
        filters, ids = Filters.read(values), several(values, "ids")
        state = choice(values, "state", _STATES, "live")
        candidates = [library.assets[key] for key in ids if key in library.assets] if ids else library.assets.values()
        return [asset for asset in candidates if _in_state(asset, state) and filters.wants(library, asset)]

    async def _counts(self, request: web.Request) -> web.Response:
        values = values_of(request)
        library = self._house.asked(request, values)
        group_by = choice(values, "group_by", ("day", "week", "month", "year"), "month")
        for name in ("local_datetime_after", "local_datetime_before"):
            if (value := text(values, name)) and moment(value, name).tzinfo:
                invalid("Datetimes should not have timezone info", "query", name)
        counts: dict[datetime, int] = {}
        for asset in self._wanted(library, values):
            bucket = _bucket(asset.taken.replace(tzinfo=None), group_by)
            counts[bucket] = counts.get(bucket, 0) + 1
        newest_first = choice(values, "order", ("asc", "desc"), "desc") == "desc"
        buckets = sorted(counts, reverse=newest_first)
        if after := text(values, "starting_after_bucket"):
            at = moment(after, "starting_after_bucket")
            buckets = [bucket for bucket in buckets if (bucket < at if newest_first else bucket > at)]
        size = limit_of(values)
        rows: list[Json] = [{"time_bucket": bucket.isoformat(), "count": counts[bucket]} for bucket in buckets[:size]]
        return page(rows, len(buckets) > size)

    async def _get(self, request: web.Request) -> web.Response:
        library, asset = self._asked(request)
        (row,) = await self.written(request, library, [asset], include_of(values_of(request)))
        return web.json_response(row)

    async def _upload(self, request: web.Request) -> web.Response:
        house, form = self._house, await request.post()
        values = {name: [value] for name, value in form.items() if isinstance(value, str)}
        library = house.asked(request, values)
        house.may_write(library)
        file = form.get("asset_data")
        missing = [
            name
            for name in ("device_asset_id", "device_id", "file_created_at", "file_modified_at")
            if not text(values, name)
        ]
        if not isinstance(file, FileField) or missing:
            invalid("Field required", "body", missing[0] if missing else "asset_data")
        kind = mimetypes.guess_type(file.filename)[0] or ""
        if not kind.startswith(("image/", "video/")):
            invalid(f"{file.filename} is neither image nor video", "body", "asset_data")
        created = moment(values["file_created_at"][0], "file_created_at")
        moment(values["file_modified_at"][0], "file_modified_at")
        content = file.file.read()
        limit = min(house.user.storage_limit_bytes, library.storage_limit or house.user.storage_limit_bytes)
        if house.bytes_stored([library]) >= limit:
            refuse(507, "The storage is full")
        checksum = checksum_of(content)
        if known := house.same(library, checksum):
            (row,) = await self.written(request, library, [known], frozenset())
            return web.json_response(row)
        width, height = await asyncio.to_thread(size_of, content)
        asset = Asset(
            id=make_id("asset", library.id, checksum, house.now),
            file_name=file.filename,
            mime_type=kind,
            width=width,
            height=height,
            taken=created,
            created=house.now,
            updated=house.now,
            content=content,
            checksum=checksum,
            device=values["device_id"][0],
            device_asset=values["device_asset_id"][0],
            file_created=values["file_created_at"][0],
            file_modified=values["file_modified_at"][0],
        )
        library.add_asset(asset)
        (row,) = await self.written(request, library, [asset], frozenset())
        return web.json_response(row, status=201)

    async def _update(self, request: web.Request) -> web.Response:
        library, asset = self._asked(request)
        self._house.may_write(library)
        body = await read_object(request)
        if ("latitude" in body) is not ("longitude" in body):
            invalid("latitude and longitude belong together", "body", "latitude")
        _change(asset, body)
        asset.updated = self._house.now
        library.tell("metadata", asset.id, "metadata_updated", self._house.now)
        (row,) = await self.written(request, library, [asset], frozenset({"metadata"}))
        return web.json_response(row)

    async def _trash(self, request: web.Request) -> web.Response:
        for library, asset in await self._several(request):
            if asset.trashed is None:
                asset.trashed = self._house.now
                library.tell("asset", asset.id, "asset_trashed", self._house.now)
        return web.json_response({})

    async def _restore(self, request: web.Request) -> web.Response:
        for library, asset in await self._several(request):
            if asset.trashed is not None:
                asset.trashed = None
                library.tell("asset", asset.id, "asset_restored", self._house.now)
        return web.json_response({})

    async def _delete(self, request: web.Request) -> web.Response:
        self.remove(*self._asked(request))
        return web.json_response({})

    async def _delete_several(self, request: web.Request) -> web.Response:
        for library, asset in await self._several(request):
            self.remove(library, asset)
        return web.json_response({})

    def remove(self, library: Library, asset: Asset) -> None:
        """Delete an asset for good, with its faces."""
        now = self._house.now
        for face in [face for face in library.faces.values() if face.asset == asset.id]:
            library.remove_face(face, now)
        for album in library.albums.values():
            if asset.id in album.assets:
                album.assets.remove(asset.id)
        del library.assets[asset.id]
        library.tell("asset", asset.id, "asset_deleted", now)

    async def _several(self, request: web.Request) -> list[tuple[Library, Asset]]:
        library = self._house.asked(request, values_of(request))
        self._house.may_write(library)
        ids = read_ids(await read_object(request), "ids")
        unknown = [key for key in ids if key not in library.assets]
        return refuse(404, "There is no such asset") if unknown else [(library, library.assets[key]) for key in ids]

    def _asked(self, request: web.Request) -> tuple[Library, Asset]:
        asset_id = request.match_info["id"]
        library = self._house.owner_of(request, lambda library: library.assets)
        return library, library.assets[asset_id]


def _in_state(asset: Asset, state: str) -> bool:
    return state == "all" or (asset.trashed is not None) is (state == "trashed")


def _bucket(taken: datetime, group_by: str) -> datetime:
    day = taken.replace(hour=0, minute=0, second=0, microsecond=0)
    match group_by:
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "year":
            return day.replace(month=1, day=1)
        case _:
            return day


def _change(asset: Asset, body: JsonObject) -> None:
    """Change what a body names; null takes a value away."""
    if "description" in body:
        asset.caption = cast(str | None, body["description"])
    if "rating" in body:
        rating = body["rating"]
        if rating is not None and (not isinstance(rating, int) or not 0 <= rating <= 5):
            invalid("Input should be 0 to 5", "body", "rating")
        asset.rating = rating
    if "latitude" in body:
        here = body["latitude"], body["longitude"]
        known = isinstance(here[0], int | float) and isinstance(here[1], int | float)
        asset.location = (float(cast(float, here[0])), float(cast(float, here[1]))) if known else None
        asset.labels = {}
    if (taken := body.get("original_datetime")) is not None:
        asset.taken = moment(taken, "original_datetime")
