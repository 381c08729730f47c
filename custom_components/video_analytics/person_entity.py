"""Base of the entities that show when and where a watched person was seen."""

from collections.abc import Callable, Sequence
from typing import override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AccountCoordinator, Whole
from .devices import person_identifier
from .entity import AccountEntity
from .people import Sighting, WatchedPeople, WatchedPerson
from .runtime import AccountConfigEntry


class PersonEntity(AccountEntity):
    """An entity of a watched person's device."""

    def __init__(
        self,
        coordinator: AccountCoordinator,
        description: EntityDescription,
        person: WatchedPerson,
        people: WatchedPeople,
    ) -> None:
        """Belong to a person."""
        super().__init__(coordinator, description, Whole.AVAILABILITY)
        self.person = person
        self.people = people
        identifier = person_identifier(coordinator.config_entry, person.id)
        self._attr_unique_id = f"{identifier[1]}_{description.key}"
        self._attr_device_info = DeviceInfo(identifiers={identifier})

    @property
    def last(self) -> Sighting | None:
        """Return when and where the person was seen last."""
        return self.people.last(self.person.id)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.people.watch(self.person.id, self._noticed))

    @callback
    def _noticed(self) -> None:
        """Show what is new about the last sighting."""
        self.async_write_ha_state()


def add_person_entities[D: EntityDescription](
    entry: AccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    descriptions: Sequence[D],
    make: Callable[[AccountCoordinator, D, WatchedPerson, WatchedPeople], PersonEntity],
    exists: Callable[[WatchedPerson], bool] = lambda person: True,
) -> None:
    """Add what a table says of each watched person, now and later, to the subentry that watches."""
    if (people := entry.runtime_data.people) is None:
        return
    coordinator = entry.runtime_data.coordinator
    known: set[str] = set()

    @callback
    def look() -> None:
        known.intersection_update(people.persons)
        for person in people.persons.values():
            if person.id not in known and exists(person):
                known.add(person.id)
                async_add_entities(
                    [make(coordinator, description, person, people) for description in descriptions],
                    config_subentry_id=person.subentry,
                )

    entry.async_on_unload(people.look_out(look))
    look()
