"""The rest of the API: the server, the user, libraries, albums, tasks, and the feed of changes."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
import binascii
from typing import cast

from aiohttp import web

from ..switches import Json, JsonObject
from .house import House, base_of
from .ids import make_id
from .library import Album, Change, Library
from .rows import Rows
from .wire import (
    Call,
    behind,
    choice,
    limit_of,
    moment,
    page,
    read_ids,
    read_object,
    refuse,
    row,
    several,
    stamp,
    text,
    values_of,
)

_ENTITIES = ("asset", "album", "person", "face", "album_asset", "metadata", "stack")
_STATUSES = ("pending", "started", "success", "failure", "")


class Rest:
    """Calls that fit nowhere else."""

    def __init__(self, house: House) -> None:
        self._house = house

    def routes(self) -> list[tuple[str, str, Call]]:
        """Return the calls."""
        return [
            ("GET", "/api/server/ping", self._ping),
            ("GET", "/api/users/me", self._me),
            ("GET", "/api/libraries", self._libraries),
            ("GET", "/api/libraries/{id}", self._library),
            ("GET", "/api/albums", self._albums),
            ("POST", "/api/albums", self._create_album),
            ("GET", "/api/albums/{id}", self._album),
            ("POST", "/api/albums/{id}/assets", self._add_to_album),
            ("DELETE", "/api/albums/{id}/assets", self._remove_from_album),
            ("GET", "/api/tasks/", self._tasks),
            ("GET", "/api/events", self._changes),
        ]

    async def _ping(self, request: web.Request) -> web.Response:
        return web.Response(text="pong") if self._house.quirks.ping == "text" else web.json_response("pong")

    async def _me(self, request: web.Request) -> web.Response:
        house = self._house
        key = house.keys.of(request)
        user = house.user
        if not user.is_active:
            refuse(401, "The user is not active")
        fields: JsonObject = {
            "id": user.id,
            "email": user.email,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "is_active": user.is_active,
            "is_verified": True,
            "is_superuser": False,
            "storage_used_bytes": house.bytes_stored(house.seen_by(key)),
            "storage_limit_bytes": user.storage_limit_bytes,
            "face_detection_preference": user.face_detection_preference,
            "face_detection_available": user.face_detection_available,
            "favorite_display_mode": "favorite",
            "demo_mode_enabled": False,
            "timezone": "Europe/Berlin",
            **user.home,
            "immich_library_id": None,
            "created_at": stamp(0),
            "updated_at": stamp(0),
        }
        return web.json_response(row(house.quirks, fields))

    async def _libraries(self, request: web.Request) -> web.Response:
        libraries = self._house.seen_by(self._house.keys.of(request))
        state = choice(values_of(request), "state", ("live", "trashed", "all"), "live")
        rows = Rows(self._house, base_of(request))
        return web.json_response(
            [
                rows.library(library)
                for library in libraries
                if state == "all" or (library.trashed is not None) is (state == "trashed")
            ]
        )

    async def _library(self, request: web.Request) -> web.Response:
        """Return one library; its owner also finds it in the trash."""
        seen = self._house.seen_by(self._house.keys.of(request))
        found = (library for library in seen if library.trashed is None or library.role == "owner")
        library = next((library for library in found if library.id == request.match_info["id"]), None)
        return web.json_response(
            Rows(self._house, base_of(request)).library(library or refuse(404, "There is no such library"))
        )

    async def _albums(self, request: web.Request) -> web.Response:
        values = values_of(request)
        library = self._house.asked(request, values)
        asset, ids, name = text(values, "asset_id"), several(values, "ids"), (text(values, "name") or "").strip()
        albums = [
            album
            for album in library.albums.values()
            if (asset is None or asset in album.assets)
            and (not ids or album.id in ids)
            and name.casefold() in album.name.casefold()
        ]
        shown, more = behind(albums, [album.id for album in albums], values)
        rows = Rows(self._house, base_of(request))
        return page([rows.album(library, album) for album in shown], more)

    async def _create_album(self, request: web.Request) -> web.Response:
        house, body = self._house, await read_object(request)
        library = house.library(house.keys.of(request), cast(str | None, body.get("library_id")))
        house.may_write(library)
        name, rows = str(body.get("name") or "New Album").strip(), Rows(house, base_of(request))
        description = cast(str | None, body.get("description"))
        if known := next(
            (album for album in library.albums.values() if album.name.casefold() == name.casefold()), None
        ):
            if description not in (None, known.description):
                refuse(409, "There is such an album with another description")
            return web.json_response(rows.album(library, known))
        album = Album(make_id("album", library.id, name, house.now), name, house.now, house.now, description)
        library.albums[album.id] = album
        library.tell("album", album.id, "album_created", house.now)
        return web.json_response(rows.album(library, album), status=201)

    async def _album(self, request: web.Request) -> web.Response:
        return web.json_response(Rows(self._house, base_of(request)).album(*self._asked(request)))

    async def _add_to_album(self, request: web.Request) -> web.Response:
        library, album = self._asked(request)
        ids = read_ids(await read_object(request), "asset_ids")
        added = [key for key in ids if key in library.assets and key not in album.assets]
        answer: JsonObject = {
            "added_assets": cast(Json, added),
            "duplicate_assets": [key for key in ids if key in album.assets],
            "not_found_assets": [key for key in ids if key not in library.assets],
        }
        for key in added:
            album.assets.append(key)
            link = make_id("album_asset", album.id, key)
            library.tell("album_asset", link, "album_asset_added", self._house.now, album_id=album.id, asset_id=key)
        return web.json_response(answer)

    async def _remove_from_album(self, request: web.Request) -> web.Response:
        library, album = self._asked(request)
        for key in read_ids(await read_object(request), "asset_ids"):
            if key in album.assets:
                album.assets.remove(key)
                link = make_id("album_asset", album.id, key)
                library.tell(
                    "album_asset", link, "album_asset_removed", self._house.now, album_id=album.id, asset_id=key
                )
        return web.json_response({})

    async def _tasks(self, request: web.Request) -> web.Response:
        """List what is still to be done; what was done is not kept here."""
        values, house = values_of(request), self._house
        key = house.keys.of(request)
        library_id, status = text(values, "library_id"), choice(values, "status", _STATUSES, "")
        libraries = [house.library(key, library_id)] if library_id else house.seen_by(key)
        tasks: list[Json] = []
        for library in libraries:
            for asset in (library.assets[asset_id] for asset_id in library.unfinished):
                kind = "face_clustering" if asset.processed else "face_detection"
                fields: JsonObject = {
                    "id": make_id("btask", asset.id, kind),
                    "asset_id": None if asset.processed else asset.id,
                    "celery_task_id": make_id("celery", asset.id),
                    "created_at": stamp(asset.created),
                    "started_at": None,
                    "completed_at": None,
                    "error_message": None,
                    "outcome": None,
                    "result": None,
                    "retry_count": 0,
                    "status": "pending",
                    "task_type": kind,
                }
                tasks.append(row(house.quirks, fields))
        return web.json_response(tasks[::-1] if status in ("", "pending") else [])

    async def _changes(self, request: web.Request) -> web.Response:
        values, house = values_of(request), self._house
        library = house.asked(request, values)
        entities = several(values, "entity_types") or _ENTITIES
        if unknown := [entity for entity in entities if entity not in _ENTITIES]:
            refuse(400, f"unknown entity type {unknown[0]}")
        after, since = text(values, "after_cursor"), text(values, "created_at_gte")
        earliest = moment(since, "created_at_gte").timestamp() if since else 0.0
        position = self._position(library, after) if after else 0
        ready = house.now - house.simulation.settings.event_delay_seconds
        rows = [
            change
            for change in library.changes
            if change.number > position
            and change.at >= earliest
            and change.at <= ready
            and change.entity_type in entities
        ]
        size = limit_of(values)
        shown, more = rows[:size], len(rows) > size
        following = _cursor(library, shown[-1].number) if shown else after
        answer: JsonObject = {
            "data": [self._change(library, change) for change in shown],
            "has_more": more,
            "next_cursor": following,
            "as_of": _cursor(library, library.changes[-1].number if library.changes else 0),
        }
        return web.json_response(answer)

    def _position(self, library: Library, cursor: str) -> int:
        try:
            owner, epoch, number = urlsafe_b64decode(cursor).decode().split("/")
            if owner != library.id or int(epoch) != library.epoch:
                raise ValueError
            return int(number)
        except ValueError, binascii.Error:
            refuse(400, "The cursor is malformed, or ahead of the database")

    def _change(self, library: Library, change: Change) -> JsonObject:
        kind = (
            "asset_dreamt_of" if self._house.quirks.unknown_enums and change.entity_type == "metadata" else change.kind
        )
        fields: JsonObject = {
            "cursor": _cursor(library, change.number),
            "entity_type": change.entity_type,
            "entity_id": change.entity,
            "event_type": kind,
            "created_at": stamp(change.at),
            "payload": cast(Json, change.payload),
        }
        return row(self._house.quirks, fields)

    def _asked(self, request: web.Request) -> tuple[Library, Album]:
        album_id = request.match_info["id"]
        library = self._house.owner_of(request, lambda library: library.albums)
        return library, library.albums[album_id]


def _cursor(library: Library, number: int) -> str:
    return urlsafe_b64encode(f"{library.id}/{library.epoch}/{number}".encode()).decode()


async def unknown(request: web.Request) -> web.Response:
    """Answer to a path that is none."""
    refuse(404, "Not Found")
