"""Cool-downs, snoozing and ages: what takes minutes, at a vendor that tells at once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed, async_mock_service

from custom_components.video_analytics.vendors.models.moments import Moment, MomentKind, Recognition
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component

from ..accounts import find
from ..invented import InventedMoments, moment
from ..triggers.conftest import AddSystem, add_system, source
from .conftest import UseBlueprint

__all__ = ["add_system", "source"]

pytestmark = pytest.mark.usefixtures("hass_storage")

type Happen = Callable[[Moment], Awaitable[None]]
type Wait = Callable[[float], Awaitable[None]]


async def settle() -> None:
    """Let everything happen that need not wait; automations that wait are not waited for."""
    for _ in range(300):
        await asyncio.sleep(0)


@pytest.fixture
async def entry(hass: HomeAssistant, source: InventedMoments, add_system: AddSystem) -> MockConfigEntry:
    """Watch two people, at two cameras."""
    assert await async_setup_component(hass, "persistent_notification", {})
    return await add_system(1, "Anna", "Bob")


def add_phone(hass: HomeAssistant, name: str) -> str:
    """Add a phone that takes messages."""
    entry = MockConfigEntry(domain="mobile_app")
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("mobile_app", name)}, name=name
    )
    er.async_get(hass).async_get_or_create("notify", "mobile_app", name, config_entry=entry, device_id=device.id)
    return device.id


@pytest.fixture
def phone(hass: HomeAssistant) -> str:
    """Somebody's phone."""
    return add_phone(hass, "Anna's phone")


@pytest.fixture
def told(hass: HomeAssistant) -> list[ServiceCall]:
    """What the phone is sent."""
    return async_mock_service(hass, "notify", "mobile_app_anna_s_phone")


@pytest.fixture
def opened(hass: HomeAssistant) -> list[ServiceCall]:
    """How often the gate is opened."""
    return async_mock_service(hass, "cover", "open_cover")


@pytest.fixture
def happen(hass: HomeAssistant, source: InventedMoments) -> Happen:
    """Return a function that lets something happen, and all that follows from it."""

    async def happen(moment: Moment) -> None:
        source.happen(moment)
        await settle()

    return happen


@pytest.fixture
def wait(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Wait:
    """Return a function that lets minutes pass."""

    async def wait(minutes: float) -> None:
        freezer.tick(timedelta(minutes=minutes))
        async_fire_time_changed(hass)
        await settle()

    return wait


@pytest.fixture
def camera(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, str]:
    """A camera, as it is chosen."""
    return {"entity_id": find(hass, entry, "camera", "camera", "c1")}


def stranger() -> Moment:
    """Return a face that nobody knows."""
    return moment(MomentKind.FACE, recognition=Recognition.UNKNOWN)


def plate(seconds: float = 0, **fields: Any) -> Moment:
    """Return a plate that may in, read so many seconds from now."""
    start = datetime.now(UTC) + timedelta(seconds=seconds)
    return moment(MomentKind.PLATE, subject="HB24KLM", start=start, end=start, **fields)


async def test_strangers_after_each_other(
    hass: HomeAssistant,
    happen: Happen,
    wait: Wait,
    use: UseBlueprint,
    phone: str,
    told: list[ServiceCall],
    camera: dict[str, str],
) -> None:
    await use("stranger_with_picture", cameras=camera, phones=[phone], when="always", cool_down=5, snooze=60)

    async def press(button: str | None = None) -> None:
        action = button or told[-1].data["data"]["actions"][0]["action"]
        hass.bus.async_fire("mobile_app_notification_action", {"action": action})
        await settle()

    async def comes(expected: int) -> None:
        await happen(stranger())
        assert len(told) == expected

    await comes(1)
    await comes(1)
    await wait(4)
    await comes(1)
    await wait(1.1)
    await comes(2)
    # Of another automation.
    await press("VIDEO_ANALYTICS_SNOOZE_AUTOMATION_2")
    await wait(5.1)
    await comes(3)
    # While it is quiet already: from now on.
    await wait(2)
    await press()
    await wait(59)
    await comes(3)
    await wait(1.1)
    await comes(4)
    # Long afterwards.
    await wait(600)
    await press()
    await wait(59)
    await comes(4)
    await wait(1.1)
    await comes(5)
    # Of the first message of all, too.
    await wait(6)
    await press(told[0].data["data"]["actions"][0]["action"])
    await comes(5)
    await wait(61)


async def test_a_stranger_without_a_picture(
    happen: Happen, use: UseBlueprint, phone: str, told: list[ServiceCall], camera: dict[str, str]
) -> None:
    await use("stranger_with_picture", cameras=camera, phones=[phone], when="always", cool_down=0)
    await happen(stranger())
    (call,) = told
    assert call.data["title"] == "Lobby"
    assert call.data["data"].keys() == {"actions"}


async def test_a_phone_that_is_gone_keeps_nothing_from_happening(
    hass: HomeAssistant, happen: Happen, use: UseBlueprint, phone: str, camera: dict[str, str]
) -> None:
    other, gone = add_phone(hass, "Телефон"), add_phone(hass, "Old phone")
    dr.async_get(hass).async_remove_device(gone)
    # What of a phone is not set up at present is an action that does not exist.
    er.async_get(hass).async_remove(er.async_entries_for_device(er.async_get(hass), phone)[0].entity_id)
    told = async_mock_service(hass, "notify", "mobile_app_telefon")
    acted = async_mock_service(hass, "light", "turn_on")
    more = [{"action": "light.turn_on", "target": {"entity_id": "light.door"}}]
    phones = [phone, gone, other]
    await use("stranger_with_picture", cameras=camera, phones=phones, when="always", cool_down=0, more_actions=more)
    await happen(stranger())
    assert len(told) == len(acted) == 1


@pytest.fixture
async def gate(use: UseBlueprint, camera: dict[str, str], opened: list[ServiceCall]) -> str:
    """A gate, as it is for who changes nothing."""
    opens = [{"action": "cover.open_cover", "target": {"entity_id": "cover.gate"}}]
    return await use("plate_opens_gate", cameras=camera, plates=["hb 24-klm"], open=opens)


@pytest.mark.parametrize(
    ("read", "opens"),
    [
        (lambda: plate(), True),
        (lambda: plate(recognition=Recognition.KNOWN), True),
        (lambda: plate(-29), True),
        (lambda: plate(-31), False),
        (lambda: plate(31), False),  # the clocks do not agree
        (lambda: plate(recognition=Recognition.WANTED), False),
    ],
    ids=["now", "known", "young", "old", "of_the_future", "wanted"],
)
async def test_the_gate(
    happen: Happen, freezer: FrozenDateTimeFactory, gate: str, opened: list[ServiceCall], read: Any, opens: bool
) -> None:
    await happen(read())
    assert len(opened) == opens


async def test_the_gate_opens_for_nothing_late(
    source: InventedMoments, happen: Happen, hass: HomeAssistant, gate: str, opened: list[ServiceCall]
) -> None:
    source.happen(plate(), late=True)
    await settle()
    assert opened == []
    await happen(plate())
    assert len(opened) == 1


async def test_who_waits_at_the_gate_is_read_again_and_again(
    happen: Happen, wait: Wait, gate: str, opened: list[ServiceCall]
) -> None:
    for seconds in (0, 10, 19):
        await wait(seconds / 60)
        await happen(plate())
    assert len(opened) == 1
    await wait(1.5 / 60)
    await happen(plate())
    assert len(opened) == 2
    await wait(1)


def face(name: str, camera: str = "c1", **fields: Any) -> Moment:
    """Return a moment in which somebody is recognized."""
    return moment(MomentKind.FACE, camera, subject=name, start=datetime.now(UTC), **fields)


async def test_a_person_arrives_once_per_absence(
    hass: HomeAssistant,
    happen: Happen,
    wait: Wait,
    use: UseBlueprint,
    entry: MockConfigEntry,
    phone: str,
    told: list[ServiceCall],
    camera: dict[str, str],
) -> None:
    people = {"entity_id": find(hass, entry, "sensor", "cameras_online")}
    await use("person_arrived", people=people, cameras=camera, phones=[phone], absence=2)

    def texts() -> list[str]:
        return [call.data["message"] for call in told]

    await happen(face("Anna"))
    await happen(face("Anna"))
    await happen(face("Bob"))
    await happen(face("Somebody"))
    assert texts() == ["Anna has arrived.", "Bob has arrived."]
    # Seen elsewhere meanwhile.
    await wait(90)
    await happen(face("Anna", "c2"))
    await wait(90)
    await happen(face("Anna"))
    await happen(face("Bob"))
    assert texts()[2:] == ["Bob has arrived."]
    # First seen elsewhere: that is no arrival.
    await wait(180)
    await happen(face("Bob", "c2"))
    await happen(face("Bob"))
    assert len(told) == 3
    # A reload forgets nothing.
    await hass.config_entries.async_reload(entry.entry_id)
    await happen(face("Bob"))
    assert len(told) == 3
    await wait(121)
    await happen(face("Bob"))
    assert texts()[3:] == ["Bob has arrived."]


async def test_the_trigger_says_when_the_person_was_seen_before(
    hass: HomeAssistant,
    happen: Happen,
    source: InventedMoments,
    wait: Wait,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """By Home Assistant's clock; null for never, and for what is told late."""
    before: list[Any] = []
    config = {
        "alias": "before",
        "mode": "queued",
        "triggers": {
            "trigger": "video_analytics.person_seen",
            "target": {"entity_id": find(hass, entry, "sensor", "cameras_online")},
            "options": {"include_late": True},
        },
        "actions": {"event": "test_seen", "event_data": {"before": "{{ trigger.previously_seen }}"}},
    }
    hass.bus.async_listen("test_seen", lambda event: before.append(event.data["before"]))
    assert await async_setup_component(hass, "automation", {"automation": config})
    await settle()
    first = datetime.now(UTC)
    await happen(face("Anna"))
    await wait(10)
    second = datetime.now(UTC)
    await happen(face("Anna"))
    await wait(10)
    source.happen(moment(MomentKind.FACE, subject="Anna", start=first - timedelta(hours=1)), late=True)
    await settle()
    await happen(face("Anna"))
    assert [value and datetime.fromisoformat(value) for value in before] == [None, first, None, second]
