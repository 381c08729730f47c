"""Triggers for what happens at cameras and in photo libraries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, override

import probatio

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.trigger import Trigger, TriggerConfig

from ..coordinator import Item
from ..devices import camera_identifier
from ..fields import is_recognized
from ..moments import News, Told
from ..runtime import AccountConfigEntry
from ..scope import Aim
from ..vendors.models.moments import Moment, MomentKind
from .base import AccountTrigger, Attached, OptionsSchema, device_fields, moment_fields, nothing_to_undo, whereabouts
from .options import (
    CONF_INCLUDE_LATE,
    DIRECTION,
    ELSEWHERE,
    GROUPS,
    INCLUDE_LATE,
    KINDS,
    MINIMUM_CONFIDENCE,
    PLATES,
    STATUS,
    WHO,
    Filter,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentTriggerDescription:
    """Describes a trigger: which moments it is about, and which options it has."""

    about: Callable[[Moment], bool]
    text: str
    """What the trace says happened."""
    filters: Mapping[str, Filter[Any]]
    required: str | None = None
    aim: Aim = Aim.CAMERAS


class MomentTrigger(AccountTrigger):
    """Fires for moments that are told for the first time and pass the options."""

    description: ClassVar[MomentTriggerDescription]

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Prepare the tests."""
        super().__init__(hass, config)
        filters = self.description.filters
        self._tests = {name: by.test(self.options[name]) for name, by in filters.items() if name in self.options}

    @override
    def listen(self, entry: AccountConfigEntry, attached: Attached) -> CALLBACK_TYPE:
        if (hub := entry.runtime_data.moments) is None:
            return nothing_to_undo
        coordinator, scope = entry.runtime_data.coordinator, attached.scope

        @callback
        def told(told: Told) -> None:
            if self.description.about(told.moment) and whereabouts(entry, told.moment) in scope:
                self._told(entry, told, attached)

        def subjects() -> frozenset[Item]:
            """Ask for moments also of cameras that have no enabled entities, but not of those that the options leave out."""
            wants = coordinator.options.wants_events_of
            cameras = filter(wants, coordinator.data.cameras)
            return frozenset(Item("cameras", key) for key in cameras if camera_identifier(entry, key) in scope)

        unfollow = hub.audience.follow(told, subjects)
        unwatch = scope.watch(hub.audience.ask_again)

        @callback
        def leave() -> None:
            unfollow()
            unwatch()

        return leave

    def _told(self, entry: AccountConfigEntry, told: Told, attached: Attached) -> None:
        if reason := self._obstacle(told):
            where = device_fields(self._hass, entry, told.moment.camera)
            attached.skip(reason, {"event_id": told.moment.id, **where})
            return
        fields = moment_fields(self._hass, entry, told)
        # No names and plates: this goes into the logbook.
        text = self.description.text
        attached.fire(fields, f"{text} at {fields['camera']}" if fields["camera"] else text)

    def _obstacle(self, told: Told) -> str | None:
        """Return the option that a moment does not pass."""
        if told.news is News.LATE and not self.options[CONF_INCLUDE_LATE]:
            return CONF_INCLUDE_LATE
        return next((name for name, passes in self._tests.items() if not passes(told.moment)), None)


def _make(description_: MomentTriggerDescription) -> type[Trigger]:
    schema: OptionsSchema = {
        (probatio.Required if name == description_.required else probatio.Optional)(name): by.schema
        for name, by in description_.filters.items()
    }

    class CustomTrigger(MomentTrigger):
        """A trigger of the table below."""

        description = description_
        aim = description_.aim
        options_schema = {**schema, **INCLUDE_LATE}

    return CustomTrigger


MOMENT_TRIGGERS = {
    key: _make(description)
    for key, description in {
        "face_recognized": MomentTriggerDescription(
            about=lambda moment: moment.kind is MomentKind.FACE and is_recognized(moment),
            text="a face was recognized",
            filters={"who": WHO, "groups": GROUPS, "minimum_confidence": MINIMUM_CONFIDENCE},
        ),
        "unknown_face_seen": MomentTriggerDescription(
            about=lambda moment: moment.kind is MomentKind.FACE and not is_recognized(moment),
            text="an unknown face was seen",
            filters={},
        ),
        "plate_read": MomentTriggerDescription(
            about=lambda moment: moment.kind is MomentKind.PLATE and bool(moment.subject),
            text="a number plate was read",
            filters={
                "plates": PLATES,
                "status": STATUS,
                "direction": DIRECTION,
                "minimum_confidence": MINIMUM_CONFIDENCE,
            },
        ),
        "detected": MomentTriggerDescription(
            about=lambda moment: moment.kind not in ELSEWHERE,
            text="something was detected",
            filters={"kinds": KINDS},
            required="kinds",
        ),
        "photo_added": MomentTriggerDescription(
            about=lambda moment: moment.kind is MomentKind.PHOTO_ADDED,
            text="a photo was added",
            filters={},
            aim=Aim.LIBRARIES,
        ),
    }.items()
}
