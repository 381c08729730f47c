"""Exports: ordered, followed, saved, told."""

from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.simulator.client import Simulator

from .accounts import find
from .conftest import AddAccount
from .exporting import NO_EVENTS, export, files, played, recorded

ACCOUNT = "faceter_harbour_house"


@pytest.fixture
def media(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Return Home Assistant's media folder, which is empty and not even there yet."""
    folder = tmp_path / "media"
    hass.config.media_dirs = {"local": str(folder)}
    return folder


@pytest.fixture
async def account(simulator: Simulator, add_account: AddAccount, media: Path) -> MockConfigEntry:
    """Set the account up; exports are made quickly."""
    await simulator.settings(export_queue_seconds=0, export_seconds=0.1)
    return await add_account(NO_EVENTS)


@pytest.fixture
async def door(hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry) -> str:
    """Return the first camera, which may do everything."""
    camera, *_ = await simulator.cameras()
    return find(hass, account, "camera", "camera", camera)


@pytest.mark.parametrize(
    ("fields", "suffix", "kinds"),
    [
        ({}, ".mp4", {"video", "audio"}),
        ({"audio": False}, ".mp4", {"video"}),
        ({"media": "audio"}, ".mp3", {"audio"}),
    ],
)
async def test_a_clip_is_saved_and_plays(
    hass: HomeAssistant,
    media: Path,
    account: MockConfigEntry,
    door: str,
    fields: dict[str, Any],
    suffix: str,
    kinds: set[str],
) -> None:
    await hass.config.async_set_time_zone("Europe/Stockholm")
    answer = await export(hass, door, wait=True, **fields)
    start = recorded().astimezone(hass.config.time_zone and __import__("zoneinfo").ZoneInfo(hass.config.time_zone))
    name = f"{ACCOUNT}/front_door/front_door_{start:%Y-%m-%d_%H-%M-%S}{suffix}"
    assert answer["status"] == "finished"
    assert answer["file"] == name
    assert files(media) == [name]
    seconds, found = played(media / name)
    assert seconds == pytest.approx(2, abs=0.3)
    assert found == kinds
