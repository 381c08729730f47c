"""Exports survive a restart and a kill at any moment, and leave nothing behind."""

import asyncio
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.exports import Reason, Stage, manager
from custom_components.video_analytics.exports.files import part_of
from homeassistant.components import webhook
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from tests.simulator.client import Simulator

from ..accounts import find
from .exporting import Told, ended, export, files, manager_of, played, reached, stored


async def _killed(hass: HomeAssistant, hass_storage: dict[str, Any], entry: MockConfigEntry) -> None:
    """Unload an account, but let the storage be as a kill at this moment would have left it."""
    kept = deepcopy(stored(hass_storage, entry))
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    hass_storage[kept["key"]] = kept


def _folder(media: Path) -> str:
    """Return where the first camera's exports go."""
    return str(media / "faceter_harbour_house" / "front_door")


@pytest.mark.parametrize("stage", [Stage.QUEUED, Stage.RUNNING, Stage.SAVING])
@pytest.mark.parametrize("kill", [False, True])
async def test_an_export_goes_on_after_a_restart(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    simulator: Simulator,
    account: MockConfigEntry,
    media: Path,
    door: str,
    told: Told,
    stage: Stage,
    kill: bool,
) -> None:
    await simulator.settings(
        export_queue_seconds=1 if stage is Stage.QUEUED else 0, export_seconds=1 if stage is Stage.RUNNING else 0
    )
    if stage is Stage.SAVING:
        await simulator.fault("GET /media/exports", latency=30)
    answer = await export(hass, door)
    await reached(account, answer["id"], stage)
    if kill:
        await _killed(hass, hass_storage, account)
        part = part_of(_folder(media), answer["id"])
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(b"half")
    else:
        assert await hass.config_entries.async_unload(account.entry_id)
        assert files(media) == []
    await simulator.clear_faults()
    await hass.config_entries.async_setup(account.entry_id)

    job = await ended(hass, account, answer["id"])
    assert job.stage is Stage.FINISHED and job.file
    assert files(media) == [Path(job.file).relative_to(media).as_posix()]
    assert played(Path(job.file))[1] == {"video", "audio"}
    assert [event["id"] for event in told()] == [answer["id"]]

    await hass.config_entries.async_reload(account.entry_id)
    await hass.async_block_till_done()
    assert len(told()) == 1
    assert len(files(media)) == 1


async def test_a_kill_in_the_middle_of_a_download_leaves_nothing_visible(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, media: Path, door: str
) -> None:
    """What is being written is hidden, so that a kill leaves nothing that the media browser shows."""
    await simulator.fault("GET /media/exports", body="cut", times=1)
    seen: set[str] = set()
    answer = await export(hass, door)
    while manager_of(account).open_jobs:
        seen.update(await asyncio.to_thread(files, media) if media.exists() else ())
        await asyncio.sleep(0)
    await ended(hass, account, answer["id"])
    (name,) = files(media)
    assert all(Path(file).name.startswith(".") for file in seen - {name})


async def test_an_export_that_went_on_too_long_while_we_were_away_is_still_looked_for(
    hass: HomeAssistant, hass_storage: dict[str, Any], simulator: Simulator, account: MockConfigEntry, door: str
) -> None:
    await simulator.settings(export_queue_seconds=0.5)
    ready = await export(hass, door)
    await simulator.settings(export_queue_seconds=60)
    waiting = await export(hass, door)
    assert await hass.config_entries.async_unload(account.entry_id)
    await asyncio.sleep(1)
    for job in stored(hass_storage, account)["data"]["jobs"]:
        job["deadline"] = (dt_util.utcnow() - timedelta(minutes=5)).isoformat()
    await hass.config_entries.async_setup(account.entry_id)
    assert (await ended(hass, account, ready["id"])).stage is Stage.FINISHED
    assert (await ended(hass, account, waiting["id"])).reason is Reason.DEADLINE


async def test_an_end_is_told_when_the_entity_is_there_and_automations_listen(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    simulator: Simulator,
    account: MockConfigEntry,
    door: str,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(manager, "_SETTLE", 0.3)
    await simulator.settings(export_queue_seconds=0.5)
    answer = await export(hass, door)
    assert await hass.config_entries.async_unload(account.entry_id)
    hass.set_state(CoreState.starting)
    await hass.config_entries.async_setup(account.entry_id)
    await ended(hass, account, answer["id"])
    assert told() == []

    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done()
    assert told() == []
    await asyncio.sleep(0.4)
    await hass.async_block_till_done()
    assert [event["id"] for event in told()] == [answer["id"]]


async def test_an_account_that_is_unloaded_while_home_assistant_starts_is_quiet(
    hass: HomeAssistant, account: MockConfigEntry, door: str, told: Told
) -> None:
    hass.set_state(CoreState.starting)
    await hass.config_entries.async_reload(account.entry_id)
    assert await hass.config_entries.async_unload(account.entry_id)
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done()
    assert told() == []


async def test_an_end_that_nobody_was_told_of_is_told_once_and_not_when_it_is_old(
    hass: HomeAssistant, hass_storage: dict[str, Any], account: MockConfigEntry, door: str, told: Told
) -> None:
    fresh, old = [await export(hass, door, wait=True) for _ in range(2)]
    await hass.async_block_till_done()
    assert [event["id"] for event in told()] == [fresh["id"], old["id"]]
    assert await hass.config_entries.async_unload(account.entry_id)
    for job in stored(hass_storage, account)["data"]["jobs"]:
        assert job["told"]
        job["told"] = False
        if job["id"] == old["id"]:
            job["ended"] = (dt_util.utcnow() - timedelta(days=2)).isoformat()
    await hass.config_entries.async_setup(account.entry_id)
    await hass.async_block_till_done()
    assert [event["id"] for event in told()] == [fresh["id"], old["id"], fresh["id"]]
    await hass.config_entries.async_reload(account.entry_id)
    await hass.async_block_till_done()
    assert len(told()) == 3


async def test_an_end_waits_for_an_entity_that_is_disabled(
    hass: HomeAssistant,
    account: MockConfigEntry,
    door: str,
    told: Told,
    entity_registry: er.EntityRegistry,
) -> None:
    entity_id = find(hass, account, "event", "export")
    entity_registry.async_update_entity(entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    await hass.async_block_till_done()
    answer = await export(hass, door, wait=True)
    await hass.async_block_till_done()
    assert told() == []
    entity_registry.async_update_entity(entity_id, disabled_by=None)
    await hass.config_entries.async_reload(account.entry_id)
    await hass.async_block_till_done()
    assert [event["id"] for event in told()] == [answer["id"]]


async def test_nothing_is_left_after_unload(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, media: Path, door: str
) -> None:
    await simulator.settings(export_queue_seconds=60)
    await export(hass, door)
    before = asyncio.all_tasks()
    assert any("export " in task.get_name() for task in before)
    assert webhook.DOMAIN in hass.config.components and hass.data[webhook._HANDLERS]
    exports = manager_of(account)

    assert await hass.config_entries.async_unload(account.entry_id)
    assert not any("export " in task.get_name() for task in asyncio.all_tasks())
    assert not hass.data[webhook._HANDLERS]
    assert not exports._listeners and not exports._end_listeners and not exports._tasks
    await simulator.forget_requests()
    await asyncio.sleep(1)
    assert await simulator.requests() == []


async def test_a_removed_account_leaves_no_storage_and_no_part(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    simulator: Simulator,
    account: MockConfigEntry,
    media: Path,
    door: str,
) -> None:
    await simulator.settings(export_queue_seconds=60)
    answer = await export(hass, door)
    stored(hass_storage, account)
    part = part_of(_folder(media), answer["id"])
    part.parent.mkdir(parents=True)
    part.write_bytes(b"half")
    await hass.config_entries.async_remove(account.entry_id)
    await hass.async_block_till_done()
    assert not [key for key in hass_storage if key.endswith(".exports")]
    assert files(media) == []


async def test_an_account_without_exports_leaves_no_storage(
    hass: HomeAssistant, hass_storage: dict[str, Any], account: MockConfigEntry
) -> None:
    await hass.config_entries.async_reload(account.entry_id)
    assert not [key for key in hass_storage if key.endswith(".exports")]
    await hass.config_entries.async_remove(account.entry_id)
    assert not [key for key in hass_storage if key.endswith(".exports")]


@pytest.mark.parametrize("change", [{"stage": "a stage of the future"}, {"start": None}])
async def test_a_stored_export_that_cannot_be_read_stops_neither_the_others_nor_the_removal(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    simulator: Simulator,
    account: MockConfigEntry,
    media: Path,
    door: str,
    change: dict[str, Any],
) -> None:
    await simulator.settings(export_queue_seconds=1)
    answers = [await export(hass, door) for _ in range(2)]
    await hass.config_entries.async_unload(account.entry_id)
    stored(hass_storage, account)["data"]["jobs"][0] |= change
    assert await hass.config_entries.async_setup(account.entry_id)
    assert [job.id for job in manager_of(account).jobs] == [answers[1]["id"]]
    assert (await ended(hass, account, answers[1]["id"])).stage is Stage.FINISHED

    await hass.config_entries.async_unload(account.entry_id)
    stored(hass_storage, account)["data"]["jobs"][0] |= change
    await hass.config_entries.async_remove(account.entry_id)
    assert not [key for key in hass_storage if key.endswith(".exports")]
