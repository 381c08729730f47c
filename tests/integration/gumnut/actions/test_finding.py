"""Photos that are found."""

from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.media_ids import media_content_id
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.simulator.client import Simulator

from .acting import NOBODY, ask, failed, found, writes

ANNA, SOFIA, MAREK = "Anna Lindqvist", "Sofia Novak", "Marek Novak"
KITCHEN = 5


def ids(assets: list[dict[str, Any]]) -> list[str]:
    """Return their ids."""
    return [asset["id"] for asset in assets]


async def test_the_latest_photo_and_what_is_said_of_it(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, people: dict[str, str]
) -> None:
    photo = await simulator.add_photo(ANNA, SOFIA, place=KITCHEN)
    (asset,) = await found(hass, limit=1)
    row = await ask(simulator, f"/api/assets/{photo}")
    assert asset == {
        "id": photo,
        "media_content_id": media_content_id(account, photo),
        "name": row["original_file_name"],
        "content_type": "image/jpeg",
        "taken": row["local_datetime"],
        "added": asset["added"],
        "width": 1280,
        "height": 720,
        "duration": None,
        "size": row["file_size_bytes"],
        "description": row["description"],
        "place": "Harbour House, Hamburg, Germany",
        "location": {"latitude": 53.5479, "longitude": 9.9699},
        "people": [people[ANNA], people[SOFIA]],
        "names": [ANNA, SOFIA],
    }
    assert datetime.fromisoformat(asset["added"]) == datetime.fromisoformat(row["created_at"])
    assert "kitchen" in asset["description"]


async def test_nothing_in_the_response_opens_a_picture(hass: HomeAssistant, account: MockConfigEntry) -> None:
    assets = await found(hass, limit=1000)
    assert len(assets) == 60
    assert "://" not in str(assets).replace("media-source://", "")
    assert "token" not in str(assets)


@pytest.mark.parametrize("start", ["0001-01-01T00:00:00", "9999-12-31T23:59:59"])
async def test_the_ends_of_the_calendar_are_refused(hass: HomeAssistant, account: MockConfigEntry, start: str) -> None:
    with pytest.raises(probatio.Invalid, match="the year is not between"):
        await found(hass, start=start)


async def test_a_capture_time_without_an_offset_stays_so(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry
) -> None:
    await simulator.add_photo(offset=False)
    (asset,) = await found(hass, limit=1)
    assert datetime.fromisoformat(asset["taken"]).tzinfo is None


async def test_by_watched_people(hass: HomeAssistant, simulator: Simulator, watched: dict[str, str], anna: str) -> None:
    photo = await simulator.add_photo(ANNA)
    assets = await found(hass, watched)
    assert assets[0]["id"] == photo
    assert all(anna in asset["people"] for asset in assets)
    assert len(assets) < len(await found(hass, limit=1000))


async def test_all_of_the_people_have_to_be_in_a_photo(
    hass: HomeAssistant, simulator: Simulator, watched: dict[str, str], people: dict[str, str]
) -> None:
    photo = await simulator.add_photo(ANNA, SOFIA, MAREK)
    for target, named in (
        (watched, [people[SOFIA], people[MAREK]]),
        ({}, [people[SOFIA], people[ANNA], people[MAREK]]),
        (watched, [people[ANNA], people[SOFIA], people[MAREK]]),
    ):
        assets = await found(hass, target, people=named)
        assert assets[0]["id"] == photo
        assert all({people[ANNA], people[SOFIA], people[MAREK]} <= {*asset["people"]} for asset in assets)
    assert await found(hass, watched, people=NOBODY) == []


async def test_by_text(hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry) -> None:
    photo = await simulator.add_photo(ANNA, place=KITCHEN)
    assets = await found(hass, text=" kitchen ", limit=100)
    assert photo in ids(assets)
    assert all("kitchen" in asset["description"] or "Kitchen" in str(asset) for asset in assets)
    assert await found(hass, text="zeppelin") == []


async def test_by_a_picture_alone_and_with_a_text(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry
) -> None:
    photo = await simulator.add_photo(ANNA, SOFIA, place=KITCHEN)
    row = await ask(simulator, f"/api/assets/{photo}", include="variants")
    async with aiohttp.ClientSession() as session, session.get(row["asset_urls"]["preview"]["url"]) as answer:
        picture = b64encode(await answer.read()).decode()
    assert ids(await found(hass, picture_base64=picture, limit=1)) == [photo]
    assert ids(await found(hass, picture_base64=picture, text="zeppelin", limit=1)) == [photo]
    best, *_ = await found(hass, picture_base64=picture, text="warehouse", limit=1)
    assert "warehouse" in best["description"]
    assert await writes(simulator) == ["POST /api/search"] * 3


async def test_by_place(hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry) -> None:
    photo = await simulator.add_photo(place=KITCHEN)
    place = {"latitude": 53.5479, "longitude": 9.9699}
    near = await found(hass, place={**place, "radius": 20}, limit=100)
    assert photo in ids(near)
    assert len(near) < len(await found(hass, place=place, limit=100)) == 61
    assert await found(hass, place={"latitude": -53.5, "longitude": 9.9, "radius": 50_000}) == []


@pytest.mark.parametrize("offset", [True, False])
async def test_by_the_time_on_the_clock_where_it_was_taken(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, offset: bool
) -> None:
    """The photos are taken in the zone of Hamburg, whichever is Home Assistant's."""
    photo = await simulator.add_photo(offset=offset)
    (asset,) = await found(hass, limit=1)
    wall = datetime.fromisoformat(asset["taken"]).replace(tzinfo=None)
    second = timedelta(seconds=1)

    async def between(start: datetime, end: datetime) -> list[str]:
        return ids(await found(hass, start=start.isoformat(" "), end=end.isoformat(" ")))

    assert await between(wall, wall + second) == [photo]
    assert await between(wall - second, wall) == []
    assert await between(wall + second, wall + 2 * second) == []
    local = wall.replace(tzinfo=dt_util.get_default_time_zone())
    assert await between(local, dt_util.as_utc(local) + second) == [photo]
    assert photo in ids(await found(hass, start=wall.isoformat(" ")))
    assert photo not in ids(await found(hass, end=wall.isoformat(" ")))


@pytest.mark.parametrize("by", ["name", "id"])
async def test_by_album(hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, by: str) -> None:
    albums = (await ask(simulator, "/api/albums"))["data"]
    family = next(album for album in albums if album["name"] == "Family")
    wanted = {"name": " family", "id": family["id"]}[by]
    assert len(await found(hass, album=wanted, limit=1000)) == family["asset_count"] > 0


@pytest.mark.parametrize(
    ("fields", "key", "text"),
    [
        ({"album": "Holidays"}, "unknown_album", "no album “Holidays”"),
        ({"start": "2026-11-02", "end": "2026-11-01"}, "ends_before_it_starts", "The end is before the start"),
        ({"people": ["../x"]}, "bad_id", "“../x” is not an ID"),
        ({"picture_url": "http://127.0.0.1:1/x.jpg"}, "url_not_allowed", "allowlist_external_urls"),
        ({"picture_file": "/etc/passwd"}, "path_not_allowed", "may not read /etc/passwd"),
        ({"picture_base64": "AAAA"}, "not_a_picture", "is not a picture"),
        ({"picture_base64": "AAAA", "picture_file": "/x"}, "several_pictures", "from one place only"),
    ],
)
async def test_what_cannot_be_looked_for(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, fields: dict[str, Any], key: str, text: str
) -> None:
    found_key, message, is_input = await failed(hass, "find_assets", **fields)
    assert (found_key, is_input) == (key, True)
    assert text in message
    assert await writes(simulator) == []


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        ({"status": 503}, "unreachable"),
        ({"status": 429, "retry_after": 1}, "rate_limited"),
        ({"body": "truncated_json"}, "bad_answer"),
        ({"status": 401}, "sign_in_failed"),
    ],
)
async def test_a_service_that_fails(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, fault: dict[str, Any], key: str
) -> None:
    await simulator.fault("/api/assets$", **fault)
    assert (await failed(hass, "find_assets"))[::2] == (key, False)
