"""The flow of the subentries that watch people."""

from collections.abc import Iterable
from typing import Any

import probatio

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntryState, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)

from .moments import MomentHub
from .names import normalised_name
from .people import CONF_NAME, CONF_PEOPLE, CONF_SEEN_RECENTLY, DEFAULT_SEEN_RECENTLY, WatchedPerson, watched_by_entry

_LONGEST = 24 * 60
"""Minutes."""
_NAMED = 3
"""So many people are named in a title."""


class PeopleFlow(ConfigSubentryFlow):
    """Chooses people by name. The entry's update listener reloads it."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Watch people."""
        return await self.async_step_people()

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Watch others."""
        return await self.async_step_people()

    async def async_step_people(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for names, seen ones or others."""
        entry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        hub: MomentHub | None = entry.runtime_data.moments
        if hub is None:
            return self.async_abort(reason="no_people")
        edited = self._get_reconfigure_subentry() if self.source == SOURCE_RECONFIGURE else None
        own = WatchedPerson.of(edited) if edited else ()
        others = {key: person for key, person in watched_by_entry(entry).items() if person not in own}
        automatic = _title(person.name for person in own)
        filled: dict[str, Any] = {CONF_PEOPLE: [person.name for person in own]}
        if edited:
            filled[CONF_SEEN_RECENTLY] = edited.data[CONF_SEEN_RECENTLY]
            filled[CONF_NAME] = "" if edited.title == automatic else edited.title
        errors: dict[str, str] = {}
        name = owner = ""
        if user_input is not None:
            filled = user_input
            names = _distinct(user_input[CONF_PEOPLE])
            taken = next((others[key] for key in names if key in others), None)
            if taken:
                errors[CONF_PEOPLE] = "watched_already"
                name, owner = taken.name, entry.subentries[taken.subentry].title
            elif not names:
                errors[CONF_PEOPLE] = "nobody"
            else:
                title = user_input.get(CONF_NAME, "").strip() or _title(names.values())
                data = {
                    CONF_PEOPLE: [{CONF_NAME: name} for name in names.values()],
                    CONF_SEEN_RECENTLY: int(user_input[CONF_SEEN_RECENTLY]),
                }
                if edited is None:
                    return self.async_create_entry(title=title, data=data)
                return self.async_update_and_abort(
                    entry, edited, title=title, data=data, reason="reconfigure_successful"
                )
        free = _distinct((*(person.name for person in own), *hub.names))
        choices = [name for key, name in free.items() if key not in others]
        return self.async_show_form(
            step_id="people",
            data_schema=self.add_suggested_values_to_schema(_schema(choices), filled),
            errors=errors,
            description_placeholders={"name": name, "owner": owner},
        )


def _schema(choices: list[str]) -> probatio.Schema:
    minutes = NumberSelectorConfig(min=1, max=_LONGEST, step=1, unit_of_measurement="min", mode=NumberSelectorMode.BOX)
    return probatio.Schema(
        {
            probatio.Required(CONF_PEOPLE): SelectSelector(
                SelectSelectorConfig(
                    options=choices, multiple=True, custom_value=True, mode=SelectSelectorMode.DROPDOWN
                )
            ),
            probatio.Optional(CONF_NAME): TextSelector(),
            probatio.Required(CONF_SEEN_RECENTLY, default=DEFAULT_SEEN_RECENTLY): NumberSelector(minutes),
        }
    )


def _distinct(names: Iterable[str]) -> dict[str, str]:
    """Return each name once, by how names are compared; blank ones are left out."""
    distinct: dict[str, str] = {}
    for name in names:
        if key := normalised_name(name):
            distinct.setdefault(key, " ".join(name.split()))
    return distinct


def _title(names: Iterable[str]) -> str:
    """Name the people, of many the first ones."""
    named = list(names)
    rest = f" + {len(named) - _NAMED}" if len(named) > _NAMED else ""
    return ", ".join(named[:_NAMED]) + rest
