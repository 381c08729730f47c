"""The actions of exports: what they accept, answer and refuse."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.exports import Stage, manager
from custom_components.video_analytics.services import exports as actions
from custom_components.video_analytics.vendors.faceter.exports import FaceterExports
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
from tests.simulator.client import Simulator

from ..accounts import find
from .exporting import Told, act, ended, export, files, manager_of, reached, recorded


async def test_times_without_an_offset_are_local(hass: HomeAssistant, door: str) -> None:
    await hass.config.async_set_time_zone("America/New_York")
    start = dt_util.as_local(recorded()).replace(tzinfo=None)
    data = {"start": start.isoformat(sep=" "), "end": (start + timedelta(seconds=3)).isoformat(sep=" ")}
    (answer,) = (await act(hass, "export_clip", entity_id=door, **data)).values()
    assert datetime.fromisoformat(answer["start"]) == recorded()
    assert answer["length"] == 3.0
    assert answer["status"] == "queued"


async def test_a_device_gives_one_export_of_its_camera(
    hass: HomeAssistant, account: MockConfigEntry, door: str, entity_registry: er.EntityRegistry
) -> None:
    entity = entity_registry.async_get(door)
    assert entity
    sub = entity_registry.async_get_or_create(
        "camera", DOMAIN, f"{entity.unique_id}_sub", config_entry=account, device_id=entity.device_id
    )
    period = {"start": recorded().isoformat(), "duration": 2}
    answer = await act(hass, "export_clip", device_id=entity.device_id, **period)
    assert answer.keys() == {door}
    answer = await act(hass, "export_clip", entity_id=[door, sub.entity_id], **period)
    assert len(answer) == 1
    assert len(manager_of(account).jobs) == 2


async def test_an_area_gives_an_export_of_each_camera(
    hass: HomeAssistant,
    simulator: Simulator,
    account: MockConfigEntry,
    media: Path,
    area_registry: ar.AreaRegistry,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    area = area_registry.async_create("Outside")
    cameras = [find(hass, account, "camera", "camera", camera) for camera in (await simulator.cameras())[:3]]
    for camera in cameras:
        entity = entity_registry.async_get(camera)
        assert entity and entity.device_id
        device_registry.async_update_device(entity.device_id, area_id=area.id)
    period = {"start": recorded().isoformat(), "duration": 2}
    answer = await act(hass, "export_clip", area_id=area.id, wait=True, **period)
    assert answer.keys() == set(cameras)
    assert files(media) == sorted(found["file"] for found in answer.values())


async def test_a_camera_that_is_offline_has_a_past(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, door: str
) -> None:
    camera, *_ = await simulator.cameras()
    await simulator.patch_camera(str(camera["id"]), isOnline=False)
    await account.runtime_data.coordinator.async_refresh()
    state = hass.states.get(door)
    assert state and state.state == "unavailable"
    assert (await export(hass, door, wait=True))["status"] == "finished"


async def test_what_is_not_saved_is_given_as_an_address_that_is_fresh(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, media: Path, door: str, told: Told
) -> None:
    answer = await export(hass, door, wait=True, save=False)
    assert (answer["file"], answer["path"], answer["media_content_id"]) == (None, None, None)
    (event,) = told()
    assert event["event_type"] == "finished" and "url" not in event
    assert "url" not in (await act(hass, "get_exports"))["exports"][0]

    await simulator.settings(token_seconds=3000)
    await simulator.advance(1000)
    async with aiohttp.ClientSession() as session:
        async with session.get(answer["url"]) as response:
            assert response.status in (401, 403, 404, 410)
        (again,) = (await act(hass, "get_exports", id=answer["id"]))["exports"]
        async with session.get(again["url"]) as response:
            assert response.status == 200
            assert response.content_type == "video/mp4"
    assert files(media) == []


async def test_an_address_that_cannot_be_had_is_an_error(hass: HomeAssistant, simulator: Simulator, door: str) -> None:
    answer = await export(hass, door, wait=True, save=False)
    await simulator.fault("/archive/exports/", status=404)
    with pytest.raises(HomeAssistantError, match="does not know what was asked for"):
        await act(hass, "get_exports", id=answer["id"])


@pytest.mark.parametrize(
    ("folder", "place"),
    [
        ("local", ""),
        ("local/clips/2026", "clips/2026"),
        ("media-source://media_source/local/clips", "clips"),
        ("clips", "clips"),
        ("{media}/deep/er", "deep/er"),
        ("nas/clips", None),
        ("{other}/x", None),
    ],
)
async def test_a_folder_can_be_chosen(
    hass: HomeAssistant, tmp_path: Path, media: Path, door: str, folder: str, place: str | None
) -> None:
    nas, other = tmp_path / "nas", tmp_path / "other"
    nas.mkdir()
    other.mkdir()
    hass.config.media_dirs["nas"] = str(nas)
    hass.config.allowlist_external_dirs = {str(other)}
    answer = await export(hass, door, wait=True, folder=folder.format(media=media, other=other))
    path = Path(answer["path"])
    assert path.is_file()
    if place is not None:
        assert path.parent == media / place
        assert answer["media_content_id"] == f"media-source://media_source/local/{answer['file']}"
    elif path.is_relative_to(nas):
        assert answer["file"] == f"clips/{path.name}"
        assert answer["media_content_id"] == f"media-source://media_source/nas/clips/{path.name}"
    else:
        assert path.parent == other / "x"
        assert (answer["file"], answer["media_content_id"]) == (str(path), None)


@pytest.mark.parametrize(
    "folder", ["/etc", "/", "../up", "local/../../etc", "{media}/../up", "{media}up", "local/\0", "{other}"]
)
async def test_other_folders_are_refused(
    hass: HomeAssistant, simulator: Simulator, tmp_path: Path, media: Path, door: str, folder: str
) -> None:
    (tmp_path / "other").mkdir()
    with pytest.raises(ServiceValidationError, match="may not write to the folder"):
        await export(hass, door, folder=folder.format(media=media, other=tmp_path / "other"))
    assert await simulator.requests() == []


async def test_without_a_media_folder_one_has_to_be_given(hass: HomeAssistant, media: Path, door: str) -> None:
    hass.config.media_dirs = {}
    for folder in (None, "clips"):
        with pytest.raises(ServiceValidationError, match="may not write to the folder"):
            await export(hass, door, **({"folder": folder} if folder else {}))


async def test_a_folder_that_cannot_be_written_to_is_refused_at_once(
    hass: HomeAssistant, simulator: Simulator, media: Path, door: str
) -> None:
    media.mkdir()
    (media / "clips").write_text("not a folder")
    with pytest.raises(ServiceValidationError, match="cannot be written to"):
        await export(hass, door, folder="local/clips/more")
    assert files(media) == ["clips"]
    assert await simulator.requests() == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"duration": None}, "either an end or a duration"),
        ({"end": "2026-01-01T00:00:00Z"}, "either an end or a duration"),
        ({"duration": {"seconds": 0}}, "end is not after the start"),
        ({"duration": None, "end": "2020-01-01T00:00:00Z"}, "end is not after the start"),
        ({"duration": {"days": 30}}, "end is in the future"),
        ({"start": "2199-01-01T00:00:00Z"}, "end is in the future"),
        ({"duration": {"seconds": 3601}, "start": "2026-10-01T00:00:00Z"}, "durationSeconds is more than 3600"),
    ],
)
async def test_impossible_periods_are_refused(
    hass: HomeAssistant, media: Path, account: MockConfigEntry, door: str, fields: dict[str, Any], message: str
) -> None:
    period = {"start": recorded().isoformat(), "duration": {"seconds": 2}} | fields
    given = {key: value for key, value in period.items() if value is not None}
    with pytest.raises(ServiceValidationError, match=message):
        await act(hass, "export_clip", entity_id=door, **given)
    assert manager_of(account).jobs == ()
    assert files(media) == []


@pytest.mark.parametrize(
    ("right", "fields", "what"),
    [
        ("isArchiveGranted", {}, "archive"),
        ("isAudioGranted", {"media": "audio"}, "sound"),
    ],
)
@pytest.mark.parametrize("noticed", [True, False])
async def test_missing_rights_are_named(
    hass: HomeAssistant,
    simulator: Simulator,
    account: MockConfigEntry,
    media: Path,
    door: str,
    right: str,
    fields: dict[str, Any],
    what: str,
    noticed: bool,
) -> None:
    """Also before the next poll notices that a right was taken away."""
    camera, *_ = await simulator.cameras()
    await simulator.patch_camera(str(camera["id"]), **{right: False})
    if noticed:
        await account.runtime_data.coordinator.async_refresh()
    with pytest.raises(
        HomeAssistantError, match=f"{what} of Front door may not be used" if noticed else f"The {what} is not granted"
    ):
        await export(hass, door, **fields)
    assert manager_of(account).jobs == ()
    assert files(media) == []


async def test_nothing_is_ordered_when_one_of_several_cameras_is_wrong(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, door: str
) -> None:
    _, second, *_ = await simulator.cameras()
    await simulator.patch_camera(str(second["id"]), isArchiveGranted=False)
    await account.runtime_data.coordinator.async_refresh()
    both = [door, find(hass, account, "camera", "camera", second)]
    with pytest.raises(ServiceValidationError):
        await act(hass, "export_clip", entity_id=both, start=recorded().isoformat(), duration=2)
    assert manager_of(account).jobs == ()


async def test_a_camera_that_the_vendor_refuses_does_not_stop_the_others(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, media: Path, door: str
) -> None:
    cameras = (await simulator.cameras())[:3]
    await simulator.fault(f"POST .*{cameras[1]['id']}", status=500)
    targets = [find(hass, account, "camera", "camera", camera) for camera in cameras]
    with pytest.raises(HomeAssistantError, match="server does not answer"):
        await act(hass, "export_clip", entity_id=targets, start=recorded().isoformat(), duration=2)
    for job in manager_of(account).jobs:
        await ended(hass, account, job.id)
    assert {job.camera for job in manager_of(account).jobs} == {cameras[0]["id"], cameras[2]["id"]}
    assert len(files(media)) == 2


@pytest.mark.parametrize("target", ["camera.nowhere", "sensor.of_others"])
async def test_unknown_cameras_are_named(hass: HomeAssistant, door: str, target: str) -> None:
    with pytest.raises(ServiceValidationError, match=target):
        await export(hass, target)


async def test_a_server_that_is_gone_orders_nothing(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, media: Path, door: str
) -> None:
    await simulator.refuse()
    with pytest.raises(HomeAssistantError, match="server does not answer"):
        await export(hass, door)
    assert manager_of(account).jobs == ()
    assert files(media) == []


async def test_there_is_a_limit(
    hass: HomeAssistant, simulator: Simulator, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_AT_ONCE", 2)
    await simulator.settings(export_queue_seconds=60)
    for _ in range(2):
        await export(hass, door)
    with pytest.raises(ServiceValidationError, match="2 exports are under way"):
        await export(hass, door)


async def test_who_waits_too_short_is_told_that_it_goes_on(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, media: Path, door: str
) -> None:
    await simulator.settings(export_queue_seconds=2)
    with pytest.raises(HomeAssistantError, match=r"not finished after 1 seconds\. It goes on"):
        await export(hass, door, wait=True, timeout=1)
    (job,) = manager_of(account).open_jobs
    assert (await ended(hass, account, job.id)).stage is Stage.FINISHED
    assert len(files(media)) == 1


async def test_who_waits_is_told_why_it_failed(
    hass: HomeAssistant, simulator: Simulator, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await simulator.settings(export_error="No space in the cloud")
    with pytest.raises(HomeAssistantError, match=r"could not make the export of Front door.*No space in the cloud"):
        await export(hass, door, wait=True)

    await simulator.settings(export_error=None, export_queue_seconds=60)
    await simulator.fault("GET .*/archive/exports/", status=403)
    with pytest.raises(HomeAssistantError, match="does not know the export"):
        await export(hass, door, wait=True)

    await simulator.clear_faults()
    monkeypatch.setattr(manager, "_DEADLINE", timedelta(seconds=1))
    with pytest.raises(HomeAssistantError, match="did not finish the export of Front door in time"):
        await export(hass, door, wait=True)


async def test_who_waits_while_the_folder_goes_is_told(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, media: Path, door: str
) -> None:
    await simulator.settings(export_queue_seconds=1)
    waiting = hass.async_create_task(export(hass, door, wait=True))
    await reached(account, None, Stage.QUEUED)
    media.write_text("not a folder")
    with pytest.raises(HomeAssistantError, match="cannot be written to"):
        await waiting


async def test_who_waits_while_the_account_goes_is_told(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, door: str
) -> None:
    await simulator.settings(export_queue_seconds=60)
    waiting = hass.async_create_task(export(hass, door, wait=True))
    await reached(account, None, Stage.QUEUED)
    assert await hass.config_entries.async_unload(account.entry_id)
    with pytest.raises(HomeAssistantError, match="goes on when the account is set up again"):
        await waiting
    with pytest.raises(ServiceValidationError):
        await act(hass, "get_exports", config_entry_id=account.entry_id)


async def test_exports_are_listed(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, door: str
) -> None:
    assert await act(hass, "get_exports") == {"exports": []}
    done = await export(hass, door, wait=True)
    await simulator.settings(export_queue_seconds=60)
    waiting = await export(hass, door)
    listed = await act(hass, "get_exports", config_entry_id=account.entry_id)
    assert listed == {"exports": [waiting, done]}
    assert await act(hass, "get_exports", id=done["id"]) == {"exports": [done]}
    with pytest.raises(ServiceValidationError, match="no export nothing"):
        await act(hass, "get_exports", id="nothing")


async def test_the_account_has_to_be_named_if_there_are_several(hass: HomeAssistant, account: MockConfigEntry) -> None:
    """Those that have exports, or may have some once they are connected; no others."""
    MockConfigEntry(domain=DOMAIN, unique_id="gumnut_other", data={"vendor": "gumnut"}).add_to_hass(hass)
    assert await act(hass, "get_exports") == {"exports": []}
    MockConfigEntry(domain=DOMAIN, unique_id="faceter_other", data={"vendor": "faceter"}).add_to_hass(hass)
    with pytest.raises(ServiceValidationError):
        await act(hass, "get_exports")
    assert await act(hass, "get_exports", config_entry_id=account.entry_id) == {"exports": []}


async def _cancel(hass: HomeAssistant, job_id: str, **data: Any) -> None:
    await hass.services.async_call(DOMAIN, "cancel_export", {"id": job_id, **data}, blocking=True)
    await hass.async_block_till_done()


async def test_a_vendor_that_cannot_cancel_says_so_and_home_assistant_can_stop(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, media: Path, door: str, told: Told
) -> None:
    await simulator.settings(export_queue_seconds=1)
    answer = await export(hass, door)
    with pytest.raises(ServiceValidationError, match="Only here"):
        await _cancel(hass, answer["id"])
    assert manager_of(account).open_jobs

    await _cancel(hass, answer["id"], only_here=True)
    assert [(event["event_type"], event["id"]) for event in told()] == [("cancelled", answer["id"])]
    with pytest.raises(ServiceValidationError, match="already ended"):
        await _cancel(hass, answer["id"])
    with pytest.raises(ServiceValidationError, match="no export nothing"):
        await _cancel(hass, "nothing")
    await simulator.forget_requests()
    assert manager_of(account).open_jobs == ()
    assert await simulator.requests() == []
    assert files(media) == []


async def test_a_download_can_be_cancelled(
    hass: HomeAssistant, simulator: Simulator, account: MockConfigEntry, media: Path, door: str
) -> None:
    await simulator.fault("GET /media/exports", latency=30)
    waiting = hass.async_create_task(export(hass, door, wait=True))
    job_id = await reached(account, None, Stage.SAVING)
    await _cancel(hass, job_id)
    with pytest.raises(HomeAssistantError, match="was cancelled"):
        await waiting
    assert files(media) == []


async def test_a_vendor_that_can_cancel_does(
    hass: HomeAssistant,
    simulator: Simulator,
    account: MockConfigEntry,
    door: str,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cancelled: list[str] = []

    async def cancel(self: FaceterExports, job: str) -> None:
        cancelled.append(job)

    monkeypatch.setattr(FaceterExports, "can_cancel", True)
    monkeypatch.setattr(FaceterExports, "cancel", cancel)
    await simulator.settings(export_queue_seconds=60)
    answer = await export(hass, door)
    await _cancel(hass, answer["id"])
    assert cancelled == [answer["id"]]
    assert [event["event_type"] for event in told()] == ["cancelled"]


async def test_only_who_may_control_a_camera_exports(
    hass: HomeAssistant, account: MockConfigEntry, door: str, hass_read_only_user: MockUser
) -> None:
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN,
            "export_clip",
            {"entity_id": door, "start": recorded().isoformat(), "duration": 2},
            blocking=True,
            context=Context(user_id=hass_read_only_user.id),
        )
    assert manager_of(account).jobs == ()


async def test_media_that_the_vendor_does_not_have_are_refused(
    hass: HomeAssistant, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FaceterExports, "media", frozenset())
    with pytest.raises(ServiceValidationError, match="Faceter cannot export video"):
        await export(hass, door)


@pytest.mark.usefixtures("nothing_of_the_past")
async def test_an_account_without_exports_says_so(hass: HomeAssistant, account: MockConfigEntry, door: str) -> None:
    for action, fields in (
        ("export_clip", {"entity_id": door, "start": recorded().isoformat(), "duration": 2}),
        ("get_exports", {}),
    ):
        with pytest.raises(ServiceValidationError, match="Faceter offers no exports"):
            await act(hass, action, **fields)
    assert er.async_get(hass).async_get_entity_id("event", DOMAIN, f"{account.unique_id}_export") is None
