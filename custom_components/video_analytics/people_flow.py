"""The flow of the subentries that watch people."""

from collections.abc import Iterable
from typing import Any

from homeassistant.config_entries import ConfigEntryState, SubentryFlowResult

from .finding_flow import FindingFlow, filled, title_of
from .moments import MomentHub
from .names import normalised_name
from .people import CONF_EVERYBODY, CONF_NAME, CONF_PEOPLE, CONF_TAG
from .people_forms import names_schema


class PeopleFlow(FindingFlow):
    """Chooses people: by name, or where the vendor has a list of people, from those that it finds.

    The entry's update listener reloads it.
    """

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Watch people."""
        return await self._async_begin()

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Watch others."""
        return await self._async_begin()

    async def _async_begin(self) -> SubentryFlowResult:
        entry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        self._found = {}
        refused = self._account.switched_off
        if missing := refused.get("moments") or refused.get("people"):
            return self.async_abort(reason="not_permitted", description_placeholders={"reason": missing})
        if entry.runtime_data.moments is None:
            return self.async_abort(reason="no_people")
        if self._account.people is None:
            return await self.async_step_people()
        if self._edited and CONF_TAG in self._edited.data:
            return await self.async_step_by_tag()
        if self._edited and CONF_EVERYBODY in self._edited.data:
            return await self.async_step_everybody()
        return await (self.async_step_how() if self._account.photos is None else self.async_step_how_of_photos())

    async def async_step_how(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask how people are to be found, or whether those who were are to be changed."""
        return self.async_show_menu(step_id="how", menu_options=self._ways)

    async def async_step_how_of_photos(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask how people are to be found who are photographed, and never seen."""
        return self.async_show_menu(step_id="how_of_photos", menu_options=self._ways)

    async def async_step_chosen(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change what is said of those who are watched, or take somebody out."""
        return await self.async_step_choose()

    async def async_step_people(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for names, seen ones or others."""
        hub: MomentHub = self._get_entry().runtime_data.moments
        edited, own, others = self._edited, self._own, self._others
        automatic = title_of(person.name for person in own)
        shown: dict[str, Any] = {CONF_PEOPLE: [person.name for person in own], **filled(edited, automatic)}
        errors: dict[str, str] = {}
        name = owner = ""
        if user_input is not None:
            shown = user_input
            names = _distinct(user_input[CONF_PEOPLE])
            if taken := self._taken(names):
                errors[CONF_PEOPLE] = "watched_already"
                name, owner = taken
            elif not names:
                errors[CONF_PEOPLE] = "nobody"
            else:
                rows = [{CONF_NAME: name} for name in names.values()]
                return self._save(user_input, title_of(names.values()), {CONF_PEOPLE: rows})
        free = _distinct((*(person.name for person in own), *hub.names))
        choices = [name for key, name in free.items() if key not in others]
        return self.async_show_form(
            step_id="people",
            data_schema=self.add_suggested_values_to_schema(names_schema(choices), shown),
            errors=errors,
            description_placeholders={"name": name, "owner": owner},
        )

    @property
    def _ways(self) -> list[str]:
        ways = [way.value for way in self._people.ways]
        return ["chosen", *ways] if self._edited else ways


def _distinct(names: Iterable[str]) -> dict[str, str]:
    """Return each name once, by how names are compared; blank ones are left out."""
    distinct: dict[str, str] = {}
    for name in names:
        if key := normalised_name(name):
            distinct.setdefault(key, " ".join(name.split()))
    return distinct
