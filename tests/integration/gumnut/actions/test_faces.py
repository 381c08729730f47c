"""Faces that are marked in photos, and said whose they are."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import pytest_socket

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.vendors import load
from custom_components.video_analytics.vendors.budget import Budget, Pace
from custom_components.video_analytics.vendors.http import Http
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from tests.simulator.client import Simulator
from tests.vendors.gumnut.examples import example
from tests.vendors.server import Server, json

from ...events.acting import act
from .acting import NO_PHOTO, NOBODY, ask, failed, writes

BOX = {"x": 1000, "y": 600, "w": 280, "h": 120}
"""In the lower right corner of a photo of 1280 x 720 pixels."""


@pytest.fixture
async def photo(simulator: Simulator, account: MockConfigEntry) -> str:
    """A photo of a place where nobody is."""
    photo = await simulator.add_photo()
    await simulator.forget_requests()
    return photo


async def faces(simulator: Simulator, photo: str) -> list[dict[str, Any]]:
    """Return the faces of a photo, as the service knows them."""
    rows: list[dict[str, Any]] = (await ask(simulator, "/api/faces", asset_id=photo))["data"]
    return rows


async def test_a_face_of_a_watched_person(
    hass: HomeAssistant, simulator: Simulator, photo: str, watched: dict[str, str], anna: str
) -> None:
    response = await act(hass, "create_face", watched, asset=photo, **BOX)
    (face,) = await faces(simulator, photo)
    assert (face["person_id"], face["source"], face["bounding_box"]) == (anna, "manual", BOX)
    assert response == {
        "face": {
            "id": face["id"],
            "asset": photo,
            "person": anna,
            "box": BOX,
            "manual": True,
            "confidence": None,
        }
    }


async def test_a_face_by_id_and_of_nobody(
    hass: HomeAssistant, simulator: Simulator, photo: str, people: dict[str, str]
) -> None:
    by_id = await act(hass, "create_face", {}, asset=f" {photo} ", person=people["Sofia Novak"], **BOX)
    assert by_id["face"]["person"] == people["Sofia Novak"]
    of_nobody = await act(hass, "create_face", {}, asset=photo, **BOX)
    assert of_nobody["face"]["person"] is None
    assert len(await faces(simulator, photo)) == 2


async def test_the_vendors_example_is_sent_verbatim(
    hass: HomeAssistant, account: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asset, person and library are called "<string>" there, and the picture has room for the box."""
    pytest_socket.enable_socket()
    wanted = example("create_face")
    async with Server().serving() as server:
        size = {"id": "<string>", "width": 3, "height": 3}
        server.answer(json(size), json(wanted.response["body"], wanted.response["status"]))
        http = Http(async_get_clientsession(hass), Budget(Pace(rate=100, burst=100)))
        other = load("gumnut").open(http, {"key": "k3y", "url": str(server.url)}, "<string>")
        monkeypatch.setattr(account.runtime_data.coordinator.account, "photos", other.photos)

        sent = wanted.request["body"]
        fields = {"asset": sent["asset_id"], "person": sent["person_id"], **sent["bounding_box"]}
        response = await act(hass, "create_face", {}, **fields)

        assert [(each.method, each.path) for each in server.requests] == [
            ("GET", "/api/assets/<string>"),
            ("POST", "/api/faces"),
        ]
        assert server.requests[-1].json == sent
        assert response["face"] == {
            "id": "<string>",
            "asset": "<string>",
            "person": "<string>",
            "box": sent["bounding_box"],
            "manual": True,
            "confidence": 123.0,
        }


@pytest.mark.parametrize(
    ("box", "key", "text"),
    [
        ({"x": 1001}, "box_outside", "ends at 1281 × 720, but the photo is only 1280 × 720"),
        ({"y": 601}, "box_outside", "ends at 1280 × 721, but the photo is only 1280 × 720"),
        ({"w": 9000}, "box_outside", "ends at 10000 × 720"),
        ({"x": -1}, "bad_box", "has to begin inside of the photo"),
        ({"y": -1}, "bad_box", "has to begin inside of the photo"),
        ({"w": 0}, "bad_box", "at least one pixel"),
        ({"h": -5}, "bad_box", "at least one pixel"),
    ],
)
async def test_a_box_outside_of_the_photo_is_refused_before_anything_is_sent(
    hass: HomeAssistant,
    simulator: Simulator,
    photo: str,
    watched: dict[str, str],
    box: dict[str, int],
    key: str,
    text: str,
) -> None:
    found, message, is_input = await failed(hass, "create_face", watched, asset=photo, **(BOX | box))
    assert (found, is_input) == (key, True)
    assert text in message
    assert await writes(simulator) == []
    assert await faces(simulator, photo) == []


async def test_photos_and_people_that_are_not_there(
    hass: HomeAssistant, simulator: Simulator, photo: str, watched: dict[str, str], anna: str
) -> None:
    key, message, is_input = await failed(hass, "create_face", asset=NO_PHOTO, **BOX)
    assert (key, is_input) == ("unknown_asset", True)
    assert NO_PHOTO in message
    key, message, _ = await failed(hass, "create_face", watched, asset=NO_PHOTO, **BOX)
    assert key == "unknown_asset_or_person"
    assert NO_PHOTO in message
    assert anna in message
    assert (await failed(hass, "create_face", asset=photo, person=NOBODY, **BOX))[0] == "unknown_asset_or_person"
    for wrong in ("../people", "..", ""):
        assert (await failed(hass, "create_face", asset=wrong, **BOX))[0] == "bad_id"
    assert await writes(simulator) == ["POST /api/faces"]


async def test_a_face_has_one_person(
    hass: HomeAssistant, simulator: Simulator, photo: str, watched: dict[str, str], people: dict[str, str]
) -> None:
    target = {**watched, "person": people["Sofia Novak"]}
    for action, fields in (("create_face", {"asset": photo, **BOX}), ("assign_face", {"face": "face_1"})):
        assert (await failed(hass, action, target, **fields))[0] == "not_one_person"
    assert await writes(simulator) == []


async def test_a_face_changes_hands(
    hass: HomeAssistant, simulator: Simulator, watched: dict[str, str], people: dict[str, str], anna: str
) -> None:
    photo = await simulator.add_photo("Marek Novak")
    (before,) = await faces(simulator, photo)
    face = before["id"]
    response = await act(hass, "assign_face", watched, face=face)
    assert response["face"] == {
        "id": face,
        "asset": photo,
        "person": anna,
        "box": before["bounding_box"],
        "manual": False,
        "confidence": before["confidence"],
    }
    assert (await act(hass, "assign_face", {}, face=face, person=people["Sofia Novak"]))["face"]["person"]
    assert (await faces(simulator, photo))[0]["person_id"] == people["Sofia Novak"]
    assert (await act(hass, "assign_face", {}, face=face, detach=True))["face"]["person"] is None
    assert (await faces(simulator, photo))[0]["person_id"] is None


async def test_nobody_is_detached_by_mistake(
    hass: HomeAssistant, simulator: Simulator, watched: dict[str, str], anna: str
) -> None:
    photo = await simulator.add_photo("Anna Lindqvist")
    (before,) = await faces(simulator, photo)
    targets: list[dict[str, Any]] = [{}, {"detach": False}, {**watched, "detach": True}, {"entity_id": []}]
    for fields in targets:
        key, message, is_input = await failed(hass, "assign_face", face=before["id"], **fields)
        assert (key, is_input) == ("person_or_detach", True)
        assert "turn on “Detach”" in message
    assert await writes(simulator) == []
    assert (await faces(simulator, photo))[0]["person_id"] == anna


async def test_faces_that_are_not_there(hass: HomeAssistant, simulator: Simulator, watched: dict[str, str]) -> None:
    photo = await simulator.add_photo("Anna Lindqvist")
    (known,) = await faces(simulator, photo)
    key, message, is_input = await failed(hass, "assign_face", face="face_gone", detach=True)
    assert (key, is_input) == ("unknown_face", True)
    assert "face_gone" in message
    for target, face in ((watched, "face_gone"), ({"person": NOBODY}, known["id"])):
        key, message, is_input = await failed(hass, "assign_face", target, face=face)
        assert (key, is_input) == ("unknown_face_or_person", True)
        assert face in message
    assert (await failed(hass, "assign_face", watched, face="a/b"))[0] == "bad_id"


async def test_a_result_is_not_needed(hass: HomeAssistant, simulator: Simulator, photo: str) -> None:
    await hass.services.async_call(DOMAIN, "create_face", {"asset": photo, **BOX}, blocking=True)
    assert len(await faces(simulator, photo)) == 1
