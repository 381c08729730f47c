"""Recordings: what of a camera's past can be seen and exported."""

from datetime import timedelta

import probatio

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ..const import DOMAIN
from ..vendors.contract import Archive
from ..vendors.models.media import Recording
from .errors import action_errors
from .targets import CameraTarget, async_target_cameras, check_archive
from .times import TIME

_SCHEMA = cv.make_entity_service_schema({probatio.Required("start"): TIME, probatio.Required("end"): TIME})


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Register the action."""
    hass.services.async_register(
        DOMAIN, "get_recordings", _get_recordings, schema=_SCHEMA, supports_response=SupportsResponse.ONLY
    )


async def _get_recordings(call: ServiceCall) -> ServiceResponse:
    """List what is recorded in a period, oldest first and cut to the period, by camera."""
    start, end = dt_util.as_utc(call.data["start"]), dt_util.as_utc(call.data["end"])
    if end <= start:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="end_before_start")
    archives = [(target, _archive(target)) for target in await async_target_cameras(call)]
    answer: dict[str, JsonObjectType] = {}
    for target, archive in archives:
        with action_errors():
            recordings = await archive.recordings(target.camera.id, start, end)
        answer[target.entity_id] = {"recordings": [_described(recording) for recording in recordings]}
    return dict(answer)


def _archive(target: CameraTarget) -> Archive:
    """Return what knows a camera's recordings; raises ServiceValidationError where there are none."""
    if (archive := target.account.archive) is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="recordings_not_supported",
            translation_placeholders={"vendor": target.runtime.coordinator.vendor.manufacturer},
        )
    check_archive(target)
    return archive


def _described(recording: Recording) -> JsonObjectType:
    return {
        "start": dt_util.as_local(recording.start).isoformat(),
        "end": dt_util.as_local(recording.start + recording.length).isoformat(),
        "length": recording.length / timedelta(seconds=1),
    }
