"""Faces that are taught to the server, and recognized by it."""

from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from aiohttp import web
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.video_analytics.const import DOMAIN
from homeassistant.components.image import ImageEntity
from homeassistant.components.image.const import DATA_COMPONENT
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.setup import async_setup_component
from tests.simulator.client import Simulator

from ...events.acting import act
from .acting import JPEG, NOBODY, failed, kept, without, writes

TEXT = b64encode(JPEG).decode()


class _Door(ImageEntity):
    _attr_name = "Front door"

    async def async_image(self) -> bytes | None:
        return JPEG


@pytest.fixture
async def door(hass: HomeAssistant) -> str:
    """An image entity."""
    assert await async_setup_component(hass, "image", {})
    await hass.data[DATA_COMPONENT].async_add_entities([_Door(hass)])
    return "image.front_door"


@pytest.fixture
async def web_server(hass: HomeAssistant) -> AsyncIterator[str]:
    """A server of pictures that Home Assistant may open; what it serves depends on the path."""

    async def serve(request: web.Request) -> web.Response:
        match request.path:
            case "/face.jpg":
                return web.Response(body=JPEG)
            case "/large.jpg":
                return web.Response(body=JPEG + bytes(11 << 20))
            case "/page.html":
                return web.Response(text="no picture")
            case "/elsewhere.jpg":
                raise web.HTTPFound("/face.jpg")
        raise web.HTTPNotFound

    app = web.Application()
    app.router.add_get("/{name}", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    hass.config.allowlist_external_urls = {f"{url}/"}
    yield url
    await runner.cleanup()


async def test_a_face_of_a_watched_person(
    hass: HomeAssistant, simulator: Simulator, anna: str, seen: str, door: str
) -> None:
    before = (await kept(simulator, anna))["faces"]
    assert await act(hass, "add_face", seen, picture_entity=door) == {"person": anna}
    assert len((await kept(simulator, anna))["faces"]) == len(before) + 1


async def test_a_face_of_somebody_whom_nobody_watches(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, ines: str, allowed: Path
) -> None:
    (allowed / "face.jpg").write_bytes(JPEG)
    target = {"person": ines, "config_entry_id": account.entry_id}
    assert await act(hass, "add_face", target, picture_file=str(allowed / "face.jpg")) == {"person": ines}
    assert len((await kept(simulator, ines))["faces"]) == 2


async def test_a_face_of_somebody_new(hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry) -> None:
    before = {known["id"] for known in await simulator.people()}
    person = (await act(hass, "add_face", {}, picture_base64=TEXT))["person"]
    assert {known["id"] for known in await simulator.people()} - before == {person}

    key, _ = await failed(hass, "add_face", {"person": person}, picture_base64=TEXT)
    assert key == "rejected"
    assert await act(hass, "add_face", {"person": person}, picture_base64=TEXT, force=True) == {"person": person}
    assert len((await kept(simulator, person))["faces"]) == 2


async def test_why_a_face_is_refused_is_shown(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, seen: str
) -> None:
    await simulator.quirks(error_body="problem")
    await act(hass, "add_face", seen, picture_base64=TEXT)
    key, message = await failed(hass, "add_face", seen, picture_base64=TEXT)
    assert key == "refused"
    assert "The face is enrolled already" in message


async def test_the_address_of_a_picture_is_opened_where_it_is_allowed(
    hass: HomeAssistant, simulator: Simulator, anna: str, seen: str, web_server: str
) -> None:
    assert await act(hass, "add_face", seen, picture_url=f"{web_server}/face.jpg") == {"person": anna}


@pytest.mark.parametrize(
    ("url", "key", "text"),
    [
        ("http://127.0.0.1:1/face.jpg", "url_not_allowed", "allowlist_external_urls"),
        ("{server}/nothing.jpg", "picture_not_fetched", "(HTTP 404)"),
        ("{server}/elsewhere.jpg", "picture_not_fetched", "(HTTP 302)"),
        ("{server}/large.jpg", "picture_too_large", "larger than 10 MB"),
        ("{server}/page.html", "not_a_picture", "is not a picture"),
        ("ftp://127.0.0.1/face.jpg", "bad_picture_url", "is not the address of a picture"),
    ],
)
async def test_addresses_that_give_no_picture(
    hass: HomeAssistant, simulator: Simulator, seen: str, web_server: str, url: str, key: str, text: str
) -> None:
    found, message = await failed(hass, "add_face", seen, picture_url=url.replace("{server}", web_server))
    assert found == key
    assert text in message
    assert await writes(simulator) == []


async def test_an_address_where_nobody_answers(hass: HomeAssistant, seen: str) -> None:
    hass.config.allowlist_external_urls = {"http://127.0.0.1:1/"}
    key, message = await failed(hass, "add_face", seen, picture_url="http://127.0.0.1:1/face.jpg?token=abc")
    assert key == "picture_not_fetched"
    assert "abc" not in message


@pytest.mark.parametrize(
    ("fields", "key", "text"),
    [
        ({}, "no_picture", "picture_entity, picture_file, picture_url, picture_base64"),
        ({"picture_base64": "AAAA"}, "not_a_picture", "What picture_base64 gives is not a picture"),
        ({"picture_entity": "camera.nowhere"}, "picture_entity_unknown", "There is no camera.nowhere"),
        ({"picture_file": "/etc/passwd"}, "path_not_allowed", "may not read /etc/passwd"),
        ({"picture_file": "{allowed}/nothing.jpg"}, "no_such_file", "There is no file"),
        ({"picture_base64": TEXT, "picture_file": "/face.jpg"}, "several_pictures", "one of these fields"),
    ],
)
@pytest.mark.parametrize("action", ["add_face", "recognize_face"])
async def test_bad_pictures_are_not_sent(
    hass: HomeAssistant,
    simulator: Simulator,
    account: MockConfigEntry,
    allowed: Path,
    action: str,
    fields: dict[str, str],
    key: str,
    text: str,
) -> None:
    fields = {name: value.replace("{allowed}", str(allowed)) for name, value in fields.items()}
    found, message = await failed(hass, action, {}, **fields)
    assert found == key
    assert text in message
    assert await writes(simulator) == []


async def test_people_who_are_not_there(hass: HomeAssistant, account: MockConfigEntry, seen: str, anna: str) -> None:
    key, message = await failed(hass, "add_face", {"person": NOBODY}, picture_base64=TEXT)
    assert key == "unknown_person"
    assert NOBODY in message
    assert (await failed(hass, "add_face", {"person": "a/b"}, picture_base64=TEXT))[0] == "bad_id"
    assert (await failed(hass, "add_face", "event.nobody", picture_base64=TEXT))[0] == "watches_nobody"
    assert (await failed(hass, "add_face", "all", picture_base64=TEXT))[0] == "not_one_person"
    assert (await failed(hass, "add_face", "none", picture_base64=TEXT))[0] == "not_one_person"
    assert (await failed(hass, "add_face", {"entity_id": seen, "person": anna}))[0] == "person_or_target"


async def test_who_is_in_a_picture(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, anna: str, seen: str, door: str
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    await act(hass, "add_face", seen, picture_entity=door)
    answer = (await act(hass, "recognize_face", {}, picture_entity=door))["answer"]
    [face] = answer["faces"]
    assert face["person"]["personId"] == anna
    [event, *_] = (await act(hass, "get_events", seen))[seen]["events"]
    assert event["place"] == "Front door"
    assert event["attributes"]["timeZone"] == "Europe/Berlin"

    fields = {"picture_entity": door, "detector": "Gate", "time": "2026-11-20 12:00:00"}
    at_gate = (await act(hass, "recognize_face", {"config_entry_id": account.entry_id}, **fields))["answer"]
    assert at_gate["faces"][0]["detectionId"] != face["detectionId"]
    again = (await act(hass, "recognize_face", {}, **fields))["answer"]
    assert again == at_gate
    twice = (await act(hass, "recognize_face", {}, allow_duplicate=True, **fields))["answer"]
    assert twice["faces"][0]["detectionId"] != at_gate["faces"][0]["detectionId"]
    day = {"start": "2026-11-20 12:00:00", "end": "2026-11-20 12:00:00"}
    places = {event["place"] for event in (await act(hass, "get_events", seen, **day))[seen]["events"]}
    assert places == {"Gate"}


async def test_a_picture_of_no_entity_was_taken_by_home_assistant(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, seen: str
) -> None:
    await act(hass, "add_face", seen, picture_base64=TEXT)
    await act(hass, "recognize_face", {}, picture_base64=TEXT, largest_face_only=False)
    [event, *_] = (await act(hass, "get_events", seen))[seen]["events"]
    assert event["place"] == "Home Assistant"


async def test_missing_permissions_are_named(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, seen: str
) -> None:
    await without(simulator, "Face Enrollment", "Face Publishing")
    for action, permission in {"add_face": "Face Enrollment", "recognize_face": "Face Publishing"}.items():
        key, message = await failed(hass, action, {}, picture_base64=TEXT)
        assert key == "permission_missing"
        assert f"“{permission} (Facial Recognition Services)”" in message


async def test_systems_that_do_not_know_faces(
    hass: HomeAssistant, account: MockConfigEntry, seen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account.runtime_data.coordinator.account, "recognition", None)
    for action in ("add_face", "recognize_face"):
        key, message = await failed(hass, action, {}, picture_base64=TEXT)
        assert key == "not_offered"
        assert "eConnect does not offer this" in message


async def test_a_server_that_does_not_answer(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry
) -> None:
    await simulator.fault("faceEnroll", status=503)
    assert (await failed(hass, "add_face", {}, picture_base64=TEXT))[0] == "unreachable"
    await simulator.fault("publishWithResponse", body="truncated_json")
    assert (await failed(hass, "recognize_face", {}, picture_base64=TEXT))[0] == "bad_answer"


async def test_the_only_account_that_offers_something_need_not_be_named(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, ines: str
) -> None:
    MockConfigEntry(domain=DOMAIN, data={**account.data, "vendor": "faceter"}).add_to_hass(hass)
    assert (await act(hass, "recognize_face", {}, picture_base64=TEXT))["answer"]
    for action, fields in (("add_note", {"note": "Likes the window seat."}), ("get_events", {})):
        assert ines in await act(hass, action, {"person": ines}, **fields)
    MockConfigEntry(domain=DOMAIN, data={**account.data, "account_id": "else"}).add_to_hass(hass)
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "recognize_face", {}, picture_base64=TEXT)
    assert caught.value.translation_key == "service_found_multiple_config_entry_for_domain"


async def test_who_may_not_control_all_entities_adds_nobody(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, seen: str, hass_read_only_user: MockUser
) -> None:
    context = Context(user_id=hass_read_only_user.id)
    for target in ({}, {"entity_id": seen}):
        fields: dict[str, Any] = {**target, "picture_base64": TEXT}
        with pytest.raises(Unauthorized):
            await hass.services.async_call(DOMAIN, "add_face", fields, blocking=True, context=context)
    assert await writes(simulator) == []
