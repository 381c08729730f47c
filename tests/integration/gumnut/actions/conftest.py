"""A library in which one person is watched, and what may be uploaded."""

from collections.abc import AsyncIterator, Awaitable, Callable
from io import BytesIO
from pathlib import Path

from PIL import Image
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.devices import person_identifier
from homeassistant.components.image import ImageEntity
from homeassistant.components.image.const import DATA_COMPONENT
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from tests.simulator.client import Simulator

from ..photos import entry_data

type AddLibrary = Callable[..., Awaitable[MockConfigEntry]]


def jpeg(colour: str = "red") -> bytes:
    """Return a picture of 64 x 48 pixels."""
    stream = BytesIO()
    Image.new("RGB", (64, 48), colour).save(stream, "JPEG")
    return stream.getvalue()


@pytest.fixture
async def add_library(hass: HomeAssistant, simulator: Simulator) -> AsyncIterator[AddLibrary]:
    """Return a function that adds a library to Home Assistant in which somebody may be watched."""
    added: list[MockConfigEntry] = []

    async def add(library: str, *watched: str, key: str | None = None) -> MockConfigEntry:
        rows = [{"id": person, "name": f"Somebody {number}"} for number, person in enumerate(watched)]
        people = {"subentry_type": "people", "title": "Family", "unique_id": None}
        entry = MockConfigEntry(
            domain=DOMAIN,
            title=f"Library {library}",
            unique_id=f"gumnut_{library}",
            data=entry_data(simulator, library, **({"key": key} if key else {})),
            subentries_data=[{**people, "data": {"people": rows, "seen_recently": 5}}] if rows else [],
        )
        entry.add_to_hass(hass)
        await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        assert entry.state is ConfigEntryState.LOADED
        added.append(entry)
        await simulator.forget_requests()
        return entry

    yield add
    for entry in added:
        if entry.state is ConfigEntryState.LOADED:
            await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def account(add_library: AddLibrary, library: str, anna: str) -> MockConfigEntry:
    """The library, in which Anna is watched."""
    return await add_library(library, anna)


def device_of(hass: HomeAssistant, account: MockConfigEntry, person: str) -> dict[str, str]:
    """Return the target of a watched person."""
    wanted = person_identifier(account, person)
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), account.entry_id)
    (device,) = (device for device in devices if wanted in device.identifiers)
    return {"device_id": device.id}


@pytest.fixture
def watched(hass: HomeAssistant, account: MockConfigEntry, anna: str) -> dict[str, str]:
    """Anna's device, as a target."""
    return device_of(hass, account, anna)


@pytest.fixture
def allowed(hass: HomeAssistant, tmp_path: Path) -> Path:
    """A folder that Home Assistant may read."""
    folder = tmp_path / "allowed"
    folder.mkdir()
    hass.config.allowlist_external_dirs = {str(folder)}
    return folder


class Door(ImageEntity):
    """An image entity that shows what a test says."""

    _attr_name = "Front door"
    content: bytes | None = None

    async def async_image(self) -> bytes | None:
        """Return the picture."""
        return self.content


@pytest.fixture
async def door(hass: HomeAssistant) -> Door:
    """`image.front_door`."""
    assert await async_setup_component(hass, "image", {})
    door = Door(hass)
    door.content = jpeg()
    await hass.data[DATA_COMPONENT].async_add_entities([door])
    return door
