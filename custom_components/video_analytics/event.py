"""Event entities: what happens at a camera, to a server, in a photo library, and to watched people."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription, EventExtraStoredData
from homeassistant.const import Platform
from homeassistant.core import CoreState, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util.json import JsonObjectType

from .coordinator import AccountCoordinator, Whole
from .entity import CAMERAS, LIBRARIES, SERVERS, AccountEntity, Thing
from .exports import ExportManager, Job, Stage, described
from .fields import arrival_fields, event_fields, is_recognized, photo_fields, plate_status
from .moment_entity import MomentEntity, OfCameraMoments, OfMoments, add_moment_entities
from .moments import MomentHub, Slot, Told
from .person_entity import OfPerson, PersonEntity, add_person_entities
from .runtime import AccountConfigEntry
from .vendors.models.moments import Moment, MomentKind
from .vendors.models.state import Camera, Feature, Library, Server

PARALLEL_UPDATES = 0

_UNRECORDED = frozenset({"attributes", "picture_signed"})


@dataclass(frozen=True, kw_only=True)
class CameraEventDescription(OfCameraMoments, EventEntityDescription):
    """Describes the events of a camera; `event_types` are None where they are the vendor's kinds of detections."""

    event_type: Callable[[Moment], str]


@dataclass(frozen=True, kw_only=True)
class ThingEventDescription[T: Thing](OfMoments[T], EventEntityDescription):
    """Describes the events of a server or a library, whose types are kinds of moments."""

    event_type: Callable[[Moment], str] = lambda moment: moment.kind.value


@dataclass(frozen=True, kw_only=True)
class PersonEventDescription(OfPerson, EventEntityDescription):
    """Describes the events of a watched person."""


CAMERA_EVENTS = (
    CameraEventDescription(
        key="detection",
        translation_key="detection",
        slot=Slot.EVENT,
        event_type=lambda moment: moment.kind.value,
    ),
    CameraEventDescription(
        key="face",
        translation_key="face",
        slot=Slot.FACE,
        event_types=["recognized", "unknown"],
        event_type=lambda moment: "recognized" if is_recognized(moment) else "unknown",
        exists=lambda camera: Feature.FACES in camera.supports,
    ),
    CameraEventDescription(
        key="plate",
        translation_key="plate",
        slot=Slot.PLATE,
        event_types=["known", "unknown", "wanted"],
        event_type=lambda moment: plate_status(moment).value,
        exists=lambda camera: Feature.PLATES in camera.supports,
    ),
)


SERVER_EVENTS = (
    ThingEventDescription[Server](
        key="server_event",
        translation_key="server_event",
        event_types=[MomentKind.USER_ALARM, MomentKind.EXTERNAL, MomentKind.OTHER],
    ),
)

EXPORT_EVENTS = (
    EventEntityDescription(
        key="export",
        translation_key="export",
        event_types=[Stage.FINISHED, Stage.FAILED, Stage.CANCELLED],
    ),
)

LIBRARY_EVENTS = (
    ThingEventDescription[Library](
        key="changes",
        translation_key="changes",
        event_types=[MomentKind.PHOTO_ADDED, MomentKind.FACE_FOUND, MomentKind.PERSON_FOUND],
    ),
)

PERSON_EVENTS = (PersonEventDescription(key="seen", translation_key="seen", event_types=[MomentKind.SEEN.value]),)

PHOTOGRAPHED_EVENTS = (
    PersonEventDescription(
        key="photographed", translation_key="photographed", event_types=["photographed"], of_photos=True
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: AccountConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the events of an account."""
    add_moment_entities(hass, entry, Platform.EVENT, async_add_entities, CAMERAS, CAMERA_EVENTS, CameraEvent)
    add_moment_entities(hass, entry, Platform.EVENT, async_add_entities, SERVERS, SERVER_EVENTS, ServerEvent)
    add_moment_entities(hass, entry, Platform.EVENT, async_add_entities, LIBRARIES, LIBRARY_EVENTS, LibraryEvent)
    add_person_entities(entry, async_add_entities, PERSON_EVENTS, SeenEvent)
    add_person_entities(entry, async_add_entities, PHOTOGRAPHED_EVENTS, PhotographedEvent)
    runtime = entry.runtime_data
    if exports := runtime.exports:
        async_add_entities(ExportEvent(runtime.coordinator, description, exports) for description in EXPORT_EVENTS)


class NothingTwice(EventEntity):
    """Never shows an old event as if it had just come, as triggers on states would take it."""

    @override
    async def async_get_last_event_data(self) -> EventExtraStoredData | None:
        """Bring the last event back only while Home Assistant starts; automations begin to listen after that."""
        if self.hass.state is CoreState.running:
            return None
        return await super().async_get_last_event_data()


class MomentEvent[T: Thing](MomentEntity[T], NothingTwice):
    """Events of one sort at one thing."""

    entity_description: CameraEventDescription | ThingEventDescription[T]
    _unrecorded_attributes = _UNRECORDED

    @property
    @override
    def available(self) -> bool:
        """Stay through an outage: a last event that comes back would look like a new one to triggers on states."""
        return self.subject.id in self.kind.of(self.coordinator.data)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.hub.audience.listen(self.item, self.entity_description.slot, self._happened))

    @callback
    @override
    def _told(self, told: Told) -> None:
        """Only what happens now is an event."""

    @callback
    def _happened(self, told: Told) -> None:
        event_type = self.entity_description.event_type(told.moment)
        if event_type not in self.event_types:
            event_type = MomentKind.OTHER.value
        self._trigger_event(event_type, {**self._fields(told.moment), **arrival_fields(told, self.hub.pictures)})
        self.async_write_ha_state()

    def _fields(self, moment: Moment) -> JsonObjectType:
        return event_fields(moment, None)


class CameraEvent(MomentEvent[Camera]):
    """Events of one sort at a camera."""

    kind = CAMERAS
    entity_description: CameraEventDescription

    def __init__(
        self, coordinator: AccountCoordinator, description: CameraEventDescription, camera: Camera, hub: MomentHub
    ) -> None:
        """Have the vendor's kinds as types, where the table does not say others."""
        super().__init__(coordinator, description, camera, hub)
        self._attr_event_types = description.event_types or sorted(
            kind.value for kind in {*hub.kinds, MomentKind.OTHER}
        )

    @override
    def _fields(self, moment: Moment) -> JsonObjectType:
        return event_fields(moment, self.subject)


class ServerEvent(MomentEvent[Server]):
    """Events of a server itself."""

    kind = SERVERS


class LibraryEvent(MomentEvent[Library]):
    """What happens in a photo library."""

    kind = LIBRARIES

    @override
    def _fields(self, moment: Moment) -> JsonObjectType:
        return {**event_fields(moment, None), **photo_fields(moment, self.coordinator.config_entry)}


class ExportEvent(AccountEntity, NothingTwice):
    """The ends of an account's exports."""

    _unrecorded_attributes = frozenset({"details"})

    def __init__(
        self, coordinator: AccountCoordinator, description: EventEntityDescription, exports: ExportManager
    ) -> None:
        """Belong to an account."""
        super().__init__(coordinator, description, Whole.AVAILABILITY)
        self._exports = exports

    @property
    @override
    def available(self) -> bool:
        """An export ends also while the vendor is away, and what was told last stays true."""
        return True

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self._exports.async_subscribe_ends(self._ended))

    @callback
    def _ended(self, job: Job) -> None:
        self._trigger_event(job.stage, described(self.hass, job))
        self.async_write_ha_state()


class PersonEvent(PersonEntity, NothingTwice):
    """Events of a watched person."""

    entity_description: PersonEventDescription
    _unrecorded_attributes = _UNRECORDED

    @property
    @override
    def available(self) -> bool:
        """Stay through an outage: a last event that comes back would look like a new one to triggers on states."""
        return True

    @callback
    @override
    def _noticed(self) -> None:
        """Only what happens now is an event."""

    @callback
    def _happened(self, told: Told) -> None:
        moment = told.moment
        fields = event_fields(moment, self.coordinator.data.cameras.get(moment.camera or ""))
        fields |= photo_fields(moment, self.coordinator.config_entry)
        # Somebody who has an id may not have a name yet, or none at all.
        fields["person"] = fields["person"] or self.person.name
        (event_type,) = self.event_types
        self._trigger_event(event_type, {**fields, **arrival_fields(told, self.people.hub.pictures)})
        self.async_write_ha_state()


class SeenEvent(PersonEvent):
    """The times that a watched person is seen."""

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.people.listen(self.person.id, lambda sighting: self._happened(sighting.told)))


class PhotographedEvent(PersonEvent):
    """The photos in which a watched person was found."""

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.people.listen_photos(self.person.id, self._happened))
