"""Thumbnails, pictures and originals over HTTP: for whoever is signed in, and cheap."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from io import BytesIO
from typing import Any

from aiohttp import ClientPayloadError
from aiohttp.test_utils import TestClient
from PIL import Image
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.vendors.models.media import Download
from custom_components.video_analytics.vendors.models.photos import Asset, AssetQuery
from homeassistant.core import HomeAssistant
from tests.simulator.client import Simulator

from .looking import asked_for, settled

ANNA = "Anna Lindqvist"


def size_of(content: bytes) -> tuple[int, int]:
    """Return the size of a picture."""
    size: tuple[int, int] = Image.open(BytesIO(content)).size
    return size


async def called_by_the_vendor(
    mime_type: str, simulator: Simulator, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> str:
    """Return the id of a photo of which the vendor says that it is of this type."""
    photos = entry.runtime_data.coordinator.account.photos
    photo = await photos.asset(await simulator.add_photo(ANNA))

    async def asset(self: object, key: str) -> Asset:
        return replace(photo, mime_type=mime_type)

    monkeypatch.setattr(type(photos), "asset", asset)
    return str(photo.id)


async def test_login_is_needed(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    path: Callable[[str], str],
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    photo = await simulator.add_photo(ANNA)
    client = await hass_client_no_auth()
    for kind in ("thumbnail", "fullsize", "original", "portrait", "cover", "nothing"):
        assert (await client.get(path(f"{kind}/{photo}"))).status == 401


async def test_a_page_of_thumbnails_asks_the_api_for_nothing(
    simulator: Simulator, entry: MockConfigEntry, path: Callable[[str], str], client: TestClient[Any, Any]
) -> None:
    """Their addresses came with the list; the pictures come from where they are, some at once."""
    await simulator.add_photo(ANNA, count=140)
    gallery = entry.runtime_data.gallery
    assets = await gallery.find(AssetQuery(limit=200))
    await settled(simulator)

    async def look(asset: str) -> None:
        response = await client.get(path(f"thumbnail/{asset}"))
        assert (response.status, response.content_type) == (200, "image/jpeg")
        assert size_of(await response.read())[0] == 360

    await asyncio.gather(*(look(asset.id) for asset in assets))
    assert len(assets) == 200
    thumbnails = [request for request in await asked_for(simulator, "/media/") if "/thumbnail" in request]
    assert len(thumbnails) == len(assets)
    assert await asked_for(simulator, "/api/assets/asset_") == []
    assert not any(request["leaked_key"] for request in await simulator.requests())


async def test_portraits_and_covers_ask_the_api_for_nothing_either(
    simulator: Simulator,
    entry: MockConfigEntry,
    path: Callable[[str], str],
    client: TestClient[Any, Any],
    people: Mapping[str, str],
) -> None:
    gallery = entry.runtime_data.gallery
    await gallery.people()
    albums = await gallery.albums()
    await settled(simulator)
    for what in [*(f"portrait/{person}" for person in people.values()), *(f"cover/{album.id}" for album in albums)]:
        response = await client.get(path(what))
        assert (response.status, response.content_type) == (200, "image/jpeg")
    faces = await asked_for(simulator, "/media/face_")
    assert len(faces) == len(people)
    assert await asked_for(simulator, "/api/faces/", "/api/people", "/api/albums") == []


async def test_a_thumbnail_is_kept_by_the_browser(
    simulator: Simulator, path: Callable[[str], str], client: TestClient[Any, Any]
) -> None:
    thumbnail = path(f"thumbnail/{await simulator.add_photo(ANNA)}")
    response = await client.get(thumbnail)
    assert response.headers["Cache-Control"] == "private, max-age=86400"
    again = await client.get(thumbnail, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")
    assert (await client.get(thumbnail, headers={"If-None-Match": '"another"'})).status == 200
    head = await client.head(thumbnail)
    assert (head.status, await head.read()) == (200, b"")


async def test_the_picture_that_is_played_is_fetched_once(
    simulator: Simulator, entry: MockConfigEntry, path: Callable[[str], str], client: TestClient[Any, Any]
) -> None:
    """Resolving fetches it, and whoever shows it gets that; the next time it is fetched again."""
    photo = await simulator.add_photo(ANNA)
    await entry.runtime_data.gallery.prepare(photo)
    await settled(simulator)
    assert size_of(await (await client.get(path(f"fullsize/{photo}"))).read()) == (1280, 720)
    fullsize = f"/media/{photo}/fullsize"
    assert await asked_for(simulator, fullsize) == []
    assert (await client.get(path(f"fullsize/{photo}"))).status == 200
    assert await asked_for(simulator, fullsize) == [fullsize]


async def test_an_original_is_passed_through(
    simulator: Simulator, path: Callable[[str], str], client: TestClient[Any, Any]
) -> None:
    photo = await simulator.add_photo(ANNA)
    response = await client.get(path(f"original/{photo}"))
    content = await response.read()
    assert (response.status, response.content_type) == (200, "image/jpeg")
    assert response.headers["Content-Length"] == str(len(content))
    assert response.headers["Cache-Control"].startswith("private")
    assert response.headers["Content-Disposition"].startswith("inline; filename*=utf-8''IMG_")
    assert size_of(content) == (1280, 720)
    head = await client.head(path(f"original/{photo}"))
    assert (head.headers["Content-Length"], await head.read()) == (str(len(content)), b"")


async def test_a_video_can_be_wound(
    simulator: Simulator, path: Callable[[str], str], client: TestClient[Any, Any]
) -> None:
    """Part after part, of which only the first asks the API."""
    video = await simulator.add_photo(ANNA, video=True)
    content = await (await client.get(path(f"original/{video}"))).read()
    assert b"ftyp" in content[:12]
    await settled(simulator)
    size = len(content)
    for wanted, start, end in (("0-", 0, size - 1), ("100-199", 100, 199), ("-50", size - 50, size - 1)):
        response = await client.get(path(f"original/{video}"), headers={"Range": f"bytes={wanted}"})
        assert (response.status, response.content_type) == (206, "video/mp4")
        assert response.headers["Content-Range"] == f"bytes {start}-{end}/{size}"
        assert response.headers["Content-Length"] == str(end + 1 - start)
        assert await response.read() == content[start : end + 1]
    assert len(await asked_for(simulator, "/api/assets")) == 1
    response = await client.get(path(f"original/{video}"), headers={"Range": f"bytes={size}-"})
    assert response.status == 416


async def test_a_part_that_the_vendor_refuses_for_another_reason(
    simulator: Simulator, path: Callable[[str], str], client: TestClient[Any, Any]
) -> None:
    """Whoever plays it must not take it for the end of the file."""
    video = await simulator.add_photo(ANNA, video=True)
    await simulator.fault(f"GET /media/{video}/original", status=400)
    response = await client.get(path(f"original/{video}"), headers={"Range": "bytes=0-9"})
    assert (response.status, response.headers["Cache-Control"]) == (502, "no-store")


@pytest.mark.parametrize("wanted", ["bytes=0-9,20-29", "pages=1-2", "bytes=x"])
async def test_a_part_that_is_none_is_not_asked_for(
    simulator: Simulator, path: Callable[[str], str], client: TestClient[Any, Any], wanted: str
) -> None:
    video = await simulator.add_photo(ANNA, video=True)
    response = await client.get(path(f"original/{video}"), headers={"Range": wanted})
    assert (response.status, len(await response.read())) == (200, int(response.headers["Content-Length"]))


async def test_a_server_without_parts_sends_all(
    simulator: Simulator, path: Callable[[str], str], client: TestClient[Any, Any]
) -> None:
    await simulator.quirks(ranges=False)
    video = await simulator.add_photo(ANNA, video=True)
    response = await client.get(path(f"original/{video}"), headers={"Range": "bytes=100-199"})
    assert response.status == 200
    assert "Content-Range" not in response.headers
    assert b"ftyp" in (await response.read())[:12]


async def test_the_address_of_a_video_that_has_expired_is_asked_for_anew(
    simulator: Simulator, path: Callable[[str], str], client: TestClient[Any, Any]
) -> None:
    video = await simulator.add_photo(ANNA, video=True)
    for _ in range(2):
        response = await client.get(path(f"original/{video}"), headers={"Range": "bytes=0-9"})
        assert (response.status, len(await response.read())) == (206, 10)
        await simulator.advance(24 * 3600)


async def test_what_breaks_off_is_not_taken_for_whole(
    simulator: Simulator, path: Callable[[str], str], client: TestClient[Any, Any]
) -> None:
    video = await simulator.add_photo(ANNA, video=True)
    await simulator.fault(f"GET /media/{video}/original", body="cut")
    response = await client.get(path(f"original/{video}"))
    with pytest.raises(ClientPayloadError):
        await response.read()


@pytest.mark.parametrize("kind", ["thumbnail", "fullsize", "original"])
async def test_nothing_of_another_library_is_served(
    simulator: Simulator, path: Callable[[str], str], client: TestClient[Any, Any], kind: str
) -> None:
    """The key may see it, but it is not what this account is."""
    other = await simulator.add_photo(ANNA, library=await simulator.add_library("Holidays"))
    assert (await client.get(path(f"{kind}/{other}"))).status == 404
    assert not await asked_for(simulator, f"/media/{other}")


@pytest.mark.parametrize(
    "what",
    [
        "thumbnail/asset_none",
        "original/asset_none",
        "portrait/person_none",
        "cover/album_none",
        "nothing/asset_1",
        "thumbnail/a%2Fb",
        "original/a%2Fb",
        "original/%2E%2E",
        "portrait/%00",
    ],
)
async def test_what_there_is_not(path: Callable[[str], str], client: TestClient[Any, Any], what: str) -> None:
    assert (await client.get(path(what))).status == 404


async def test_an_account_that_is_gone(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    path: Callable[[str], str],
    client: TestClient[Any, Any],
) -> None:
    photo = await simulator.add_photo(ANNA)
    assert (await client.get(f"/api/{DOMAIN}/other/photo/thumbnail/{photo}")).status == 404
    await hass.config_entries.async_unload(entry.entry_id)
    for kind in ("thumbnail", "original"):
        assert (await client.get(path(f"{kind}/{photo}"))).status == 404


@pytest.mark.parametrize(("status", "answer"), [(503, 502), (403, 404), (429, 503)])
async def test_failures_of_the_vendor(
    simulator: Simulator, path: Callable[[str], str], client: TestClient[Any, Any], status: int, answer: int
) -> None:
    """They are not kept by browsers, so that the picture is there when it can be had again."""
    photo = await simulator.add_photo(ANNA)
    await simulator.fault("GET /media/", status=status, retry_after=7)
    for kind in ("thumbnail", "original"):
        response = await client.get(path(f"{kind}/{photo}"))
        assert (response.status, response.headers["Cache-Control"]) == (answer, "no-store")
        assert await response.read() == b""
    if status == 429:
        assert int(response.headers["Retry-After"]) <= 7


async def test_a_picture_that_is_not_made_yet(
    simulator: Simulator, path: Callable[[str], str], client: TestClient[Any, Any]
) -> None:
    """It is there a while after the upload."""
    await simulator.quirks(processing_seconds=60)
    photo = await simulator.add_photo(ANNA)
    assert (await client.get(path(f"thumbnail/{photo}"))).status == 404
    await simulator.advance(61)
    assert (await client.get(path(f"thumbnail/{photo}"))).status == 200


@pytest.mark.parametrize(
    ("called", "mime_type"),
    [("Image/JPEG", "image/jpeg"), ("image/heic", "image/heic"), ("video/quicktime", "video/quicktime")],
)
async def test_what_browsers_show_is_shown(
    simulator: Simulator,
    entry: MockConfigEntry,
    path: Callable[[str], str],
    client: TestClient[Any, Any],
    monkeypatch: pytest.MonkeyPatch,
    called: str,
    mime_type: str,
) -> None:
    """However the vendor writes its name."""
    photo = await called_by_the_vendor(called, simulator, entry, monkeypatch)
    response = await client.get(path(f"original/{photo}"))
    assert response.headers["Content-Type"] == mime_type
    assert response.headers["Content-Disposition"].startswith("inline;")


@pytest.mark.parametrize(
    "mime_type",
    [
        "text/html",
        "image/svg+xml",
        "IMAGE/SVG+XML",
        "image/SVG+xml",
        "image/svg",
        "image/x+xml",
        "video/x+xml",
        "image/jpeg; x",
        "application/octet-stream",
        "",
    ],
)
async def test_a_file_that_a_browser_would_run_is_only_downloaded(
    simulator: Simulator,
    entry: MockConfigEntry,
    path: Callable[[str], str],
    client: TestClient[Any, Any],
    monkeypatch: pytest.MonkeyPatch,
    mime_type: str,
) -> None:
    """Whatever the vendor calls it, nothing is run under Home Assistant's address."""
    photo = await called_by_the_vendor(mime_type, simulator, entry, monkeypatch)
    response = await client.get(path(f"original/{photo}"))
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox"


async def test_whoever_goes_away_ends_the_download(
    simulator: Simulator,
    entry: MockConfigEntry,
    path: Callable[[str], str],
    client: TestClient[Any, Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nothing is fetched that nobody takes."""
    photo, ended = await simulator.add_photo(ANNA, video=True), asyncio.Event()

    async def chunks() -> AsyncIterator[bytes]:
        while True:
            yield bytes(1 << 16)
            await asyncio.sleep(0)

    @asynccontextmanager
    async def original(self: object, asset: str, byte_range: str | None = None) -> AsyncIterator[Download]:
        try:
            yield Download(chunks=chunks(), content_type="video/mp4")
        finally:
            ended.set()

    monkeypatch.setattr(type(entry.runtime_data.coordinator.account.photos), "original", original)
    response = await client.get(path(f"original/{photo}"))
    assert await response.content.readexactly(1 << 20)
    assert not ended.is_set()
    response.close()
    await asyncio.wait_for(ended.wait(), 10)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
