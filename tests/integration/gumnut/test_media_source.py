"""The library in Home Assistant's media browser."""

from collections.abc import Awaitable, Callable, Mapping
import json
import re
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.media_ids import media_content_id
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.simulator.client import Simulator

from ..conftest import AddAccount
from .looking import asked_for, settled

ROOT = f"media-source://{DOMAIN}"
ANNA = "Anna Lindqvist"

type Answer = dict[str, Any]
type Ask = Callable[..., Awaitable[Answer]]


@pytest.fixture
async def media(hass: HomeAssistant, hass_ws_client: WebSocketGenerator, simulator: Simulator) -> Ask:
    """Return a function that asks what the media browser asks, and sees to it that no answer tells a secret."""
    client: MockHAClientWebSocket | None = None

    async def ask(command: str, place: str, **fields: Any) -> Answer:
        nonlocal client
        if client is None:  # after the account, since the web server takes no routes once it runs
            assert await async_setup_component(hass, "media_source", {})
            client = await hass_ws_client(hass)
        await client.send_json_auto_id({"type": f"media_source/{command}_media", "media_content_id": place, **fields})
        answer = await client.receive_json()
        text = json.dumps(answer)
        assert not any(mark in text for mark in (simulator.credentials["key"], "/media/", "token=", simulator.url))
        return answer if not answer["success"] else answer["result"]

    return ask


@pytest.fixture
def here(entry: MockConfigEntry) -> str:
    """The library's own folder."""
    return f"{ROOT}/{entry.unique_id}"


def titles(folder: Answer) -> list[str]:
    """Return what is in a folder, or was found."""
    return [child["title"] for child in folder.get("children", folder.get("result", ()))]


async def test_a_folder_for_each_library(hass: HomeAssistant, media: Ask, entry: MockConfigEntry, here: str) -> None:
    root = await media("browse", ROOT)
    assert (root["title"], root["can_search"]) == ("Video Analytics", True)
    (library,) = root["children"]
    assert (library["title"], library["media_content_id"], library["can_expand"]) == ("Harbour House", here, True)
    folder = await media("browse", here)
    assert titles(folder) == ["Newest", "People", "Albums", "By month"]
    assert all(child["can_expand"] and child["can_search"] for child in folder["children"])


async def test_sections_are_named_in_the_users_language(
    hass: HomeAssistant, add_account: AddAccount, media: Ask
) -> None:
    await hass.config.async_update(language="ru")
    entry = await add_account()
    await hass.async_block_till_done()
    assert titles(await media("browse", f"{ROOT}/{entry.unique_id}")) == ["Новые", "Люди", "Альбомы", "По месяцам"]


async def test_the_newest(media: Ask, simulator: Simulator, add_account: AddAccount) -> None:
    photo = await simulator.add_photo(ANNA, place=2)
    video = await simulator.add_photo(ANNA, place=2, video=True)
    await simulator.advance(3600)  # they are no news
    entry = await add_account()
    await settled(simulator)
    folder = await media("browse", f"{ROOT}/{entry.unique_id}/newest")
    assert await asked_for(simulator, "/api/") == ["/api/assets"]
    assert (len(folder["children"]), folder["not_shown"]) == (62, 0)
    shown = {child["media_content_id"]: child for child in folder["children"][:2]}
    still, moving = shown[media_content_id(entry, photo)], shown[media_content_id(entry, video)]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d · Harbour House, Hamburg, Germany", still["title"])
    assert (still["media_class"], still["media_content_type"], still["can_play"]) == ("image", "image/jpeg", True)
    assert (moving["media_class"], moving["media_content_type"]) == ("video", "video/mp4")
    assert still["thumbnail"] == f"/api/{DOMAIN}/{entry.entry_id}/photo/thumbnail/{photo}"


async def test_what_is_not_shown_is_counted(media: Ask, simulator: Simulator, add_account: AddAccount) -> None:
    """As many as fit on one page, and the rest is told."""
    await simulator.add_photo(ANNA, count=200)
    entry = await add_account()
    folder = await media("browse", f"{ROOT}/{entry.unique_id}/newest")
    assert (len(folder["children"]), folder["not_shown"]) == (200, 60)


async def test_people(media: Ask, simulator: Simulator, here: str, people: Mapping[str, str], anna: str) -> None:
    folder = await media("browse", f"{here}/people")
    assert sorted(titles(folder)) == sorted(people)
    her = next(child for child in folder["children"] if child["title"] == ANNA)
    assert her["media_content_id"] == f"{here}/people/{anna}"
    assert her["thumbnail"].endswith(f"/photo/portrait/{anna}")
    await settled(simulator)
    photos = await media("browse", her["media_content_id"])
    assert await asked_for(simulator, "/api/") == ["/api/assets"]
    assert photos["title"] == ANNA
    photo = await simulator.add_photo(ANNA)
    photos = await media("browse", her["media_content_id"])
    assert photos["children"][0]["media_content_id"].endswith(f"/photo/{photo}")


async def test_people_are_sorted_by_their_photos(media: Ask, simulator: Simulator, here: str) -> None:
    await simulator.add_photo("Sofia Novak", count=30)
    assert titles(await media("browse", f"{here}/people"))[0] == "Sofia Novak"
    await simulator.quirks(asset_counts=False)
    by_name = titles(await media("browse", f"{here}/people"))
    assert by_name == sorted(by_name)


async def test_albums(media: Ask, simulator: Simulator, here: str) -> None:
    folder = await media("browse", f"{here}/albums")
    assert titles(folder) == ["Family", "Staff"]
    family = folder["children"][0]
    assert "/photo/cover/album_" in family["thumbnail"]
    await settled(simulator)
    photos = await media("browse", family["media_content_id"])
    assert await asked_for(simulator, "/api/") == ["/api/assets"]
    assert photos["title"] == "Family"
    assert photos["children"]
    assert {child["media_class"] for child in photos["children"]} <= {"image", "video"}


async def test_months(media: Ask, simulator: Simulator, add_account: AddAccount) -> None:
    """Everything can be reached, however old."""
    for moment in ("2027-01-10T12:00:00", "2027-02-01T00:00:00", "2027-02-28T23:59:59"):
        await simulator.set_time(f"{moment}+01:00")
        await simulator.add_photo(ANNA, offset=False)
    here = f"{ROOT}/{(await add_account()).unique_id}"
    folder = await media("browse", f"{here}/months")
    assert titles(folder)[:2] == ["February 2027 (2)", "January 2027 (1)"]
    february = await media("browse", f"{here}/months/2027-02")
    assert february["title"] == "February 2027 (2)"
    assert [title[:16] for title in titles(february)] == ["2027-02-28 23:59", "2027-02-01 00:00"]
    january = await media("browse", f"{here}/months/2027-01")
    assert [title[:16] for title in titles(january)] == ["2027-01-10 12:00"]
    assert titles(await media("browse", f"{here}/months/1999-02")) == []


async def test_search(media: Ask, simulator: Simulator, here: str, anna: str) -> None:
    kitchen = await simulator.add_photo("Marek Novak", place=5)
    hers = await simulator.add_photo(ANNA, place=5)
    moving = await simulator.add_photo(ANNA, place=5, video=True)

    async def found(place: str, **fields: Any) -> set[str]:
        answer = await media("search", place, search_query="kitchen", **fields)
        return {item["media_content_id"].rpartition("/")[2] for item in answer["result"]}

    for place in (ROOT, here, f"{here}/newest"):
        assert {kitchen, hers, moving} <= await found(place)
    assert kitchen not in (below := await found(f"{here}/people/{anna}"))
    assert hers in below
    assert moving not in (still := await found(here, media_filter_classes=["image"]))
    assert hers in still
    assert moving in await found(here, media_filter_classes=["video"])
    assert await found(here, media_filter_classes=["music"]) == set()


async def test_people_are_found_by_their_names(media: Ask, here: str, anna: str) -> None:
    answer = await media("search", here, search_query=" lindqvist")
    assert answer["result"][0]["media_content_id"] == f"{here}/people/{anna}"
    assert titles(await media("search", here, search_query=" ")) == []


async def test_a_photo_resolves_to_a_picture_that_every_browser_shows(
    media: Ask, simulator: Simulator, add_account: AddAccount
) -> None:
    photo = await simulator.add_photo(ANNA)
    await simulator.advance(3600)
    entry = await add_account()
    await settled(simulator)
    answer = await media("resolve", media_content_id(entry, photo))
    assert answer["mime_type"] == "image/jpeg"
    assert answer["url"].startswith(f"/api/{DOMAIN}/{entry.entry_id}/photo/fullsize/{photo}?authSig=")
    assert await asked_for(simulator, "/api/") == ["/api/assets"]


async def test_a_video_and_an_original_resolve_to_the_file(
    media: Ask, simulator: Simulator, entry: MockConfigEntry, here: str
) -> None:
    video, photo = await simulator.add_photo(ANNA, video=True), await simulator.add_photo(ANNA)
    for place, key, mime_type in (
        (media_content_id(entry, video), video, "video/mp4"),
        (f"{here}/original/{photo}", photo, "image/jpeg"),
    ):
        answer = await media("resolve", place)
        assert answer["mime_type"] == mime_type
        assert answer["url"].startswith(f"/api/{DOMAIN}/{entry.entry_id}/photo/original/{key}?authSig=")


@pytest.mark.parametrize(
    "place",
    [
        "nobody",
        "nobody/newest",
        "{here}/nothing",
        "{here}/newest/x",
        "{here}/people/person_nobody",
        "{here}/people/..",
        "{here}/people/a%2Fb",
        "{here}/albums/album_none",
        "{here}/months/2026-13",
        "{here}/months/9999-12",
        "{here}/months/x",
        "{here}/photo/asset_1",
        "{here}//",
        "{here}/people/",
        "{here}/a/b/c/d",
        "%",
        "{here}/people/%00",
    ],
)
async def test_what_is_unknown_is_told(media: Ask, here: str, place: str) -> None:
    place = f"{ROOT}/{place.format(here=here.removeprefix(f'{ROOT}/'))}"
    for command, fields in (("browse", {}), ("resolve", {})):
        answer = await media(command, place, **fields)
        assert answer["success"] is False
        assert re.match(r"There is nothing at|The server does not know", answer["error"]["message"]), answer


@pytest.mark.parametrize("place", ["{here}", "{here}/newest", "{here}/photo", "{here}/photo/asset_gone", "{here}/x/y"])
async def test_what_cannot_be_played_is_told(media: Ask, here: str, place: str) -> None:
    answer = await media("resolve", place.format(here=here))
    assert answer["error"]["code"] == "resolve_media_failed"


async def test_an_asset_of_another_library_is_not_served(
    media: Ask, simulator: Simulator, entry: MockConfigEntry
) -> None:
    """The key may see it, but it is not what this account is."""
    other = await simulator.add_photo(ANNA, library=await simulator.add_library("Holidays"))
    answer = await media("resolve", media_content_id(entry, other))
    assert answer["error"]["message"].startswith("The server does not know what was asked for")


async def test_an_account_that_is_not_connected(
    hass: HomeAssistant, media: Ask, simulator: Simulator, entry: MockConfigEntry, here: str
) -> None:
    photo = await simulator.add_photo(ANNA)
    await hass.config_entries.async_unload(entry.entry_id)
    for command, place in (("browse", f"{here}/newest"), ("resolve", media_content_id(entry, photo))):
        message = (await media(command, place))["error"]["message"]
        assert message.startswith("The account Harbour House is not connected.")
    assert "Add a photo library" in (await media("browse", ROOT))["error"]["message"]
    assert "Add a photo library" in (await media("search", ROOT, search_query="a"))["error"]["message"]


async def test_an_empty_library(
    hass: HomeAssistant, media: Ask, simulator: Simulator, add_account: AddAccount, entry: MockConfigEntry
) -> None:
    """Without photos, people and albums; the other library is beside it."""
    empty = await add_library(hass, simulator, entry, await simulator.add_library("Holidays"), "Attic")
    assert titles(await media("browse", ROOT)) == ["Attic", "Harbour House"]
    for section in ("newest", "people", "albums", "months"):
        folder = await media("browse", f"{ROOT}/{empty.unique_id}/{section}")
        assert (folder["children"], folder["not_shown"]) == ([], 0)
    assert titles(await media("search", f"{ROOT}/{empty.unique_id}", search_query="kitchen")) == []
    assert titles(await media("search", ROOT, search_query="kitchen"))
    await hass.config_entries.async_unload(empty.entry_id)


async def test_a_library_that_fails_does_not_hide_what_others_find(
    hass: HomeAssistant, media: Ask, simulator: Simulator, entry: MockConfigEntry, library: str
) -> None:
    """As long as one of them finds something."""
    key = await simulator.key("add", libraries=[library])
    broken = await add_library(hass, simulator, entry, library, "Attic", key=key)
    await simulator.key("revoke", key=key)
    await simulator.add_photo(ANNA, place=5)
    assert titles(await media("search", ROOT, search_query="kitchen"))
    await simulator.fault("GET /api/search", status=503)
    answer = await media("search", ROOT, search_query="kitchen")
    assert answer["error"]["code"] == "search_media_failed"
    await hass.config_entries.async_unload(broken.entry_id)


@pytest.mark.parametrize(
    ("status", "message"),
    [(403, "This account may not do that."), (429, "The server asks to wait"), (503, "The server does not answer.")],
)
async def test_failures_are_told_in_words(
    media: Ask, simulator: Simulator, here: str, status: int, message: str
) -> None:
    await simulator.fault("GET /api/(assets|people|albums|search)", status=status)
    for place in ("newest", "people", "albums", "months", "photo/asset_1"):
        answer = await media("resolve" if "/" in place else "browse", f"{here}/{place}")
        assert answer["error"]["message"].startswith(message)
        if status == 429:
            return
    assert (await media("search", here, search_query="x"))["error"]["message"].startswith(message)


async def test_a_key_that_may_read_alone_is_enough(media: Ask, simulator: Simulator, add_account: AddAccount) -> None:
    entry = await add_account(key=await simulator.key("add", actions=["read"]))
    photo = await simulator.add_photo(ANNA)
    assert titles(await media("browse", f"{ROOT}/{entry.unique_id}/newest"))
    assert (await media("resolve", media_content_id(entry, photo)))["mime_type"] == "image/jpeg"


async def add_library(
    hass: HomeAssistant, simulator: Simulator, like: MockConfigEntry, library: str, title: str, **sign_in: Any
) -> MockConfigEntry:
    """Set up another library of the same server."""
    data = {**like.data, "account_id": library, "sign_in": {**like.data["sign_in"], **sign_in}}
    entry = MockConfigEntry(domain=DOMAIN, title=title, unique_id=f"gumnut_{library}_{title}", data=data)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry
