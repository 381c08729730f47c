"""The condition that a watched person was seen."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Unpack, override

import probatio

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.condition import ConditionCheckParams, ConditionConfig
from homeassistant.util import dt as dt_util

from ..devices import person_identifier
from ..people import Sighting
from ..runtime import AccountConfigEntry, async_accounts
from ..scope import TARGET, Aim, Scope
from ..triggers.base import nothing_to_undo, whereabouts
from ..triggers.options import CONF_PLACES, CONF_WHERE, list_of, named, text
from .base import ScopeCondition

CONF_WITHIN = "within"

type _Where = tuple[tuple[str, str], tuple[str, str], str | None]
"""The identifiers of a person and of where that was, and its name."""


class PersonWasSeenCondition(ScopeCondition):
    """Tests whether somebody who is watched was seen within a time; the target is who.

    What happened last is known from before a restart; where else somebody was before, only since then.
    """

    aim = Aim.PEOPLE
    options_schema: ClassVar[dict[probatio.Marker, Any]] = {
        probatio.Required(CONF_WITHIN): probatio.All(
            cv.positive_time_period, probatio.Range(min=timedelta(seconds=1), msg="the time is too short")
        ),
        probatio.Optional(CONF_WHERE): TARGET,
        probatio.Optional(CONF_PLACES): list_of(text),
    }

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Remember nothing yet."""
        super().__init__(hass, config)
        self._where = Scope(hass, self.options.get(CONF_WHERE))
        self._seen: dict[_Where, datetime] = {}
        self._unfollow: CALLBACK_TYPE = nothing_to_undo

    @override
    async def _async_setup(self) -> None:
        await super()._async_setup()
        self._where.open()
        self._unfollow = async_accounts(self._hass).follow(self._came)

    @override
    def _async_unload(self) -> None:
        self._unfollow()
        self._unfollow = nothing_to_undo
        self._where.close()
        super()._async_unload()

    @callback
    def _came(self, entry: AccountConfigEntry) -> CALLBACK_TYPE:
        people = entry.runtime_data.people
        return people.follow(lambda sighting: self._note(entry, sighting)) if people else nothing_to_undo

    def _note(self, entry: AccountConfigEntry, sighting: Sighting) -> None:
        where = person_identifier(entry, sighting.person.id), whereabouts(entry, sighting.told.moment), sighting.place
        self._seen[where] = max(sighting.at, self._seen.get(where, sighting.at))

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        for entry in async_accounts(self._hass).present:
            if people := entry.runtime_data.people:
                for last in filter(None, map(people.last, people.persons)):
                    self._note(entry, last)
        oldest = dt_util.utcnow() - self.options[CONF_WITHIN]
        self._seen = {where: at for where, at in self._seen.items() if at >= oldest}
        return any(self._concerns(*where) for where in self._seen)

    def _concerns(self, person: tuple[str, str], device: tuple[str, str], place: str | None) -> bool:
        places = self.options.get(CONF_PLACES)
        return person in self.scope and device in self._where and (not places or named(place, places))
