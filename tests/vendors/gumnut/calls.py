"""Every call of the client, by name: for tests that make them all."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any

from custom_components.video_analytics.vendors.form import FormFile
from custom_components.video_analytics.vendors.gumnut.client import GumnutClient
from custom_components.video_analytics.vendors.gumnut.client.assets import Filters, Include
from custom_components.video_analytics.vendors.models.photos import Box

AT = datetime(2026, 4, 10, 8, tzinfo=UTC)
LIBRARY = "lib_1"

type Call = Callable[[GumnutClient], Awaitable[Any]]


async def everything[T](items: AsyncIterator[T]) -> list[T]:
    """Read to the end."""
    return [item async for item in items]


def _upload(client: GumnutClient) -> Awaitable[Any]:
    file = FormFile("a.jpg", b"bytes", "image/jpeg")
    return client.assets.upload(LIBRARY, file, device="home", device_asset="1", created=AT, modified=AT)


CALLS: dict[str, Call] = {
    "ping": lambda client: client.libraries.ping(),
    "me": lambda client: client.libraries.me(),
    "libraries": lambda client: client.libraries.list(),
    "library": lambda client: client.libraries.get(LIBRARY),
    "tasks": lambda client: client.libraries.tasks(LIBRARY),
    "changes": lambda client: client.libraries.changes(LIBRARY, after="x"),
    "assets": lambda client: everything(client.assets.list(LIBRARY, Filters(people=("p",)), include=[*Include])),
    "asset": lambda client: client.assets.get("asset_1", [*Include]),
    "asset_of_library": lambda client: client.assets.find(LIBRARY, "asset_1", [*Include]),
    "counts": lambda client: everything(client.assets.counts(LIBRARY, "day")),
    "upload": _upload,
    "update": lambda client: client.assets.update("asset_1", {"rating": 5}),
    "trash": lambda client: client.assets.trash(LIBRARY, ["asset_1"]),
    "restore": lambda client: client.assets.restore(LIBRARY, ["asset_1"]),
    "search": lambda client: everything(client.search.find(LIBRARY, text="x", limit=3)),
    "search_by_picture": lambda client: everything(client.search.find(LIBRARY, picture=b"x", limit=3)),
    "people": lambda client: everything(client.people.list(LIBRARY, name="x")),
    "person": lambda client: client.people.get("person_1"),
    "create_person": lambda client: client.people.create(LIBRARY, name="x", birth_date=date(2001, 2, 3)),
    "update_person": lambda client: client.people.update("person_1", favorite=True),
    "merge": lambda client: client.people.merge("person_1", ["person_2"]),
    "delete_person": lambda client: client.people.delete("person_1"),
    "faces": lambda client: everything(client.faces.list(LIBRARY, asset="asset_1")),
    "face": lambda client: client.faces.get("face_1"),
    "create_face": lambda client: client.faces.create("asset_1", Box(x=0, y=0, w=1, h=1)),
    "assign": lambda client: client.faces.assign("face_1", None),
    "delete_face": lambda client: client.faces.delete("face_1"),
    "albums": lambda client: everything(client.albums.list(LIBRARY)),
    "album": lambda client: client.albums.get("album_1"),
}
