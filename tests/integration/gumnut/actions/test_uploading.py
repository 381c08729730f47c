"""Pictures and files that are added to the library."""

from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
import os
from pathlib import Path
from typing import Any

from aiohttp import web
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.simulator.client import Simulator

from ...events.acting import act
from .acting import ask, count, failed, writes
from .conftest import Door, jpeg

TAKEN = "2026-04-10 08:30:00"


@pytest.fixture
def photo(allowed: Path) -> Path:
    """A photo that may be read; it was changed last at 8:00 UTC."""
    file = allowed / "Снимок.JPG"
    file.write_bytes(jpeg())
    os.utime(file, (0, datetime(2026, 4, 10, 8, tzinfo=UTC).timestamp()))
    return file


@pytest.fixture
async def web_server(hass: HomeAssistant) -> AsyncIterator[str]:
    """A server of a picture that Home Assistant may open."""

    async def serve(request: web.Request) -> web.Response:
        return web.Response(body=jpeg())

    app = web.Application()
    app.router.add_get("/photo", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    hass.config.allowlist_external_urls = {f"{url}/"}
    yield f"{url}/photo?token=abc"
    await runner.cleanup()


async def upload(hass: HomeAssistant, **fields: Any) -> dict[str, Any]:
    """Upload something and return the photo."""
    asset: dict[str, Any] = (await act(hass, "upload_asset", {}, **fields))["asset"]
    return asset


async def provenance(simulator: Simulator, asset: str) -> dict[str, Any]:
    """Return where a photo comes from, as the service knows it."""
    data: dict[str, Any] = (await ask(simulator, f"/api/assets/{asset}", include="file_data"))["file_data"]
    return data


async def test_a_file(hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, photo: Path) -> None:
    before = await count(simulator)
    asset = await upload(hass, picture_file=str(photo))
    assert await count(simulator) == before + 1
    changed = datetime(2026, 4, 10, 8, tzinfo=UTC)
    assert (asset["name"], asset["content_type"], asset["size"]) == ("Снимок.JPG", "image/jpeg", len(jpeg()))
    assert (asset["width"], asset["height"]) == (64, 48)
    assert asset["taken"] == dt_util.as_local(changed).isoformat()
    known = await provenance(simulator, asset["id"])
    assert known["device_id"] == "home-assistant"
    assert datetime.fromisoformat(known["file_modified_at"]) == changed
    assert str(photo) not in str(known)


async def test_the_same_file_twice_is_one_photo(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, photo: Path
) -> None:
    before = await count(simulator)
    first = await upload(hass, picture_file=str(photo))
    second = await upload(hass, picture_file=str(photo))
    assert second["id"] == first["id"]
    assert await count(simulator) == before + 1


@pytest.mark.parametrize("source", ["file", "entity"])
async def test_the_same_again_comes_from_the_same_thing(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, photo: Path, door: Door, source: str
) -> None:
    fields = {"picture_file": str(photo)} if source == "file" else {"picture_entity": door.entity_id}
    first = (await provenance(simulator, (await upload(hass, **fields))["id"]))["device_asset_id"]
    photo.write_bytes(jpeg("blue"))
    door.content = jpeg("blue")
    other = (await provenance(simulator, (await upload(hass, **fields))["id"]))["device_asset_id"]
    photo.write_bytes(jpeg())
    os.utime(photo, (0, datetime(2026, 4, 10, 8, tzinfo=UTC).timestamp()))
    door.content = jpeg()
    await simulator.reset()  # a service that has forgotten all about it
    again = (await provenance(simulator, (await upload(hass, **fields))["id"]))["device_asset_id"]
    assert first == again != other


async def test_a_time_of_ones_own(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, photo: Path
) -> None:
    asset = await upload(hass, picture_file=str(photo), time=TAKEN)
    zone = dt_util.get_default_time_zone()
    assert asset["taken"] == datetime(2026, 4, 10, 8, 30, tzinfo=zone).isoformat()
    known = await provenance(simulator, asset["id"])
    assert datetime.fromisoformat(known["file_modified_at"]) == datetime(2026, 4, 10, 8, tzinfo=UTC)


async def test_the_picture_of_an_entity_is_called_after_it_and_the_time(
    hass: HomeAssistant, account: MockConfigEntry, door: Door
) -> None:
    asset = await upload(hass, picture_entity=door.entity_id, time=TAKEN)
    assert asset["name"] == "front_door_20260410_083000.jpg"
    door.content = jpeg("blue")
    asset = await upload(hass, picture_entity=door.entity_id)
    taken = datetime.fromisoformat(asset["taken"])
    assert asset["name"] == f"front_door_{taken:%Y%m%d_%H%M%S}.jpg"
    assert timedelta() <= dt_util.now() - taken < timedelta(minutes=1)
    assert taken.utcoffset() == dt_util.now().utcoffset()


@pytest.mark.parametrize(
    ("content", "ending", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n a door", "png", "image/png"),
        (b"GIF89a a door", "gif", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBP a door", "webp", "image/webp"),
    ],
)
async def test_a_picture_has_the_ending_of_what_it_is(
    hass: HomeAssistant, account: MockConfigEntry, door: Door, content: bytes, ending: str, kind: str
) -> None:
    door.content = content
    asset = await upload(hass, picture_entity=door.entity_id, time=TAKEN)
    assert (asset["name"], asset["content_type"]) == (f"front_door_20260410_083000.{ending}", kind)


async def test_pictures_from_elsewhere(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, web_server: str
) -> None:
    by_url = await upload(hass, picture_url=web_server, time=TAKEN)
    by_text = await upload(hass, picture_base64=b64encode(jpeg("blue")).decode(), time=TAKEN)
    assert by_url["name"] == by_text["name"] == "picture_20260410_083000.jpg"
    assert by_url["id"] != by_text["id"]


async def test_a_video_is_sent_whatever_it_is_called_at_home(
    hass: HomeAssistant, account: MockConfigEntry, allowed: Path
) -> None:
    (allowed / "Party.MP4").write_bytes(bytes(3 << 20))
    asset = await upload(hass, picture_file=str(allowed / "Party.MP4"))
    assert (asset["content_type"], asset["size"]) == ("video/mp4", 3 << 20)


@pytest.mark.parametrize(
    ("fields", "key", "text"),
    [
        ({}, "no_picture", "picture_entity, picture_file, picture_url, picture_base64"),
        ({"picture_file": "{allowed}/a.jpg", "picture_entity": "image.x"}, "several_pictures", "one place only"),
        ({"picture_file": "{allowed}/notes.txt"}, "not_a_photo", "notes.txt is neither a photo nor a video"),
        ({"picture_file": "{allowed}/notes"}, "not_a_photo", "rename it"),
        ({"picture_file": "{allowed}/a.mp4.gz"}, "not_a_photo", "rename it"),
        ({"picture_file": "{allowed}/nothing.jpg"}, "no_such_file", "There is no file"),
        ({"picture_file": "{allowed}/../secret.jpg"}, "path_not_allowed", "allowlist_external_dirs"),
        ({"picture_file": "/etc/\0.jpg"}, "path_not_allowed", "may not read"),
        ({"picture_entity": "image.nothing"}, "picture_entity_unknown", "There is no image.nothing"),
        ({"picture_url": "http://127.0.0.1:1/x.jpg?token=abc"}, "url_not_allowed", "allowlist_external_urls"),
        ({"picture_base64": "!"}, "bad_base64", "is not base64"),
    ],
)
async def test_what_is_not_sent(
    hass: HomeAssistant,
    simulator: Simulator,
    account: MockConfigEntry,
    allowed: Path,
    fields: dict[str, str],
    key: str,
    text: str,
) -> None:
    for name in ("allowed/notes.txt", "allowed/notes", "allowed/a.mp4.gz", "secret.jpg"):
        (allowed.parent / name).write_bytes(jpeg())
    given = {field: value.replace("{allowed}", str(allowed)) for field, value in fields.items()}
    found, message, is_input = await failed(hass, "upload_asset", **given)
    assert (found, is_input) == (key, True)
    assert text in message
    assert "abc" not in message
    assert await writes(simulator) == []


async def test_an_entity_that_gives_nothing(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, door: Door
) -> None:
    door.content = None
    assert (await failed(hass, "upload_asset", picture_entity=door.entity_id))[::2] == ("picture_entity_empty", False)
    assert await writes(simulator) == []


async def test_an_ending_that_only_the_service_knows_is_its_business(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, allowed: Path
) -> None:
    (allowed / "raw.dng9").write_bytes(jpeg())
    key, message, is_input = await failed(hass, "upload_asset", picture_file=str(allowed / "raw.dng9"))
    assert (key, is_input) == ("refused", True)
    assert "neither image nor video" in message
    assert await writes(simulator) == ["POST /api/assets"]


async def test_a_library_without_room(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, library: str, photo: Path
) -> None:
    await simulator.patch_library(library, storage_limit=1)
    key, message, is_input = await failed(hass, "upload_asset", picture_file=str(photo))
    assert (key, is_input) == ("storage_full", False)
    assert "no room left" in message
    assert "(The storage is full)" in message


async def test_a_service_that_does_not_answer_keeps_no_file_open(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, photo: Path
) -> None:
    await simulator.fault("/api/assets$", status=502)
    assert (await failed(hass, "upload_asset", picture_file=str(photo)))[::2] == ("unreachable", False)
    opened = [os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.exists()]
    assert str(photo) not in opened


async def test_a_file_that_cannot_be_read_to_its_end(
    hass: HomeAssistant,
    simulator: Simulator,
    account: MockConfigEntry,
    photo: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(file: object) -> bytes:
        raise OSError(5, "Input/output error")

    before = await count(simulator)
    monkeypatch.setattr("custom_components.video_analytics.services.reading._read", fail)
    key, message, _ = await failed(hass, "upload_asset", picture_file=str(photo))
    assert key == "file_unreadable"
    assert "Check the rights of the file" in message
    assert await count(simulator) == before
