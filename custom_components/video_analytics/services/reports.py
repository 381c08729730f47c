"""Reports: what crossed the lines of cameras in a period, and who visited."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
import re

import probatio

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ..const import DOMAIN
from ..vendors.contract import Reports
from ..vendors.models.reports import MOST_INTERVALS, CountQuery, CountReport, VisitorQuery, VisitorReport, shares
from .errors import action_errors
from .targets import CameraTarget, async_target_cameras
from .times import TIME

_ALL = "all"
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")
_PERIOD = {
    probatio.Required("start"): TIME,
    probatio.Optional("end"): TIME,
    probatio.Optional("interval"): probatio.All(probatio.Coerce(int), probatio.Range(min=1)),
}
_COUNTING = cv.make_entity_service_schema(_PERIOD)
_VISITORS = cv.make_entity_service_schema(
    {
        **_PERIOD,
        probatio.Optional("unique_only", default=False): cv.boolean,
        probatio.Optional("without_groups", default=[]): probatio.All(cv.ensure_list, [cv.string]),
        probatio.Optional("aggregate", default=False): cv.boolean,
    }
)

type _Asked = tuple[Reports, list[CameraTarget]]
"""An account's reports, and its cameras that they are wanted of."""


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(
        DOMAIN,
        "get_counting_report",
        _async_get_counting_report,
        schema=_COUNTING,
        supports_response=SupportsResponse.ONLY,
    )
    hass.services.async_register(
        DOMAIN,
        "get_visitor_report",
        _async_get_visitor_report,
        schema=_VISITORS,
        supports_response=SupportsResponse.ONLY,
    )


async def _async_get_counting_report(call: ServiceCall) -> ServiceResponse:
    """Return what crossed the lines of each camera that counts."""
    start, end = _period(call)
    found: dict[str, list[CountReport]] = {}
    for reports, targets in _by_account(await async_target_cameras(call)):
        query = CountQuery(start=start, end=end, cameras=_cameras(targets), interval=call.data.get("interval"))
        with action_errors():
            answer = await reports.counting(query)
        for target in targets:
            found[target.entity_id] = [report for report in answer if report.camera == target.camera.id]
    _check_counts(call, found)
    return {entity_id: {"reports": [_counted(report) for report in own]} for entity_id, own in found.items() if own}


async def _async_get_visitor_report(call: ServiceCall) -> ServiceResponse:
    """Return how many visitors there were at each camera, or at all of them together."""
    start, end = _period(call)
    asked = _by_account(await async_target_cameras(call))
    together: bool = call.data["aggregate"]
    if together and len(asked) > 1:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="several_accounts_together")
    response: JsonObjectType = {}
    for reports, targets in asked:
        query = VisitorQuery(
            start=start,
            end=end,
            cameras=_cameras(targets),
            interval=call.data.get("interval"),
            unique_only=call.data["unique_only"],
            without_groups=tuple(call.data["without_groups"]),
            aggregate=together,
        )
        with action_errors():
            answer = await reports.visitors(query)
        if together:
            return {_ALL: {"reports": [_visitors(report) for report in answer]}}
        for target in targets:
            own = [report for report in answer if report.camera == target.camera.id]
            response[target.entity_id] = {"reports": [_visitors(report) for report in own]}
    return response


def _period(call: ServiceCall) -> tuple[datetime, datetime]:
    """Return start and end in Home Assistant's time zone, which counters by local time are taken to share."""
    start = dt_util.as_utc(call.data["start"])
    end = dt_util.as_utc(call.data["end"]) if "end" in call.data else dt_util.utcnow()
    if end <= start:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="end_before_start")
    minutes = call.data.get("interval")
    if minutes and (end - start) / timedelta(minutes=minutes) > MOST_INTERVALS:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="too_many_intervals",
            translation_placeholders={"count": str(MOST_INTERVALS)},
        )
    return dt_util.as_local(start), dt_util.as_local(end)


def _by_account(targets: Iterable[CameraTarget]) -> list[_Asked]:
    """Return the cameras of each account; raises ServiceValidationError for one that offers no reports."""
    asked: dict[str, _Asked] = {}
    for target in targets:
        if (reports := target.account.reports) is None:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="reports_not_supported",
                translation_placeholders={"vendor": target.runtime.coordinator.vendor.manufacturer},
            )
        asked.setdefault(target.entry.entry_id, (reports, []))[1].append(target)
    return list(asked.values())


def _cameras(targets: Iterable[CameraTarget]) -> tuple[str, ...]:
    return tuple(target.camera.id for target in targets)


def _check_counts(call: ServiceCall, found: Mapping[str, list[CountReport]]) -> None:
    """Raise ServiceValidationError for a camera that was named and does not count, and where none counts."""
    silent = [entity_id for entity_id, own in found.items() if not own]
    wrong = silent if len(silent) == len(found) else [key for key in silent if key in call.data.get(ATTR_ENTITY_ID, ())]
    if wrong:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="counts_nothing",
            translation_placeholders={"entity_ids": ", ".join(wrong)},
        )


def _counted(report: CountReport) -> JsonObjectType:
    return {
        **_times(report),
        "lines": [
            {"id": line.id, "name": line.name, "before": _named(line.before), "counts": _named(line.counts)}
            for line in report.lines
        ],
    }


def _visitors(report: VisitorReport) -> JsonObjectType:
    distributions = {"genders": report.genders, "ages": report.ages, "emotions": report.emotions}
    return {
        **_times(report),
        "total": report.total,
        "unique": report.unique,
        **{name: _named(counts) for name, counts in distributions.items()},
        "shares": {name: _named(shares(counts)) for name, counts in distributions.items()},
    }


def _times(report: CountReport | VisitorReport) -> JsonObjectType:
    return {"start": report.start.isoformat(), "end": report.end.isoformat()}


def _named(values: Mapping[str, int] | Mapping[str, float]) -> JsonObjectType:
    """Return values under keys for templates: `MiddleAged` is `middle_aged`."""
    return {_WORDS.sub("_", name).strip("_").lower(): value for name, value in values.items()}
