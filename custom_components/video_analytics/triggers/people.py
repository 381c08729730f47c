"""The trigger for watched people."""

from typing import ClassVar, override

import probatio

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.util import dt as dt_util

from ..devices import person_identifier
from ..moments import News
from ..people import Sighting
from ..runtime import AccountConfigEntry
from ..scope import TARGET, Aim, Scope
from .base import AccountTrigger, Attached, OptionsSchema, device_fields, moment_fields, nothing_to_undo, whereabouts
from .options import CONF_INCLUDE_LATE, CONF_PLACES, CONF_WHERE, INCLUDE_LATE, list_of, named, text


class PersonSeenTrigger(AccountTrigger):
    """Fires whenever somebody who is watched is seen; the target is who."""

    aim = Aim.PEOPLE
    options_schema: ClassVar[OptionsSchema] = {
        probatio.Optional(CONF_WHERE): TARGET,
        probatio.Optional(CONF_PLACES): list_of(text),
        **INCLUDE_LATE,
    }

    @override
    def listen(self, entry: AccountConfigEntry, attached: Attached) -> CALLBACK_TYPE:
        if (people := entry.runtime_data.people) is None:
            return nothing_to_undo
        where = Scope(self._hass, self.options.get(CONF_WHERE))
        where.open()

        @callback
        def seen(sighting: Sighting) -> None:
            if person_identifier(entry, sighting.person.id) in attached.scope:
                self._seen(entry, where, sighting, attached)

        unfollow = people.follow(seen)

        @callback
        def leave() -> None:
            unfollow()
            where.close()

        return leave

    def _seen(self, entry: AccountConfigEntry, where: Scope, sighting: Sighting, attached: Attached) -> None:
        moment = sighting.told.moment
        if reason := self._obstacle(entry, where, sighting):
            attached.skip(reason, {"event_id": moment.id, **device_fields(self._hass, entry, moment.camera)})
            return
        fields = moment_fields(self._hass, entry, sighting.told)
        payload = {
            **fields,
            "person": sighting.person.name,
            "seen_at": sighting.place,
            "previously_seen": dt_util.as_local(sighting.previous).isoformat() if sighting.previous else None,
        }
        # No names: this goes into the logbook.
        attached.fire(payload, f"a watched person was seen at {sighting.place or entry.title}")

    def _obstacle(self, entry: AccountConfigEntry, where: Scope, sighting: Sighting) -> str | None:
        """Return the option that a sighting does not pass."""
        if sighting.told.news is News.LATE and not self.options[CONF_INCLUDE_LATE]:
            return CONF_INCLUDE_LATE
        if whereabouts(entry, sighting.told.moment) not in where:
            return CONF_WHERE
        places = self.options.get(CONF_PLACES)
        return CONF_PLACES if places and not named(sighting.place, places) else None
