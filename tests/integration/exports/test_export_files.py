"""The files of exports: whole or not there, wherever the download breaks off."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from errno import ENOSPC
import os
from pathlib import Path
import shutil
import threading
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.exports import Reason, Stage, files as export_files, manager
from custom_components.video_analytics.vendors.faceter.exports import FaceterExports
from custom_components.video_analytics.vendors.models.media import Download
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.simulator.client import Simulator

from .exporting import Told, ended, export, files, manager_of, played, reached

FILE = "GET /media/exports"


@pytest.mark.parametrize(
    "fault",
    [
        {"body": "cut"},
        {"body": "empty"},
        {"body": "html"},
        {"status": 404},
        {"status": 500},
        {"status": 429, "retry_after": 1},
        {"headers": {"Content-Type": "application/problem+json"}},
    ],
)
async def test_a_download_that_breaks_off_is_tried_again(
    hass: HomeAssistant, simulator: Simulator, media: Path, door: str, fault: dict[str, Any]
) -> None:
    await simulator.fault(FILE, times=2, **fault)
    answer = await export(hass, door, wait=True)
    assert files(media) == [answer["file"]]
    assert played(media / answer["file"])[1] == {"video", "audio"}


async def test_a_server_that_is_down_while_the_file_is_fetched_is_waited_for(
    hass: HomeAssistant,
    simulator: Simulator,
    account: MockConfigEntry,
    media: Path,
    door: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(manager, "_RETRIES", (0.2,) * 20)
    await simulator.fault(FILE, body="cut", times=1)
    answer = await export(hass, door)
    await reached(account, answer["id"], Stage.SAVING)
    await simulator.refuse()
    assert await manager_of(account).async_wait(answer["id"], 1) is None
    assert files(media) == []
    await simulator.refuse(False)
    assert (await ended(hass, account, answer["id"])).stage is Stage.FINISHED
    assert len(files(media)) == 1


@pytest.mark.parametrize("fault", [{"body": "cut"}, {"body": "html"}, {"status": 404}])
async def test_a_download_that_always_breaks_off_fails_and_leaves_nothing(
    hass: HomeAssistant, simulator: Simulator, media: Path, door: str, told: Told, fault: dict[str, Any]
) -> None:
    await simulator.fault(FILE, **fault)
    with pytest.raises(HomeAssistantError, match="could not be downloaded after several attempts"):
        await export(hass, door, wait=True)
    assert files(media) == []
    assert [(event["event_type"], event["reason"]) for event in told()] == [("failed", "download")]


async def test_a_download_that_takes_for_ever_fails(
    hass: HomeAssistant, simulator: Simulator, media: Path, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manager, "_LONGEST_DOWNLOAD", 0.3)
    await simulator.fault(FILE, latency=30)
    with pytest.raises(HomeAssistantError, match="took too long"):
        await export(hass, door, wait=True)
    assert files(media) == []


async def test_a_file_that_does_not_fit_is_not_begun(
    hass: HomeAssistant, media: Path, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 9, 1))
    with pytest.raises(HomeAssistantError, match=r"no room for the file in .*/front_door"):
        await export(hass, door, wait=True)
    assert files(media) == []


async def test_a_disk_that_fills_up_leaves_nothing(
    hass: HomeAssistant, media: Path, account: MockConfigEntry, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(ENOSPC, os.strerror(ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(HomeAssistantError, match="no room for the file"):
        await export(hass, door, wait=True)
    assert [job.reason for job in manager_of(account).jobs] == [Reason.DISK_FULL]
    assert files(media) == []


async def test_a_folder_that_goes_away_is_told(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, media: Path, door: str
) -> None:
    await simulator.settings(export_queue_seconds=0.5)
    answer = await export(hass, door)
    media.write_text("a disk that is not connected leaves a file, say")
    job = await ended(hass, account, answer["id"])
    assert (job.stage, job.reason) == (Stage.FAILED, Reason.FOLDER)
    assert media.is_file()


@pytest.mark.parametrize(
    ("content_type", "media_kind", "suffix"),
    [
        ("application/octet-stream", "video", ".mp4"),
        ("application/octet-stream", "audio", ".mp3"),
        ("video/x-matroska", "video", ".mkv"),
        ("application/zip", "video", ".zip"),
        ("video/made-up", "video", ".mp4"),
    ],
)
async def test_a_file_is_called_after_its_content(
    hass: HomeAssistant, simulator: Simulator, door: str, content_type: str, media_kind: str, suffix: str
) -> None:
    await simulator.fault(FILE, headers={"Content-Type": content_type})
    answer = await export(hass, door, wait=True, media=media_kind)
    assert Path(answer["file"]).suffix == suffix


async def test_large_files_are_written_piece_by_piece(
    hass: HomeAssistant, media: Path, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_files, "_BLOCK", 1000)
    answer = await export(hass, door, wait=True)
    assert played(media / answer["file"])[1] == {"video", "audio"}


@pytest.mark.parametrize("name", ["Ä/../../Tür „links“", "Парадный вход", "🎥", "x" * 500])
async def test_any_name_of_a_camera_makes_a_file_name(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, media: Path, door: str, name: str
) -> None:
    camera, *_ = await simulator.cameras()
    await simulator.patch_camera(str(camera["id"]), title=name)
    await account.runtime_data.coordinator.async_refresh()
    answer = await export(hass, door, wait=True)
    assert files(media) == [answer["file"]]
    folder, camera_folder, file = Path(answer["file"]).parts
    assert folder == "faceter_harbour_house"
    assert camera_folder.isascii() and file.endswith(f"_{camera_folder}.mp4")


@asynccontextmanager
async def _endless(self: FaceterExports, job: str) -> AsyncIterator[Download]:
    """Stand for a download that stops in the middle, but does not break off."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000
        await asyncio.Event().wait()

    yield Download(chunks=chunks(), content_type="video/mp4", size=None)


async def _hidden(media: Path) -> list[str]:
    """Return what is there of a download, once there is something."""
    for _ in range(200):
        if media.exists() and (found := files(media)):
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("nothing is downloaded")


@pytest.mark.parametrize("action", ["unload", "cancel"])
async def test_half_a_file_is_hidden_and_goes(
    hass: HomeAssistant,
    account: MockConfigEntry,
    media: Path,
    door: str,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
) -> None:
    monkeypatch.setattr(FaceterExports, "download", _endless)
    answer = await export(hass, door)
    (part,) = await _hidden(media)
    assert Path(part).name.startswith(".") and part.endswith(".part")
    if action == "unload":
        assert await hass.config_entries.async_unload(account.entry_id)
    else:
        await hass.services.async_call(DOMAIN, "cancel_export", {"id": answer["id"]}, blocking=True)
    assert files(media) == []


@pytest.mark.parametrize("work", ["_open", "_sync", "_take_name"])
@pytest.mark.parametrize("action", ["unload", "cancel"])
async def test_what_is_done_with_a_file_is_done_to_the_end(
    hass: HomeAssistant,
    account: MockConfigEntry,
    media: Path,
    door: str,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
    work: str,
    action: str,
) -> None:
    """A disk may be slow, and whoever waits for it cancelled: no file is made or left behind anybody's back."""
    begun, go_on = threading.Event(), threading.Event()
    original: Callable[..., Any] = getattr(export_files, work)

    def slow(*args: Any) -> Any:
        begun.set()
        go_on.wait(10)
        return original(*args)

    monkeypatch.setattr(export_files, work, slow)
    answer = await export(hass, door)
    await asyncio.to_thread(begun.wait, 10)
    if action == "unload":
        end = hass.async_create_task(hass.config_entries.async_unload(account.entry_id))
    else:
        call = hass.services.async_call(DOMAIN, "cancel_export", {"id": answer["id"]}, blocking=True)
        end = hass.async_create_task(call)
    await asyncio.sleep(0.1)
    assert not end.done()
    go_on.set()
    await end
    if (action, work) != ("unload", "_take_name"):
        assert files(media) == []
        return
    # It was finished already, and nobody had been told.
    (file,) = files(media)
    await hass.config_entries.async_setup(account.entry_id)
    await hass.async_block_till_done()
    assert [(event["event_type"], event["file"]) for event in told()] == [("finished", file)]
    assert files(media) == [file]
