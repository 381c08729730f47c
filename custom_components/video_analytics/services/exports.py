"""Exports of clips and sound."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import probatio

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ..const import DOMAIN
from ..exports import MOST_AT_ONCE, ExportManager, Job, Reason, Stage, choose_folder, described
from ..runtime import AccountConfigEntry
from ..vendors.models.media import ExportMedia, ExportRequest
from ..vendors.models.state import Feature
from .errors import action_errors
from .people_targets import account_of
from .targets import CameraTarget, async_target_cameras, check_archive
from .times import TIME

_WAIT = 600.0
_LONGEST_WAIT = 86400.0

_EXPORT = cv.make_entity_service_schema(
    {
        probatio.Required("start"): TIME,
        probatio.Optional("end"): TIME,
        probatio.Optional("duration"): cv.positive_time_period,
        probatio.Optional("media", default=ExportMedia.VIDEO): probatio.Coerce(ExportMedia),
        probatio.Optional("audio", default=True): cv.boolean,
        probatio.Optional("save", default=True): cv.boolean,
        probatio.Optional("folder"): cv.string,
        probatio.Optional("wait", default=False): cv.boolean,
        probatio.Optional("timeout", default=_WAIT): probatio.All(
            probatio.Coerce(float), probatio.Range(min=1, max=_LONGEST_WAIT)
        ),
    }
)
_GET = probatio.Schema({probatio.Optional(ATTR_CONFIG_ENTRY_ID): cv.string, probatio.Optional("id"): cv.string})
_CANCEL = probatio.Schema(
    {
        probatio.Optional(ATTR_CONFIG_ENTRY_ID): cv.string,
        probatio.Required("id"): cv.string,
        probatio.Optional("only_here", default=False): cv.boolean,
    }
)


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Register the actions."""
    # Not an entity service: those leave out cameras that are offline, whose archive is all the more wanted.
    hass.services.async_register(
        DOMAIN, "export_clip", _export_clip, schema=_EXPORT, supports_response=SupportsResponse.OPTIONAL
    )
    hass.services.async_register(
        DOMAIN, "get_exports", _get_exports, schema=_GET, supports_response=SupportsResponse.ONLY
    )
    hass.services.async_register(
        DOMAIN, "cancel_export", _cancel_export, schema=_CANCEL, supports_response=SupportsResponse.NONE
    )


async def _export_clip(call: ServiceCall) -> ServiceResponse:
    """Order an export of each camera, all of them checked before the first is ordered.

    What the vendor does not accept then is an error, but the others go on.
    """
    start, length = _period(call.data)
    targets = await async_target_cameras(call)
    orders = [(target, await _async_check(call, target)) for target in targets]
    jobs: dict[str, tuple[ExportManager, Job]] = {}
    failures: list[HomeAssistantError] = []
    for target, folder in orders:
        request = ExportRequest(
            camera=target.camera.id,
            start=start,
            length=length,
            media=call.data["media"],
            audio=call.data["audio"],
        )
        manager = _manager(target.entry)
        try:
            with action_errors():
                jobs[target.entity_id] = manager, await manager.async_order(target.camera, request, folder)
        except HomeAssistantError as failure:
            failures.append(failure)
    if failures:
        raise failures[0]
    if call.data["wait"]:
        seconds = call.data["timeout"]
        answers = await asyncio.gather(
            *(_finished(call.hass, manager, job, seconds) for manager, job in jobs.values()), return_exceptions=True
        )
        return dict(zip(jobs, _without_failures(answers), strict=True))
    return {entity_id: described(call.hass, job) for entity_id, (_, job) in jobs.items()}


def _period(data: dict[str, Any]) -> tuple[datetime, timedelta]:
    """Return the start in UTC and the length; times without an offset are Home Assistant's local time."""
    start = dt_util.as_utc(data["start"])
    if ("end" in data) is ("duration" in data):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="end_or_duration")
    length: timedelta = dt_util.as_utc(data["end"]) - start if "end" in data else data["duration"]
    if length <= timedelta():
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="end_before_start")
    if length > dt_util.utcnow() - start:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="end_in_future")
    return start, length


async def _async_check(call: ServiceCall, target: CameraTarget) -> Path | None:
    """Return the folder for a camera's export, None if it is not to be saved; raises ServiceValidationError."""
    media: ExportMedia = call.data["media"]
    name = target.camera.name
    manager = _manager(target.entry)
    if media not in manager.vendor.media:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="media_not_supported",
            translation_placeholders={"vendor": target.runtime.coordinator.vendor.manufacturer, "media": media.value},
        )
    check_archive(target)
    if media is ExportMedia.AUDIO and Feature.AUDIO not in target.camera.supports:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_audio", translation_placeholders={"camera": name}
        )
    if len(manager.open_jobs) >= MOST_AT_ONCE:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="too_many_exports",
            translation_placeholders={"count": str(MOST_AT_ONCE)},
        )
    if not call.data["save"]:
        return None
    return await call.hass.async_add_executor_job(
        choose_folder, call.hass, call.data.get("folder"), target.entry.title, name
    )


async def _finished(hass: HomeAssistant, manager: ExportManager, job: Job, seconds: float) -> JsonObjectType:
    """Wait for an export and describe it, with its address if it is not saved; raises HomeAssistantError."""
    ended = await manager.async_wait(job.id, seconds)
    if ended is None:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="export_goes_on",
            translation_placeholders={"camera": job.camera_name, "seconds": f"{seconds:g}"},
        )
    if ended.stage is not Stage.FINISHED:
        raise _failure(ended)
    return await _with_address(hass, manager, ended)


async def _with_address(hass: HomeAssistant, manager: ExportManager, job: Job) -> JsonObjectType:
    answer = described(hass, job)
    if job.stage is Stage.FINISHED and job.folder is None:
        # Asked for at this moment: addresses are signed and expire.
        with action_errors():
            address = await manager.async_address(job.id)
        answer["url"] = address.reveal() if address else None
    return answer


def _failure(job: Job) -> HomeAssistantError:
    """Return what became of an export that did not finish."""
    details = {"camera": job.camera_name, "details": job.details or ""}
    match job.reason:
        case Reason.VENDOR:
            return HomeAssistantError(
                translation_domain=DOMAIN, translation_key="export_failed", translation_placeholders=details
            )
        case Reason.REFUSED:
            return HomeAssistantError(
                translation_domain=DOMAIN, translation_key="export_gone", translation_placeholders=details
            )
        case Reason.DEADLINE:
            return HomeAssistantError(
                translation_domain=DOMAIN, translation_key="export_too_slow", translation_placeholders=details
            )
        case Reason.DOWNLOAD:
            return HomeAssistantError(
                translation_domain=DOMAIN, translation_key="export_not_downloaded", translation_placeholders=details
            )
        case Reason.DISK_FULL:
            return HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="disk_full",
                translation_placeholders={"folder": job.folder or ""},
            )
        case Reason.FOLDER:
            return HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="folder_not_writable",
                translation_placeholders={"folder": job.folder or ""},
            )
        case Reason.UNEXPECTED:
            return HomeAssistantError(
                translation_domain=DOMAIN, translation_key="export_broke", translation_placeholders=details
            )
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="export_cancelled" if job.ended else "export_interrupted",
        translation_placeholders=details,
    )


def _without_failures[T](answers: Iterable[T | BaseException]) -> list[T]:
    """Return the answers, or raise the first failure among them."""
    found: list[T] = []
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
        found.append(answer)
    return found


async def _get_exports(call: ServiceCall) -> ServiceResponse:
    """List exports, or show one, with its address if it was not saved."""
    manager = _manager_of(call)
    if "id" in call.data:
        return {"exports": [await _with_address(call.hass, manager, _job(manager, call.data["id"]))]}
    return {"exports": [described(call.hass, job) for job in manager.jobs]}


async def _cancel_export(call: ServiceCall) -> None:
    """Cancel an export; what the vendor has prepared already is only no longer downloaded."""
    manager = _manager_of(call)
    job = _job(manager, call.data["id"])
    if job.ended:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="export_ended", translation_placeholders={"id": job.id}
        )
    at_vendor = job.stage is not Stage.SAVING and not call.data["only_here"]
    if at_vendor and not manager.vendor.can_cancel:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="export_not_cancellable")
    with action_errors():
        await manager.async_cancel(job, at_vendor=at_vendor)


def _manager_of(call: ServiceCall) -> ExportManager:
    """Return the exports of the account that is named, or of the only one that has any."""
    return _manager(account_of(call, lambda account: account.exports is not None))


def _manager(entry: AccountConfigEntry) -> ExportManager:
    runtime = entry.runtime_data
    if runtime.exports is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="exports_not_supported",
            translation_placeholders={"vendor": runtime.coordinator.vendor.manufacturer},
        )
    return runtime.exports


def _job(manager: ExportManager, job_id: str) -> Job:
    if (job := manager.find(job_id)) is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="unknown_export", translation_placeholders={"id": job_id}
        )
    return job
