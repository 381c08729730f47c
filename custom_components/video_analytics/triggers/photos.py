"""The trigger for people who are watched in a photo library."""

from typing import ClassVar, override

from homeassistant.core import CALLBACK_TYPE, callback

from ..devices import person_identifier
from ..moments import News, Told
from ..people import WatchedPerson
from ..runtime import AccountConfigEntry
from ..scope import Aim
from .base import AccountTrigger, Attached, OptionsSchema, moment_fields, nothing_to_undo
from .options import CONF_INCLUDE_LATE, INCLUDE_LATE


class PersonPhotographedTrigger(AccountTrigger):
    """Fires whenever somebody who is watched is found in a photo that was added; the target is who."""

    aim = Aim.PEOPLE_OF_PHOTOS
    options_schema: ClassVar[OptionsSchema] = INCLUDE_LATE

    @override
    def listen(self, entry: AccountConfigEntry, attached: Attached) -> CALLBACK_TYPE:
        if (people := entry.runtime_data.people) is None:
            return nothing_to_undo

        @callback
        def found(person: WatchedPerson, told: Told) -> None:
            if person_identifier(entry, person.id) not in attached.scope:
                return
            if told.news is News.LATE and not self.options[CONF_INCLUDE_LATE]:
                attached.skip(CONF_INCLUDE_LATE, {"event_id": told.moment.id})
                return
            # No names: this goes into the logbook.
            fields = {**moment_fields(self._hass, entry, told), "person": person.name}
            attached.fire(fields, f"a watched person was found in a photo of {entry.title}")

        return people.follow_photos(found)
