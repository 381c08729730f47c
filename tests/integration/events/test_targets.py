"""Cameras that the actions are aimed at, and who may."""

from uuid import uuid4

import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.video_analytics.const import DOMAIN
from homeassistant.auth.const import GROUP_ID_READ_ONLY
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from tests.simulator.client import Simulator

from .acting import act, device_of, refused


@pytest.fixture
async def second_stream(hass: HomeAssistant, front_door: str) -> str:
    """Another entity of the front door's device."""
    registry = er.async_get(hass)
    main = registry.async_get(front_door)
    assert main
    return registry.async_get_or_create(
        "camera",
        DOMAIN,
        main.unique_id.removesuffix("camera") + "sub_stream",
        config_entry=hass.config_entries.async_get_entry(str(main.config_entry_id)),
        device_id=main.device_id,
    ).entity_id


async def test_a_device_with_two_streams_gets_one_event(
    hass: HomeAssistant, simulator: Simulator, front_door: str, second_stream: str
) -> None:
    device = device_of(hass, front_door)
    assert (await act(hass, "create_event", {"device_id": device})).keys() == {front_door}
    assert (await act(hass, "create_event", {"entity_id": [second_stream, front_door]})).keys() == {front_door}
    assert (await act(hass, "create_event", {"entity_id": second_stream, "device_id": device})).keys() == {
        second_stream
    }
    assert len([request for request in await simulator.requests() if request["method"] == "POST"]) == 3


async def test_areas_labels_and_everything_are_targets(
    hass: HomeAssistant, simulator: Simulator, front_door: str
) -> None:
    cameras = await simulator.cameras()
    areas = ar.async_get(hass)
    garden = areas.async_get_or_create("Garden")
    device = device_of(hass, front_door)
    dr.async_get(hass).async_update_device(device, area_id=garden.id)
    er.async_get(hass).async_get_or_create("light", "hue", "1", suggested_object_id="lamp")
    er.async_get(hass).async_update_entity("light.lamp", area_id=garden.id)
    assert (await act(hass, "get_events", {"area_id": garden.id})).keys() == {front_door}

    everything = await act(hass, "get_events", "all", limit=1)
    assert len(everything) == len(cameras)
    assert await act(hass, "get_events", "none") == {}


async def test_one_id_cannot_stand_for_events_at_several_cameras(hass: HomeAssistant, front_door: str) -> None:
    key, message = await refused(hass, "create_event", "all", event_id=str(uuid4()))
    assert key == "event_id_of_several_cameras"
    assert "choose one camera" in message


@pytest.mark.parametrize("action", ["create_event", "get_events"])
async def test_targets_that_are_no_cameras_of_ours(
    hass: HomeAssistant, simulator: Simulator, front_door: str, action: str
) -> None:
    assert (await refused(hass, action, "camera.nowhere"))[0] == "unknown_camera"
    assert (await refused(hass, action, "light.lamp"))[0] == "unknown_camera"
    key, message = await refused(hass, action, {"device_id": "nowhere"})
    assert key == "unknown_target"
    assert "nowhere" in message

    empty = ar.async_get(hass).async_get_or_create("Cellar")
    nothing = "no_targets" if action == "get_events" else "no_target_cameras"
    assert (await refused(hass, action, {"area_id": empty.id}))[0] == nothing

    camera, *_ = await simulator.cameras()
    await simulator.remove_camera(str(camera["id"]))
    [entry] = hass.config_entries.async_entries(DOMAIN)
    await entry.runtime_data.coordinator.async_refresh()
    assert (await refused(hass, action, front_door))[0] == "unknown_camera"
    assert (await refused(hass, action, {"device_id": device_of(hass, front_door)}))[0] == "unknown_camera"

    er.async_get(hass).async_update_entity(front_door, disabled_by=er.RegistryEntryDisabler.USER)
    assert (await refused(hass, action, front_door))[0] == "unknown_camera"


@pytest.mark.parametrize("action", ["create_event", "get_events"])
async def test_an_account_that_is_not_connected(hass: HomeAssistant, front_door: str, action: str) -> None:
    [entry] = hass.config_entries.async_entries(DOMAIN)
    await hass.config_entries.async_unload(entry.entry_id)
    key, message = await refused(hass, action, front_door)
    assert key == "account_not_loaded"
    assert front_door in message
    assert (await refused(hass, action, {"device_id": device_of(hass, front_door)}))[0] == "account_not_loaded"


@pytest.mark.parametrize("action", ["create_event", "get_events"])
async def test_who_may_not_control_a_camera_may_not_do_this(hass: HomeAssistant, front_door: str, action: str) -> None:
    group = await hass.auth.async_get_group(GROUP_ID_READ_ONLY)
    assert group
    guest = MockUser(groups=[group]).add_to_hass(hass)
    device = device_of(hass, front_door)

    async def ask(user: str, **target: str) -> None:
        await hass.services.async_call(
            DOMAIN, action, target, blocking=True, return_response=True, context=Context(user_id=user)
        )

    with pytest.raises(Unauthorized):
        await ask(guest.id, entity_id=front_door)
    with pytest.raises(ServiceValidationError, match="None of the targets"):
        await ask(guest.id, device_id=device)
    with pytest.raises(UnknownUser):
        await ask("nobody", entity_id=front_door)


async def test_who_may_not_see_a_camera_may_not_send_its_picture(
    hass: HomeAssistant, front_door: str, second_stream: str
) -> None:
    guest = MockUser().add_to_hass(hass)
    guest.mock_policy({"entities": {"entity_ids": {second_stream: True}}})
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN,
            "create_event",
            {"entity_id": second_stream, "picture_entity": front_door},
            blocking=True,
            context=Context(user_id=guest.id),
        )


async def test_systems_that_cannot(hass: HomeAssistant, front_door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    [entry] = hass.config_entries.async_entries(DOMAIN)
    account = entry.runtime_data.coordinator.account
    monkeypatch.setattr(account, "writer", None)
    monkeypatch.setattr(account, "history", None)
    key, message = await refused(hass, "create_event", front_door)
    assert (key, front_door in message) == ("events_not_writable", True)
    key, message = await refused(hass, "get_events", front_door)
    assert (key, front_door in message) == ("no_history", True)
