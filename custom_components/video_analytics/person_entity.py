"""Base of the entities of watched people: when and where they were seen, or what a photo library knows of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AccountCoordinator, Interest, Whole
from .devices import person_identifier
from .entity import AccountEntity
from .people import Sighting, WatchedPeople, WatchedPerson
from .runtime import AccountConfigEntry
from .vendors.models.state import Person


@dataclass(frozen=True, kw_only=True)
class OfPerson:
    """What every description of a watched person's entity says.

    `of_photos` tells whether it is about people in photos, or about those whom cameras see. `exists` also gets what the
    vendor knows of somebody, which is None for those who are watched by name.
    """

    key: str
    of_photos: bool = False
    exists: Callable[[WatchedPerson, Person | None], bool] = lambda person, known: True


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

    @property
    def known(self) -> Person | None:
        """Return what the vendor knows of the person."""
        return self.coordinator.data.people.get(self.person.id)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.people.watch(self.person.id, self._noticed))

    @callback
    def _noticed(self) -> None:
        """Show what is new about the person."""
        self.async_write_ha_state()


def add_person_entities[D: OfPerson](
    entry: AccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    descriptions: Sequence[D],
    make: Callable[[AccountCoordinator, D, WatchedPerson, WatchedPeople], PersonEntity],
) -> None:
    """Add what a table says of each watched person, now and later, to the subentry that watches."""
    if (people := entry.runtime_data.people) is None:
        return
    coordinator = entry.runtime_data.coordinator
    in_photos = coordinator.account.photos is not None
    table = [description for description in descriptions if description.of_photos is in_photos]
    added: set[tuple[str, str]] = set()

    @callback
    def look() -> None:
        added.difference_update([pair for pair in added if pair[0] not in people.persons])
        for person in people.persons.values():
            known = coordinator.data.people.get(person.id)
            new = [
                description
                for description in table
                if (person.id, description.key) not in added and description.exists(person, known)
            ]
            if new:
                added.update((person.id, description.key) for description in new)
                async_add_entities(
                    [make(coordinator, description, person, people) for description in new],
                    config_subentry_id=person.subentry,
                )

    entry.async_on_unload(people.look_out(look))
    if in_photos:  # more becomes known of them
        entry.async_on_unload(coordinator.async_add_listener(look, Interest(Whole.CONTENTS)))
    look()
