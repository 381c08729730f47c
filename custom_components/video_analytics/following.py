"""People who are watched since they carry a tag or have a name: they come and go with it."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Set
import logging
from typing import Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .coordinator import AccountCoordinator, Interest, Whole
from .people import (
    CONF_EVERYBODY,
    CONF_ID,
    CONF_MOST,
    CONF_TAG,
    DEFAULT_MOST,
    SUBENTRY_PEOPLE,
    WatchedPeople,
    WatchedPerson,
    everybody,
    is_followed,
    recently_of,
)
from .vendors.contract import PeopleWay
from .vendors.errors import NotFound, Rejected, VendorError
from .vendors.models.databases import PeopleQuery
from .vendors.models.state import Person

_LOGGER = logging.getLogger(__name__)

_EVERY: Final = 600.0
_ABSENCES: Final = 3
"""Looks without somebody until that person is not watched any more."""


class PeopleFollower:
    """Keeps up with those who are watched for their tag or name, and tells the user of others who are gone.

    The vendor is asked now and then who carries a tag; who has a name is part of the state.
    """

    def __init__(self, coordinator: AccountCoordinator, people: WatchedPeople) -> None:
        """Nothing is asked before the first look."""
        self._coordinator = coordinator
        self._people = people
        self._subentries = tuple(coordinator.config_entry.get_subentries_of_type(SUBENTRY_PEOPLE))
        self._tagged = [subentry for subentry in self._subentries if CONF_TAG in subentry.data]
        self._absences = Counter[tuple[str, str]]()

    def start(self) -> CALLBACK_TYPE:
        """Look now and then, and at every change of the state; returns what ends it."""
        coordinator = self._coordinator
        hass, entry = coordinator.hass, coordinator.config_entry
        # After the watched people, who listen for longer and call everybody by the new names first.
        unlisten = coordinator.async_add_listener(self._look_at_state, Interest(Whole.CONTENTS))
        work = (
            entry.async_create_background_task(hass, self._run(), f"tags of {coordinator.name}")
            if self._tagged
            else None
        )

        def stop() -> None:
            unlisten()
            if work:
                work.cancel()
            for subentry in self._subentries:
                for issue in (_too_many(subentry), _gone(subentry)):
                    ir.async_delete_issue(hass, DOMAIN, issue)

        return stop

    async def async_look(self) -> None:
        """Find out who is to be watched now. Those whose tag cannot be asked for stay."""
        for subentry in self._tagged:
            try:
                found = await self._find(subentry)
            except VendorError as error:
                _LOGGER.debug("The people of a tag could not be asked for: %s", error)
                continue
            if found is not None:
                self._take(subentry, found, self._missed(subentry, found))
        self._look_at_state()

    @callback
    def _look_at_state(self) -> None:
        people = self._coordinator.account.people
        if people is None or PeopleWay.EVERYBODY not in people.ways:
            return
        found = everybody(self._coordinator.data)
        for subentry in self._subentries:
            if CONF_EVERYBODY in subentry.data:
                self._take(subentry, found)
            elif not is_followed(subentry):
                self._say_who_is_gone(subentry)

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

    def _missed(self, subentry: ConfigSubentry, found: Mapping[str, Person]) -> Set[str]:
        """Return those who are missing, but may still come back."""
        for key in found:
            self._absences.pop((subentry.subentry_id, key), None)
        return {key for key in self._own(subentry).keys() - found.keys() if self._is_patient(subentry, key)}

    def _take(self, subentry: ConfigSubentry, found: Mapping[str, Person], missed: Set[str] = frozenset()) -> None:
        persons, own = self._people.persons, self._own(subentry)
        kept = {key: person for key, person in own.items() if key in found or key in missed}
        # Somebody is watched by one subentry only.
        free = [person for key, person in found.items() if key not in persons]
        most = int(subentry.data.get(CONF_MOST, DEFAULT_MOST))
        watched = [*kept.values(), *(_watched(person, subentry) for person in free)][:most]
        self._say_if_too_many(subentry, len(kept) + len(free), most)
        others = [person for key, person in persons.items() if key not in own]
        self._people.replace([*others, *watched])

    def _own(self, subentry: ConfigSubentry) -> dict[str, WatchedPerson]:
        persons = self._people.persons
        return {key: person for key, person in persons.items() if person.subentry == subentry.subentry_id}

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
            ir.async_delete_issue(hass, DOMAIN, _too_many(subentry))
            return
        ir.async_create_issue(
            hass,
            DOMAIN,
            _too_many(subentry),
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="too_many_people",
            translation_placeholders={
                "watched": subentry.title,
                "count": str(count),
                "most": str(most),
            },
        )

    def _say_who_is_gone(self, subentry: ConfigSubentry) -> None:
        """Whom the user chose stays, though the vendor may have given the photos to somebody else."""
        hass, known = self._coordinator.hass, self._coordinator.data.people
        gone = [person.name for key, person in self._own(subentry).items() if key not in known]
        if not gone:
            ir.async_delete_issue(hass, DOMAIN, _gone(subentry))
            return
        ir.async_create_issue(
            hass,
            DOMAIN,
            _gone(subentry),
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="people_gone",
            translation_placeholders={"people": ", ".join(gone), "watched": subentry.title},
        )


def _watched(person: Person, subentry: ConfigSubentry) -> WatchedPerson:
    return WatchedPerson(
        id=person.id,
        name=person.name or person.id,
        subentry=subentry.subentry_id,
        recently=recently_of(subentry),
        has_id=True,
    )


def _too_many(subentry: ConfigSubentry) -> str:
    return f"too_many_people_{subentry.subentry_id}"


def _gone(subentry: ConfigSubentry) -> str:
    return f"people_gone_{subentry.subentry_id}"
