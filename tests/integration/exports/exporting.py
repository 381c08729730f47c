"""What tests of exports share."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import av
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.exports import ExportManager, Job, Stage
from homeassistant.core import HomeAssistant

type Told = Callable[[], list[dict[str, Any]]]


def recorded() -> datetime:
    """Return a time at which every camera records: gaps are at the end of an hour."""
    return datetime.now(UTC).replace(minute=5, second=0, microsecond=0) - timedelta(hours=1)


async def act(hass: HomeAssistant, action: str, **data: Any) -> dict[str, Any]:
    """Call an action and return its response."""
    answer = await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)
    assert isinstance(answer, dict)
    return answer


async def export(hass: HomeAssistant, camera: str, **data: Any) -> dict[str, Any]:
    """Export two seconds of a camera, and return what the response says of it."""
    period = {"start": recorded().isoformat(), "duration": {"seconds": 2}}
    answer = await act(hass, "export_clip", entity_id=camera, **period | data)
    (found,) = answer.values()
    assert isinstance(found, dict)
    return found


def manager_of(entry: MockConfigEntry) -> ExportManager:
    """Return the exports of an account."""
    manager = entry.runtime_data.exports
    assert isinstance(manager, ExportManager)
    return manager


async def ended(hass: HomeAssistant, entry: MockConfigEntry, job_id: str, seconds: float = 20) -> Job:
    """Wait for the end of an export, and until everybody was told."""
    job = await manager_of(entry).async_wait(job_id, seconds)
    assert job and job.ended, job
    await hass.async_block_till_done()
    return job


async def reached(entry: MockConfigEntry, job_id: str | None, *stages: Stage) -> str:
    """Wait until an export, or any, is at one of some stages, and return its id."""
    for _ in range(1000):
        for job in manager_of(entry).jobs:
            if job_id in (None, job.id) and job.stage in stages:
                return job.id
        await asyncio.sleep(0.02)
    raise AssertionError("the export never got there")


def stored(hass_storage: dict[str, Any], entry: MockConfigEntry) -> dict[str, Any]:
    """Return what is stored of an account's exports."""
    found = hass_storage[f"{DOMAIN}.{entry.entry_id}.exports"]
    assert isinstance(found, dict)
    return found


def files(folder: Path) -> list[str]:
    """Return all files below a folder, hidden ones included."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def played(file: Path) -> tuple[float, set[str]]:
    """Decode all of a file, and return how many seconds it has and the kinds of its streams."""
    with av.open(str(file), "r") as container:
        kinds = {str(stream.type) for stream in container.streams}
        seconds = (container.duration or 0) / 1_000_000
        assert len(list(container.decode())) > seconds * 10
        return seconds, kinds
