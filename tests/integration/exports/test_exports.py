"""Exports: ordered, followed, saved and told."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.video_analytics.exports import Reason, Stage, manager
from custom_components.video_analytics.vendors.faceter.exports import FaceterExports
from custom_components.video_analytics.vendors.models.media import ExportJob, ExportPhase, ExportRequest
from homeassistant.components.media_source import async_resolve_media
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity import Entity
from homeassistant.setup import async_setup_component
from tests.simulator.client import Simulator

from ..accounts import find
from ..conftest import AddAccount
from .exporting import Told, act, ended, export, files, manager_of, played, reached, recorded

FOLDER = "faceter_harbour_house/front_door"


@pytest.mark.parametrize(
    ("fields", "suffix", "kinds"),
    [
        ({}, ".mp4", {"video", "audio"}),
        ({"audio": False}, ".mp4", {"video"}),
        ({"media": "audio"}, ".mp3", {"audio"}),
    ],
)
async def test_an_export_is_saved_and_plays(
    hass: HomeAssistant, media: Path, door: str, told: Told, fields: dict[str, Any], suffix: str, kinds: set[str]
) -> None:
    await hass.config.async_set_time_zone("Asia/Kolkata")
    answer = await export(hass, door, wait=True, **fields)
    start = recorded().astimezone(ZoneInfo("Asia/Kolkata"))
    name = f"{FOLDER}/{start:%Y-%m-%d_%H-%M-%S}_front_door{suffix}"
    assert files(media) == [name]
    seconds, found = played(media / name)
    assert seconds == pytest.approx(2, abs=0.3)
    assert found == kinds
    assert answer == {
        "id": answer["id"],
        "status": "finished",
        "camera": "Front door",
        "media": fields.get("media", "video"),
        "start": start.isoformat(),
        "length": 2.0,
        "progress": None,
        "file": name,
        "path": str(media / name),
        "media_content_id": f"media-source://media_source/local/{name}",
        "reason": None,
        "details": None,
    }
    (event,) = told()
    assert event["event_type"] == "finished"
    assert answer.items() <= event.items()


async def test_the_media_browser_plays_it(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, media: Path, door: str
) -> None:
    assert await async_setup_component(hass, "media_source", {})
    answer = await export(hass, door, wait=True)
    resolved = await async_resolve_media(hass, answer["media_content_id"], None)
    assert resolved.mime_type == "video/mp4"
    client = await hass_client()
    response = await client.get(resolved.url)
    assert await response.read() == (media / answer["file"]).read_bytes()


async def test_no_file_is_overwritten(hass: HomeAssistant, media: Path, door: str) -> None:
    answers = [await export(hass, door, wait=True) for _ in range(3)]
    stem = answers[0]["file"].removesuffix(".mp4")
    assert [answer["file"] for answer in answers] == [f"{stem}.mp4", f"{stem}_2.mp4", f"{stem}_3.mp4"]
    assert files(media) == sorted(answer["file"] for answer in answers)


async def test_exports_at_the_same_time_do_not_disturb_each_other(
    hass: HomeAssistant, media: Path, door: str, told: Told
) -> None:
    answers = await asyncio.gather(*(export(hass, door, wait=True) for _ in range(4)))
    assert len({answer["file"] for answer in answers}) == 4
    assert files(media) == sorted(answer["file"] for answer in answers)
    assert all(played(media / answer["file"])[0] == pytest.approx(2, abs=0.3) for answer in answers)
    assert {event["id"] for event in told()} == {answer["id"] for answer in answers}


async def test_a_vendors_failure_is_told(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, media: Path, door: str, told: Told
) -> None:
    await simulator.settings(export_error="Disk is broken, see https://faceter.test/?token=secret")
    answer = await export(hass, door)
    job = await ended(hass, account, answer["id"])
    assert (job.stage, job.reason) == (Stage.FAILED, Reason.VENDOR)
    (event,) = told()
    assert (event["event_type"], event["reason"]) == ("failed", "vendor")
    assert event["details"] == "Disk is broken, see …"
    assert files(media) == []


async def test_an_export_that_is_gone_fails(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, door: str
) -> None:
    await simulator.settings(export_queue_seconds=60)
    answer = await export(hass, door)
    await simulator.fault("GET .*/archive/exports/", status=404)
    job = await ended(hass, account, answer["id"])
    assert (job.stage, job.reason) == (Stage.FAILED, Reason.REFUSED)


async def test_an_export_is_given_up_at_its_deadline(
    hass: HomeAssistant,
    simulator: Simulator,
    account: MockConfigEntry,
    door: str,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(manager, "_DEADLINE", manager._DEADLINE / 3600)
    await simulator.settings(export_queue_seconds=60)
    answer = await export(hass, door)
    job = await ended(hass, account, answer["id"])
    assert (job.stage, job.reason) == (Stage.FAILED, Reason.DEADLINE)
    assert [event["reason"] for event in told()] == ["deadline"]


@pytest.mark.parametrize(
    "fault",
    [{"status": 503, "times": 4}, {"status": 429, "retry_after": 2, "times": 1}, {"body": "html", "times": 4}],
)
async def test_a_vendor_that_does_not_tell_for_a_while_is_asked_again(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, media: Path, door: str, fault: dict[str, Any]
) -> None:
    await simulator.fault("GET .*/archive/exports/", **fault)
    answer = await export(hass, door)
    job = await ended(hass, account, answer["id"])
    assert job.stage is Stage.FINISHED
    assert len(files(media)) == 1


async def test_a_server_that_goes_and_comes_back_loses_nothing(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, media: Path, door: str
) -> None:
    await simulator.settings(export_queue_seconds=0.5)
    answer = await export(hass, door)
    await simulator.refuse()
    await asyncio.sleep(2)
    assert manager_of(account).open_jobs
    await simulator.refuse(False)
    job = await ended(hass, account, answer["id"])
    assert job.stage is Stage.FINISHED
    assert len(files(media)) == 1


@pytest.mark.parametrize("call", ["jobs", "download"])
async def test_an_export_that_breaks_unexpectedly_ends(
    hass: HomeAssistant,
    account: MockConfigEntry,
    media: Path,
    door: str,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    call: str,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(FaceterExports, call, fail)
    with pytest.raises(HomeAssistantError) as failure:
        await export(hass, door, wait=True, timeout=10)
    assert failure.value.translation_key == "export_broke"
    assert manager_of(account).open_jobs == ()
    assert [event["reason"] for event in told()] == ["unexpected"]
    assert "Unexpected error following an export" in caplog.text
    assert files(media) == []


async def test_the_sensor_counts_what_is_under_way(
    hass: HomeAssistant,
    simulator: Simulator,
    add_account: AddAccount,
    media: Path,
) -> None:
    await simulator.settings(export_queue_seconds=0.5, export_seconds=0.5)
    with patch.object(Entity, "entity_registry_enabled_default", property(lambda entity: True)):
        account = await add_account()
    cameras = await simulator.cameras()
    sensor = find(hass, account, "sensor", "exports_running")
    state = hass.states.get(sensor)
    assert state and (state.state, state.attributes["exports"]) == ("0", [])

    answer = await export(hass, find(hass, account, "camera", "camera", cameras[0]))
    state = hass.states.get(sensor)
    waiting = {"camera": "Front door", "media": "video", "status": "queued", "progress": None}
    assert state and (state.state, state.attributes["exports"]) == ("1", [waiting])

    await reached(account, answer["id"], Stage.RUNNING)
    state = hass.states.get(sensor)
    assert state and state.attributes["exports"] == [{**waiting, "status": "running"}]

    await ended(hass, account, answer["id"])
    state = hass.states.get(sensor)
    assert state and (state.state, state.attributes["exports"]) == ("0", [])


async def test_nothing_is_asked_without_an_open_export(hass: HomeAssistant, simulator: Simulator, door: str) -> None:
    await export(hass, door, wait=True)
    await simulator.forget_requests()
    await asyncio.sleep(1)
    assert not [request for request in await simulator.requests() if "exports" in str(request["path"])]


async def test_old_exports_are_forgotten(
    hass: HomeAssistant, account: MockConfigEntry, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manager, "_MOST_KEPT", 2)
    answers = [await export(hass, door, wait=True, save=False) for _ in range(4)]
    listed = await act(hass, "get_exports")
    assert [found["id"] for found in listed["exports"]] == [answer["id"] for answer in reversed(answers[2:])]


async def test_an_order_survives_whoever_gave_it(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, media: Path, door: str
) -> None:
    await simulator.fault("POST .*/archive/exports", latency=0.5)
    script = hass.async_create_task(export(hass, door))
    await asyncio.sleep(0.2)
    script.cancel()
    async with asyncio.timeout(10):
        while not manager_of(account).jobs:
            await asyncio.sleep(0.05)
    (job,) = manager_of(account).jobs
    assert (await ended(hass, account, job.id)).stage is Stage.FINISHED
    assert len(files(media)) == 1


async def test_an_export_that_somebody_else_cancels_is_cancelled(
    hass: HomeAssistant, account: MockConfigEntry, door: str, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = FaceterExports.jobs

    async def cancelled(self: FaceterExports, ids: Collection[str] | None = None) -> tuple[ExportJob, ...]:
        return tuple(replace(job, phase=ExportPhase.CANCELLED) for job in await jobs(self, ids))

    monkeypatch.setattr(FaceterExports, "jobs", cancelled)
    answer = await export(hass, door)
    assert (await ended(hass, account, answer["id"])).stage is Stage.CANCELLED
    assert [event["event_type"] for event in told()] == ["cancelled"]


async def test_a_vendor_that_joins_equal_orders_gives_one_file(
    hass: HomeAssistant,
    simulator: Simulator,
    account: MockConfigEntry,
    media: Path,
    door: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    orders: list[ExportJob] = []
    start = FaceterExports.start

    async def once(self: FaceterExports, request: ExportRequest) -> ExportJob:
        orders.append(orders[0] if orders else await start(self, request))
        return orders[-1]

    monkeypatch.setattr(FaceterExports, "start", once)
    await simulator.settings(export_queue_seconds=0.5)
    first, second = await export(hass, door), await export(hass, door, wait=True)
    assert first["id"] == second["id"]
    assert len(orders) == 2
    assert files(media) == [second["file"]]
