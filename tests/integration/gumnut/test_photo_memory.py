"""What is remembered of photos that were looked at: enough to be cheap, and not for long."""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from aiohttp.test_utils import TestClient
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.vendors.models.photos import AssetQuery
from tests.simulator.client import Simulator

from ..conftest import AddAccount
from .looking import asked_for, settled

ANNA = "Anna Lindqvist"
_AFTER = 16 * 60
"""Seconds, after which nothing is remembered."""


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return a function that lets time pass for what is remembered."""
    ahead = 0.0

    def pass_by(seconds: float) -> None:
        nonlocal ahead
        ahead += seconds

    for module in ("gallery", "vendors.gumnut.pictures"):
        name = f"custom_components.video_analytics.{module}.monotonic"
        monkeypatch.setattr(name, lambda: monotonic() + ahead)
    return pass_by


async def test_an_address_that_has_expired_is_asked_for_anew(
    simulator: Simulator, entry: MockConfigEntry, path: Callable[[str], str], client: TestClient[Any, Any]
) -> None:
    photo = await simulator.add_photo(ANNA)
    await entry.runtime_data.gallery.find(AssetQuery(limit=1))
    await simulator.advance(24 * 3600)
    await settled(simulator)
    response = await client.get(path(f"thumbnail/{photo}"))
    assert response.status == 200
    thumbnail, asset = f"/media/{photo}/thumbnail", "/api/assets"
    assert await asked_for(simulator, thumbnail, asset) == [thumbnail, asset, thumbnail]


@pytest.mark.parametrize("gone", ["trashed", "moved"])
@pytest.mark.parametrize("expired", [False, True])
async def test_what_is_gone_is_not_shown_for_long(
    simulator: Simulator,
    entry: MockConfigEntry,
    path: Callable[[str], str],
    client: TestClient[Any, Any],
    wait: Callable[[float], None],
    gone: str,
    expired: bool,
) -> None:
    """What was looked at, or is about to be shown, is asked for again after some minutes, and in this library."""
    photo = await simulator.add_photo(ANNA)
    kinds = ("thumbnail", "fullsize", "original")
    for kind in kinds:
        assert (await client.get(path(f"{kind}/{photo}"), headers={"Range": "bytes=0-9"})).ok
    await entry.runtime_data.gallery.prepare(photo)
    change = {"trashed": True} if gone == "trashed" else {"library": await simulator.add_library("Holidays")}
    await simulator.patch_photo(photo, **change)
    if expired:
        await simulator.advance(24 * 3600)
    wait(_AFTER)
    for kind in kinds:
        for headers in ({}, {"Range": "bytes=0-9"}):
            assert (await client.get(path(f"{kind}/{photo}"), headers=headers)).status == 404, kind


@pytest.mark.parametrize("gone", ["trashed", "moved"])
async def test_an_address_that_has_expired_is_asked_for_in_this_library(
    simulator: Simulator, entry: MockConfigEntry, path: Callable[[str], str], client: TestClient[Any, Any], gone: str
) -> None:
    """Also while the photo itself is still remembered."""
    photo = await simulator.add_photo(ANNA)
    for kind in ("thumbnail", "original"):
        assert (await client.get(path(f"{kind}/{photo}"), headers={"Range": "bytes=0-9"})).ok
    change = {"trashed": True} if gone == "trashed" else {"library": await simulator.add_library("Holidays")}
    await simulator.patch_photo(photo, **change)
    await simulator.advance(24 * 3600)
    for kind in ("thumbnail", "original"):
        assert (await client.get(path(f"{kind}/{photo}"))).status == 404, kind


async def test_what_is_watched_for_long_is_asked_for_now_and_then(
    simulator: Simulator,
    path: Callable[[str], str],
    client: TestClient[Any, Any],
    wait: Callable[[float], None],
) -> None:
    """Every quarter of an hour, and its address, too, which may be that of what it was before it was edited."""
    video = path(f"original/{await simulator.add_photo(ANNA, video=True)}")
    await settled(simulator)
    for minutes in range(0, 60, 2):
        assert (await client.get(video, headers={"Range": f"bytes={minutes}-"})).status == 206
        wait(120)
    assert await asked_for(simulator, "/api/") == ["/api/assets"] * 2 * 4


async def test_what_was_never_listed_is_found(
    simulator: Simulator,
    path: Callable[[str], str],
    client: TestClient[Any, Any],
    entry: MockConfigEntry,
    people: Mapping[str, str],
) -> None:
    """A page that was open while Home Assistant was restarted."""
    (album, *_) = [album async for album in entry.runtime_data.coordinator.account.photos.albums()]
    photo = await simulator.add_photo(ANNA)
    for what in (f"thumbnail/{photo}", f"fullsize/{photo}", f"cover/{album.id}"):
        assert (await client.get(path(what))).status == 200
    for person in people.values():
        assert (await client.get(path(f"portrait/{person}"))).status == 200


async def test_in_a_large_library_one_of_the_people_is_asked_for_alone(
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    add_account: AddAccount,
    hass_client: ClientSessionGenerator,
) -> None:
    """And one of the albums; however many there are, they are not listed again for one of them."""
    monkeypatch.setattr("custom_components.video_analytics.gallery._OTHERS", 1)
    entry = await add_account()
    client, gallery = await hass_client(), entry.runtime_data.gallery
    for kind, resource, listed in (
        ("portrait", "/api/people", await gallery.people()),
        ("cover", "/api/albums", await gallery.albums()),
    ):
        await settled(simulator)
        first, *_, last = listed
        for one, requests in ((last, 0), (first, 1), (first, 1)):
            response = await client.get(f"/api/{DOMAIN}/{entry.entry_id}/photo/{kind}/{one.id}")
            assert response.status == 200
            assert len(await asked_for(simulator, resource)) == requests
        (query,) = [request["query"] for request in await simulator.requests() if request["path"] == resource]
        assert "ids" in query


@pytest.mark.parametrize(
    ("what", "resource"),
    [
        ("thumbnail/asset_none", "/api/assets"),
        ("portrait/person_none", "/api/people"),
        ("cover/album_none", "/api/albums"),
    ],
)
async def test_what_there_is_not_is_asked_for_once(
    simulator: Simulator,
    path: Callable[[str], str],
    client: TestClient[Any, Any],
    wait: Callable[[float], None],
    what: str,
    resource: str,
) -> None:
    """A card with a wrong id, which somebody looks at all the time; it may be there a little later."""
    await settled(simulator)
    for requests in (1, 2):
        for _ in range(5):
            assert (await client.get(path(what))).status == 404
        assert len(await asked_for(simulator, resource)) == requests
        wait(60)


async def test_what_is_remembered_is_bounded(
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    add_account: AddAccount,
    hass_client: ClientSessionGenerator,
) -> None:
    """What was listed long ago is asked for again."""
    monkeypatch.setattr("custom_components.video_analytics.gallery._ASSETS", 20)
    entry = await add_account()
    client = await hass_client()
    first, *_, last = await entry.runtime_data.gallery.find(AssetQuery(limit=60))
    await settled(simulator)
    for asset, requests in ((last, 0), (first, 1)):
        response = await client.get(f"/api/{DOMAIN}/{entry.entry_id}/photo/thumbnail/{asset.id}")
        assert response.status == 200
        assert len(await asked_for(simulator, "/api/assets")) == requests
