"""Events: written into the vendor's timeline, and read from it."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta

import probatio

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType, JsonValueType

from ..const import DOMAIN
from ..fields import event_fields
from ..moments.told import person_of, without_content
from ..names import normalised_name
from ..vendors.budget import Urgency
from ..vendors.contract import Account, EventHistory, EventWriter
from ..vendors.errors import RateLimited, Unreachable, VendorError
from ..vendors.models.moments import OF_PEOPLE, EventDraft, EventQuery, Moment, MomentKind
from .errors import action_errors
from .people_targets import ATTR_PERSON, PEOPLE, PersonTarget, async_named_person, offered, people_schema
from .picture_fields import async_read_picture, picture_fields
from .targets import CAMERAS, CameraTarget, async_target_cameras, async_targets
from .times import TIME

_DAY = timedelta(days=1)
_LIMIT = 50
_LARGEST_LIMIT = 1000
_PICTURES = 20
"""How many pictures one call fetches at most."""
_AT_ONCE = 4
"""Of more cameras than this, nobody expects the answer at once: their requests queue with the account's others."""

_CREATE = cv.make_entity_service_schema(
    {
        probatio.Optional("kind", default=MomentKind.CUSTOM): probatio.Coerce(MomentKind),
        probatio.Optional("name"): cv.string,
        probatio.Optional("start"): TIME,
        probatio.Optional("end"): TIME,
        probatio.Optional("instant", default=False): cv.boolean,
        probatio.Optional("event_id"): cv.string,
        probatio.Optional("attributes", default={}): dict,
        probatio.Optional("grid"): list,
        **picture_fields("picture"),
        **picture_fields("object_picture"),
    }
)
_GET = people_schema(
    {
        probatio.Optional("start"): TIME,
        probatio.Optional("end"): TIME,
        probatio.Optional("kinds", default=[]): probatio.All(cv.ensure_list, [probatio.Coerce(MomentKind)]),
        probatio.Optional("limit", default=_LIMIT): probatio.All(
            probatio.Coerce(int), probatio.Range(min=1, max=_LARGEST_LIMIT)
        ),
        probatio.Optional("newest_first", default=True): cv.boolean,
        probatio.Optional("pictures", default=False): cv.boolean,
    }
)


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(
        DOMAIN, "create_event", _async_create_event, schema=_CREATE, supports_response=SupportsResponse.OPTIONAL
    )
    hass.services.async_register(
        DOMAIN, "get_events", _async_get_events, schema=_GET, supports_response=SupportsResponse.ONLY
    )


async def _async_create_event(call: ServiceCall) -> ServiceResponse:
    """Write an event at each camera, and return the ids that the vendor knows them by."""
    targets = await async_target_cameras(call)
    writers = [(target, _writer(target)) for target in targets]
    if len(targets) > 1 and "event_id" in call.data:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="event_id_of_several_cameras")
    start, end = _time(call, "start"), _time(call, "end")
    if end:
        _check_order(start or dt_util.utcnow(), end)
    draft = EventDraft(
        kind=call.data["kind"],
        start=start,
        end=end,
        id=call.data.get("event_id"),
        instant=call.data["instant"],
        name=call.data.get("name"),
        attributes=_attributes(call.data["attributes"]),
        grid=_grid(call.data.get("grid")),
        picture=await async_read_picture(call, "picture"),
        object_picture=await async_read_picture(call, "object_picture"),
    )
    response: JsonObjectType = {}
    for target, writer in writers:
        with action_errors():
            response[target.entity_id] = {"event_id": await writer.create(target.camera.id, draft)}
    return response


async def _async_get_events(call: ServiceCall) -> ServiceResponse:
    """Return what happened at each camera, and where each person was seen."""
    targets = await _async_targets(call)
    histories = [(target, _history(target)) for target in targets]
    end = _time(call, "end") or dt_util.utcnow()
    start = _time(call, "start") or end - _DAY
    _check_order(start, end)
    left = _PICTURES if call.data["pictures"] else 0
    query = EventQuery(
        start=start,
        end=end,
        kinds=frozenset(call.data["kinds"]),
        limit=call.data["limit"],
        newest_first=call.data["newest_first"],
        in_background=len(targets) > _AT_ONCE,
    )
    response: JsonObjectType = {}
    for target, history in histories:
        moments: list[Moment] = []
        fetched: list[Moment] = []
        with action_errors():
            async with aclosing(_events(target, history, query)) as found:
                async for moment in found:
                    if moment.picture and len(fetched) < left:
                        fetched.append(moment)
                    moments.append(without_content(moment))  # of the others nobody keeps the pictures
        left -= len(fetched)
        await _fetch_pictures(target, fetched)
        response[target.key] = {"events": [_event(target, moment) for moment in moments]}
    return response


def _knows_people(account: Account) -> bool:
    return account.history is not None and account.history.knows_people


async def _async_targets(call: ServiceCall) -> Sequence[CameraTarget | PersonTarget]:
    if ATTR_PERSON in call.data:
        return (await async_named_person(call, _knows_people),)
    nothing = ServiceValidationError(translation_domain=DOMAIN, translation_key="no_targets")
    return await async_targets(call, CAMERAS, PEOPLE, nothing=nothing)


async def _events(
    target: CameraTarget | PersonTarget, history: EventHistory, query: EventQuery
) -> AsyncGenerator[Moment]:
    """Yield the moments of a target that a query, which names none, is about."""
    match target:
        case CameraTarget(camera=camera):
            source = history.events(replace(query, camera=camera.id))
        case PersonTarget(id=person) if history.knows_people:
            source = history.events(replace(query, person=person))
        case PersonTarget(id=person):
            source = _events_of_name(target, normalised_name(person), history, query)
    async with aclosing(source) as events:
        async for moment in events:
            yield moment


async def _events_of_name(
    target: PersonTarget, name: str, history: EventHistory, query: EventQuery
) -> AsyncGenerator[Moment]:
    """Look through the faces of all cameras that are in Home Assistant."""
    kinds = query.kinds & OF_PEOPLE if query.kinds else OF_PEOPLE
    cameras, count = target.runtime.coordinator.data.cameras, 0
    if not kinds:
        return
    async with aclosing(history.events(replace(query, kinds=kinds, limit=None))) as events:
        async for moment in events:
            if person_of(moment) == name and moment.camera in cameras:
                yield moment
                count += 1
                if count == query.limit:
                    return


async def _fetch_pictures(target: CameraTarget | PersonTarget, moments: Sequence[Moment]) -> None:
    """Keep the moments' pictures, as far as the vendor has them; the events are worth more than their pictures."""
    source, store = target.account.moments, target.runtime.pictures
    for moment in moments:
        if not source or not moment.picture or store.find(moment.id):
            continue
        try:
            picture = await source.picture(moment.picture, Urgency.PERSON)
        except Unreachable, RateLimited:
            return
        except VendorError:
            continue
        if picture:
            store.put(moment.id, picture)


def _event(target: CameraTarget | PersonTarget, moment: Moment) -> JsonObjectType:
    store = target.runtime.pictures
    match target:
        case CameraTarget(camera=camera):
            fields = event_fields(moment, camera)
        case _:
            fields = event_fields(moment, target.runtime.coordinator.data.cameras.get(moment.camera or ""))
    return {**fields, **store.links(store.find(moment.id))}


def _writer(target: CameraTarget) -> EventWriter:
    if writer := target.account.writer:
        return writer
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="events_not_writable",
        translation_placeholders={"entity_id": target.entity_id},
    )


def _history(target: CameraTarget | PersonTarget) -> EventHistory:
    if isinstance(target, PersonTarget):
        return offered(target.entry, target.account.history, "moments")
    if history := target.account.history:
        return history
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="no_history",
        translation_placeholders={"entity_id": target.entity_id},
    )


def _time(call: ServiceCall, field: str) -> datetime | None:
    """Return a time in UTC; one without an offset is Home Assistant's local time."""
    return dt_util.as_utc(call.data[field]) if field in call.data else None


def _check_order(start: datetime, end: datetime) -> None:
    if end < start:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="ends_before_it_starts")


def _attributes(given: Mapping[object, JsonValueType]) -> dict[str, str]:
    """Return attributes as text, the way JSON writes numbers and truth."""
    attributes: dict[str, str] = {}
    for key, value in given.items():
        match value:
            case bool():
                attributes[str(key)] = str(value).lower()
            case str() | int() | float():
                attributes[str(key)] = str(value)
            case _:
                raise ServiceValidationError(
                    translation_domain=DOMAIN,
                    translation_key="bad_attribute",
                    translation_placeholders={"attribute": str(key)},
                )
    return attributes


def _grid(rows: Sequence[object] | None) -> tuple[tuple[int, ...], ...] | None:
    if rows is None:
        return None
    grid = [row if isinstance(row, list) else [] for row in rows]
    cells = [cell for row in grid for cell in row]
    if not cells or len({len(row) for row in grid}) != 1 or any(cell not in (0, 1) for cell in cells):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="bad_grid")
    return tuple(tuple(int(cell) for cell in row) for row in grid)
