"""A stranger, with the picture."""

from uuid import uuid4

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.vendors.models.moments import EventDraft, MomentKind
from homeassistant.components.persistent_notification import _async_get_or_create_notifications
from homeassistant.core import HomeAssistant
from tests.simulator.client import Simulator

from ..accounts import find
from ..hearing import Heard, until
from ..test_moments import PATIENCE, has, inject, now_of
from .conftest import UseBlueprint
from .phones import Phone

pytestmark = pytest.mark.usefixtures("hass_storage", "in_a_hurry")

NAME = "stranger_with_picture"


@pytest.fixture(autouse=True)
def _night(hass: HomeAssistant) -> None:
    hass.states.async_set("sun.sun", "below_horizon")


async def stranger(simulator: Simulator, entry: MockConfigEntry, camera: str) -> bytes:
    """Let somebody come whom nobody knows, and return the picture."""
    picture = b"\xff\xd8\xff\xe0" + uuid4().bytes
    draft = EventDraft(kind=MomentKind.FACE, start=await now_of(simulator), instant=True, picture=picture)
    await entry.runtime_data.coordinator.account.writer.create(camera, draft)
    return picture


async def messages(phone: Phone, count: int) -> None:
    """Wait for so many messages, and see that there are no more."""
    await until(lambda: len(phone.messages) >= count, 2 * PATIENCE)
    assert len(phone.messages) == count


async def test_the_picture_is_that_of_the_stranger(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    use: UseBlueprint,
    phone: Phone,
    heard: Heard,
    door: str,
    gate: str,
) -> None:
    cameras = {"entity_id": [find(hass, entry, "camera", "camera", door)]}
    await use(NAME, cameras=cameras, phones=[phone.device_id], cool_down=0)
    known = await inject(simulator, door, type="Face", attributes={"name": "Anna Meyer"})
    await has(heard, known)
    await stranger(simulator, entry, gate)
    pictures = [await stranger(simulator, entry, door)]
    await messages(phone, 1)
    pictures.append(await stranger(simulator, entry, door))
    await messages(phone, 2)
    for message, picture in zip(phone.messages, pictures, strict=True):
        assert message["title"] == "Front door"
        assert message["message"] == "Somebody is there whom nobody knows."
        assert [button["title"] for button in message["data"]["actions"]] == ["Snooze"]
        assert await phone.open(message["data"]["image"]) == (200, picture)
    # It opens later as well, read from the disk.
    await hass.config_entries.async_reload(entry.entry_id)
    for message, picture in zip(phone.messages, pictures, strict=True):
        assert await phone.open(message["data"]["image"]) == (200, picture)


async def test_only_after_dark_or_always(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    use: UseBlueprint,
    phone: Phone,
    heard: Heard,
    door: str,
) -> None:
    hass.states.async_set("sun.sun", "above_horizon")
    cameras = {"entity_id": [find(hass, entry, "camera", "camera", door)]}
    common = {"cameras": cameras, "phones": [phone.device_id]}
    dark = await use(NAME, **common, message="dark")
    await use(NAME, **common, message="always", when="always")
    await stranger(simulator, entry, door)
    await messages(phone, 1)
    assert phone.texts == ["always"]
    state = hass.states.get(dark)
    assert state is not None
    assert state.attributes["last_triggered"] is None


async def test_the_button_is_that_of_its_own_automation(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, use: UseBlueprint, phone: Phone, door: str
) -> None:
    cameras = {"entity_id": [find(hass, entry, "camera", "camera", door)]}
    for message in ("one", "two"):
        await use(NAME, cameras=cameras, phones=[phone.device_id], cool_down=0, message=message)
    await stranger(simulator, entry, door)
    await messages(phone, 2)
    (one,) = (message for message in phone.messages if message["message"] == "one")
    await phone.press(one)
    await stranger(simulator, entry, door)
    await messages(phone, 3)
    assert phone.texts[2] == "two"


async def test_without_a_phone_home_assistant_shows_it(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, use: UseBlueprint, phone: Phone, door: str
) -> None:
    acted: list[str] = []
    hass.bus.async_listen("test_acted", lambda event: acted.append(event.data["camera"]))
    more = [{"event": "test_acted", "event_data": {"camera": "{{ trigger.camera }}"}}]
    await use(NAME, cameras={"entity_id": [find(hass, entry, "camera", "camera", door)]}, more_actions=more)
    picture = await stranger(simulator, entry, door)
    notifications = _async_get_or_create_notifications(hass)
    await until(lambda: notifications and acted, PATIENCE)
    (shown,) = notifications.values()
    assert shown["title"] == "Front door"
    text, _, markdown = shown["message"].partition("\n\n")
    assert text == "Somebody is there whom nobody knows."
    assert markdown.startswith("![Front door](/api/video_analytics/")
    assert await phone.open(markdown.partition("(")[2].removesuffix(")")) == (200, picture)
    assert acted == ["Front door"]
