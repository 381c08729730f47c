"""People who are watched since they carry a tag: they come and go with it."""

import asyncio
from collections import Counter
from collections.abc import Mapping
import logging
from typing import Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import CALLBACK_TYPE
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .coordinator import AccountCoordinator
from .people import (
    CONF_ID,
    CONF_MOST,
    CONF_NAME,
    CONF_TAG,
    DEFAULT_MOST,
    SUBENTRY_PEOPLE,
    WatchedPeople,
    WatchedPerson,
    recently_of,
)
from .vendors.errors import NotFound, Rejected, VendorError
from .vendors.models.databases import PeopleQuery
from .vendors.models.state import Person

_LOGGER = logging.getLogger(__name__)

_EVERY: Final = 600.0
_ABSENCES: Final = 3
"""Looks without somebody until that person is not watched any more."""


class TagFollower:
    """Keeps up with the people who carry the tags that subentries follow."""

    def __init__(self, coordinator: AccountCoordinator, people: WatchedPeople) -> None:
        """Nothing is asked before the first look."""
        self._coordinator = coordinator
        self._people = people
        entry = coordinator.config_entry
        subentries = entry.get_subentries_of_type(SUBENTRY_PEOPLE)
        self._subentries = [subentry for subentry in subentries if CONF_TAG in subentry.data]
        self._absences = Counter[tuple[str, str]]()

    def start(self) -> CALLBACK_TYPE:
        """Look now and then; returns what ends it."""
        if not self._subentries:
            return lambda: None
        coordinator = self._coordinator
        work = coordinator.config_entry.async_create_background_task(
            coordinator.hass, self._run(), f"tags of {coordinator.name}"
        )

        def stop() -> None:
            work.cancel()
            for subentry in self._subentries:
                ir.async_delete_issue(coordinator.hass, DOMAIN, _issue(subentry))

        return stop

    async def async_look(self) -> None:
        """Find out who carries the tags now. Whoever cannot be asked for stays."""
        for subentry in self._subentries:
            try:
                found = await self._find(subentry)
            except VendorError as error:
                _LOGGER.debug("The people of a tag could not be asked for: %s", error)
            else:
                self._take(subentry, found)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            try:
                await self.async_look()
            except Exception:
                _LOGGER.exception("Unexpected error following tags of %s", self._coordinator.name)

    async def _find(self, subentry: ConfigSubentry) -> Mapping[str, Person] | None:
        """Return the people of a tag; None while the account may not know them."""
        if (people := self._coordinator.account.people) is None:
            return None
        try:
            found = await people.choices(PeopleQuery(tag=subentry.data[CONF_TAG][CONF_ID]))
        except NotFound, Rejected:  # a tag that was removed
            found = ()
        return {person.id: person for person in found}

    def _take(self, subentry: ConfigSubentry, found: Mapping[str, Person] | None) -> None:
        if found is None:
            return
        persons = self._people.persons
        own = {key: person for key, person in persons.items() if person.subentry == subentry.subentry_id}
        kept = {key: person for key, person in own.items() if key in found or self._is_patient(subentry, key)}
        for key in found:
            self._absences.pop((subentry.subentry_id, key), None)
        # Somebody is watched by one subentry only.
        free = [person for key, person in found.items() if key not in persons]
        most = int(subentry.data.get(CONF_MOST, DEFAULT_MOST))
        watched = [*kept.values(), *(_watched(person, subentry) for person in free)][:most]
        self._say_if_too_many(subentry, len(kept) + len(free), most)
        others = [person for key, person in persons.items() if key not in own]
        self._people.replace([*others, *watched])

    def _is_patient(self, subentry: ConfigSubentry, person: str) -> bool:
        """Tell whether somebody who is missing may still come back."""
        key = subentry.subentry_id, person
        self._absences[key] += 1
        if self._absences[key] < _ABSENCES:
            return True
        del self._absences[key]
        return False

    def _say_if_too_many(self, subentry: ConfigSubentry, count: int, most: int) -> None:
        hass = self._coordinator.hass
        if count <= most:
            ir.async_delete_issue(hass, DOMAIN, _issue(subentry))
            return
        ir.async_create_issue(
            hass,
            DOMAIN,
            _issue(subentry),
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="too_many_people",
            translation_placeholders={
                "tag": subentry.data[CONF_TAG][CONF_NAME],
                "watched": subentry.title,
                "count": str(count),
                "most": str(most),
            },
        )


def _watched(person: Person, subentry: ConfigSubentry) -> WatchedPerson:
    return WatchedPerson(
        id=person.id,
        name=person.name or person.id,
        subentry=subentry.subentry_id,
        recently=recently_of(subentry),
        has_id=True,
    )


def _issue(subentry: ConfigSubentry) -> str:
    return f"too_many_people_{subentry.subentry_id}"
