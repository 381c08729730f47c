"""A number plate opens the gate."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.vendors.models.moments import EventDraft, MomentKind
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.util import dt as dt_util
from tests.simulator.client import Simulator

from ..accounts import find
from ..hearing import until
from ..test_moments import PATIENCE, inject, now_of
from .conftest import UseBlueprint
from .phones import Phone

pytestmark = pytest.mark.usefixtures("hass_storage", "in_a_hurry")

NAME = "plate_opens_gate"
OPEN = [{"action": "cover.open_cover", "target": {"entity_id": "cover.gate"}}]


class Gate:
    """A gate that counts."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Be there."""
        self.opened = 0
        hass.services.async_register("cover", "open_cover", self._open)

    @callback
    def _open(self, call: ServiceCall) -> None:
        assert call.data["entity_id"] == ["cover.gate"]
        self.opened += 1


@pytest.fixture
def cover(hass: HomeAssistant) -> Gate:
    """Something that opens."""
    return Gate(hass)


@pytest.fixture
def inputs(hass: HomeAssistant, entry: MockConfigEntry, gate: str) -> dict[str, Any]:
    """Return what somebody enters."""
    camera = find(hass, entry, "camera", "camera", gate)
    # The time of the world stands still.
    wide = {"cool_down": 0, "maximum_age": 300}
    return {"cameras": {"entity_id": camera}, "plates": ["hb 24-klm", "NV70*"], "open": OPEN, **wide}


async def read(simulator: Simulator, camera: str, plate: str, seconds: float = 0, **attributes: Any) -> str:
    """Let a plate be read, so many seconds from the vendor's now."""
    return await inject(simulator, camera, seconds, type="LicensePlate", attributes={"plate": plate, **attributes})


async def test_listed_plates_open_and_others_do_not(
    simulator: Simulator, use: UseBlueprint, inputs: dict[str, Any], cover: Gate, door: str, gate: str
) -> None:
    await use(NAME, **inputs)
    await read(simulator, gate, "HB 24 KLN")
    await read(simulator, door, "HB24KLM")  # somewhere else
    await read(simulator, gate, "HB24KLM")
    await until(lambda: cover.opened, PATIENCE)
    assert cover.opened == 1
    await read(simulator, gate, "NV70 TRE")
    await until(lambda: cover.opened == 2, PATIENCE)


async def test_the_phone_is_told_with_the_picture_of_the_plate(
    simulator: Simulator,
    entry: MockConfigEntry,
    use: UseBlueprint,
    inputs: dict[str, Any],
    cover: Gate,
    phone: Phone,
    gate: str,
) -> None:
    await use(NAME, **inputs, phones=[phone.device_id])
    picture = b"\xff\xd8\xff\xe0" + uuid4().bytes
    draft = EventDraft(
        kind=MomentKind.PLATE,
        start=await now_of(simulator),
        instant=True,
        attributes={"plate": "HB24KLM"},
        picture=picture,
    )
    await entry.runtime_data.coordinator.account.writer.create(gate, draft)
    await until(lambda: phone.messages, PATIENCE)
    (message,) = phone.messages
    assert message["message"] == "The gate opens for HB24KLM."
    assert await phone.open(message["data"]["image"]) == (200, picture)
    assert cover.opened == 1


async def test_after_an_outage_nothing_opens(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    use: UseBlueprint,
    inputs: dict[str, Any],
    cover: Gate,
    gate: str,
) -> None:
    """Neither what was missed, nor what was told before it."""
    await use(NAME, **inputs)
    await read(simulator, gate, "HB24KLM")
    await until(lambda: cover.opened, PATIENCE)
    await hass.config_entries.async_unload(entry.entry_id)
    await read(simulator, gate, "HB24KLM", -50)
    await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: entry.runtime_data.coordinator.account.moments.status.connected, PATIENCE)
    await asyncio.sleep(1)
    assert cover.opened == 1
    await read(simulator, gate, "HB24KLM")
    await until(lambda: cover.opened == 2, PATIENCE)


def clock(hours: float) -> str:
    """Return the time of the day so many hours from now."""
    return f"{dt_util.now() + timedelta(hours=hours):%H:%M:%S}"


@pytest.mark.parametrize(
    ("times", "opens"),
    [
        (lambda: {"after": clock(-1), "before": clock(1)}, True),
        (lambda: {"after": clock(1), "before": clock(2)}, False),
        (lambda: {"weekdays": [f"{dt_util.now():%a}".lower()]}, True),
        (lambda: {"weekdays": [f"{dt_util.now() + timedelta(days=2):%a}".lower()]}, False),
    ],
    ids=["in_time", "at_another_time", "on_the_day", "on_another_day"],
)
async def test_when(
    hass: HomeAssistant,
    simulator: Simulator,
    use: UseBlueprint,
    inputs: dict[str, Any],
    cover: Gate,
    gate: str,
    times: Any,
    opens: bool,
) -> None:
    always = Gate(hass)
    hass.services.async_register("cover", "open_cover", cover._open)
    hass.services.async_register("lock", "unlock", always._open)
    await hass.config.async_set_time_zone(f"Etc/GMT{datetime.now(dt_util.UTC).hour - 12:+d}")  # it is about noon there
    await use(NAME, **inputs, **times())
    await use(NAME, **inputs | {"open": [{"action": "lock.unlock", "target": {"entity_id": "cover.gate"}}]})
    await read(simulator, gate, "HB24KLM")
    await until(lambda: always.opened, PATIENCE)
    await hass.async_block_till_done(wait_background_tasks=False)
    assert (cover.opened, always.opened) == (int(opens), 1)


async def test_how_sure(
    simulator: Simulator, use: UseBlueprint, inputs: dict[str, Any], cover: Gate, gate: str
) -> None:
    await use(NAME, **inputs, minimum_confidence=80)
    await read(simulator, gate, "HB24KLM")
    await read(simulator, gate, "HB24KLM", confidence=0.7)
    await read(simulator, gate, "NV70TRE", confidence=0.9)
    await until(lambda: cover.opened, PATIENCE)
    await asyncio.sleep(0.5)
    assert cover.opened == 1
