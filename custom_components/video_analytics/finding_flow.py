"""The ways by which the flow of people finds them where the vendor knows who they are."""

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigSubentry, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN
from .devices import people_devices
from .exceptions import reason_of, translation_key
from .people import (
    CONF_EVERYBODY,
    CONF_ID,
    CONF_MOST,
    CONF_NAME,
    CONF_PEOPLE,
    CONF_SEEN_RECENTLY,
    CONF_TAG,
    SUBENTRY_PEOPLE,
    WatchedPerson,
    everybody,
    watched_by_entry,
)
from .people_forms import (
    FIELD_NAME,
    FIELD_SCHEMA,
    FIELD_VALUE,
    FOLLOW,
    ID_SCHEMA,
    choice_schema,
    follow_schema,
    tag_schema,
)
from .vendors.contract import Account, People
from .vendors.errors import NotFound, NotPermitted, Rejected, VendorError
from .vendors.models.databases import PeopleQuery, Tag
from .vendors.models.state import Person

_NAMED = 3
"""So many people are named in a title."""
_SHOWN = 50
"""So many are named before they are added."""
_TITLE_OF_EVERYBODY = f"component.{DOMAIN}.config_subentries.{SUBENTRY_PEOPLE}.step.everybody.title"


class FindingFlow(ConfigSubentryFlow):
    """Finds people, and asks who of them, or how many, are to be watched."""

    _found: Mapping[str, Person]
    _tags: Mapping[str, Tag]
    """Those that can be chosen."""
    _tag: Tag

    async def async_step_by_tag(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for a tag, and whether all of its people are wanted."""
        if user_input is None:
            try:
                self._tags = {tag.id: tag for tag in await self._people.tags() if not tag.disabled}
            except VendorError as error:
                return self._give_up(error)
        tags = self._tags
        errors: dict[str, str] = {}
        reason = ""
        edited = self._edited
        shown: dict[str, Any] = {}
        if edited and edited.data.get(CONF_TAG, {}).get(CONF_ID) in tags:
            shown = {CONF_TAG: edited.data[CONF_TAG][CONF_ID], FOLLOW: True}
        if user_input is not None:
            shown = user_input
            self._tag = tags[user_input[CONF_TAG]]
            reason = await self._look_for(PeopleQuery(tag=self._tag.id), errors)
            if not errors:
                if user_input[FOLLOW] and self._is_followed(self._tag):
                    errors[CONF_TAG] = "followed_already"
                elif user_input[FOLLOW]:
                    return await self.async_step_follow()
                elif self._found:
                    return await self.async_step_choose()
                else:
                    errors[CONF_TAG] = "nobody_found"
        return self.async_show_form(
            step_id="by_tag",
            data_schema=self.add_suggested_values_to_schema(tag_schema(tags.values()), shown),
            errors=errors,
            description_placeholders={"reason": reason},
        )

    async def async_step_by_field(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for a custom field, and what is in it."""
        errors: dict[str, str] = {}
        reason = ""
        if user_input is not None:
            value = user_input.get(FIELD_VALUE, "").strip() or None
            query = PeopleQuery(field_name=user_input[FIELD_NAME].strip(), field_value=value)
            reason = await self._look_for(query, errors)
            if self._found:
                return await self.async_step_choose()
            if not errors:
                errors["base"] = "nobody_found"
        return self.async_show_form(
            step_id="by_field",
            data_schema=self.add_suggested_values_to_schema(FIELD_SCHEMA, user_input),
            errors=errors,
            description_placeholders={"reason": reason},
        )

    async def async_step_by_id(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for the vendor's id of somebody."""
        errors: dict[str, str] = {}
        reason = ""
        if user_input is not None:
            reason = await self._look_for(PeopleQuery(id=user_input[CONF_ID].strip()), errors)
            if self._found:
                return await self.async_step_choose()
            if not errors:
                errors[CONF_ID] = "nobody_found"
        return self.async_show_form(
            step_id="by_id",
            data_schema=self.add_suggested_values_to_schema(ID_SCHEMA, user_input),
            errors=errors,
            description_placeholders={"reason": reason},
        )

    async def async_step_by_list(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Find everybody who has a name and is not watched elsewhere."""
        try:
            named = await self._people.choices(PeopleQuery())
        except VendorError as error:
            return self._give_up(error)
        if not named:
            return self.async_abort(reason="faces_off" if "faces" in self._account.switched_off else "nobody_named")
        others = self._others
        self._found = {person.id: person for person in named if person.id not in others}
        return await self.async_step_choose() if self._found else self.async_abort(reason="all_watched")

    async def async_step_choose(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Show who was found, and ask who of them is wanted, beside those who are watched by now."""
        own = {person.id: person.name for person in self._own}
        names = {**own, **{key: person.name or key for key, person in self._found.items()}}
        chosen = [*own, *(self._found if len(self._found) == 1 and not own.keys() & self._found else ())]
        shown: dict[str, Any] = {CONF_PEOPLE: chosen, **filled(self._edited, title_of(own.values()))}
        errors: dict[str, str] = {}
        name = owner = ""
        if user_input is not None:
            shown = user_input
            chosen = user_input[CONF_PEOPLE]
            if taken := self._taken(chosen):
                errors[CONF_PEOPLE] = "watched_already"
                name, owner = taken
            elif not chosen:
                errors[CONF_PEOPLE] = "nobody_chosen"
            else:
                rows = [{CONF_ID: key, CONF_NAME: names[key]} for key in chosen]
                return self._save(user_input, title_of(row[CONF_NAME] for row in rows), {CONF_PEOPLE: rows})
        return self.async_show_form(
            step_id="choose",
            data_schema=self.add_suggested_values_to_schema(choice_schema(names, seen=self._seen), shown),
            errors=errors,
            description_placeholders={"name": name, "owner": owner},
        )

    async def async_step_follow(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Show who carries the tag, and ask how many of them may be watched."""
        edited, others = self._edited, self._others
        names = [person.name or key for key, person in self._found.items() if key not in others]
        before = edited.data.get(CONF_TAG, {}).get(CONF_NAME) if edited else None
        shown: dict[str, Any] = filled(edited, before or title_of(person.name for person in self._own))
        errors: dict[str, str] = {}
        if user_input is not None:
            shown = user_input
            most = int(user_input[CONF_MOST])
            if len(names) > most:
                errors[CONF_MOST] = "too_many"
            else:
                tag = {CONF_ID: self._tag.id, CONF_NAME: self._tag.name}
                self._remove_devices_of_others()
                return self._save(user_input, self._tag.name, {CONF_TAG: tag, CONF_MOST: most})
        return self.async_show_form(
            step_id="follow",
            data_schema=self.add_suggested_values_to_schema(follow_schema(seen=self._seen), shown),
            errors=errors,
            description_placeholders={
                "tag": self._tag.name,
                "count": str(len(names)),
                "people": _enumeration(names),
            },
        )

    async def async_step_everybody(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Show who has a name, and ask how many of them may be watched."""
        entry, edited, others = self._get_entry(), self._edited, self._others
        subentries = entry.get_subentries_of_type(SUBENTRY_PEOPLE)
        if owner := next((row.title for row in subentries if CONF_EVERYBODY in row.data and row is not edited), None):
            return self.async_abort(reason="everybody_watched", description_placeholders={"owner": owner})
        texts = await async_get_translations(self.hass, self.hass.config.language, "config_subentries", {DOMAIN})
        title = texts[_TITLE_OF_EVERYBODY]
        found = everybody(entry.runtime_data.coordinator.data)
        names = sorted((person.name or key for key, person in found.items() if key not in others), key=str.casefold)
        before = title if edited and CONF_EVERYBODY in edited.data else title_of(person.name for person in self._own)
        shown: dict[str, Any] = filled(edited, before)
        errors: dict[str, str] = {}
        if user_input is not None:
            shown = user_input
            most = int(user_input[CONF_MOST])
            if len(names) <= most:
                return self._save(user_input, title, {CONF_EVERYBODY: True, CONF_MOST: most})
            errors[CONF_MOST] = "too_many_named"
        return self.async_show_form(
            step_id="everybody",
            data_schema=self.add_suggested_values_to_schema(follow_schema(seen=self._seen), shown),
            errors=errors,
            description_placeholders={"count": str(len(names)), "people": _enumeration(names)},
        )

    @property
    def _account(self) -> Account:
        account: Account = self._get_entry().runtime_data.coordinator.account
        return account

    @property
    def _people(self) -> People:
        if (people := self._account.people) is None:
            raise NotPermitted("People may not be asked for", self._account.switched_off.get("people"))
        return people

    @property
    def _seen(self) -> bool:
        """Return whether people are seen; whoever is in a photo library was photographed, maybe years ago."""
        return self._account.photos is None

    @property
    def _edited(self) -> ConfigSubentry | None:
        return self._get_reconfigure_subentry() if self.source == SOURCE_RECONFIGURE else None

    @property
    def _own(self) -> list[WatchedPerson]:
        """Return those whom the edited subentry watches."""
        edited = self._edited.subentry_id if self._edited else None
        watched = watched_by_entry(self.hass, self._get_entry())
        return [person for person in watched.values() if person.subentry == edited]

    @property
    def _others(self) -> dict[str, WatchedPerson]:
        """Return those whom other subentries watch."""
        edited = self._edited.subentry_id if self._edited else None
        watched = watched_by_entry(self.hass, self._get_entry())
        return {key: person for key, person in watched.items() if person.subentry != edited}

    def _taken(self, people: Iterable[str]) -> tuple[str, str] | None:
        """Return the first of these people whom another subentry watches, and its title."""
        others = self._others
        taken = next((others[key] for key in people if key in others), None)
        return (taken.name, self._get_entry().subentries[taken.subentry].title) if taken else None

    def _is_followed(self, tag: Tag) -> bool:
        """Tell whether another subentry follows a tag."""
        return any(
            subentry.data.get(CONF_TAG, {}).get(CONF_ID) == tag.id
            for subentry in self._get_entry().get_subentries_of_type(SUBENTRY_PEOPLE)
            if subentry is not self._edited
        )

    async def _look_for(self, query: PeopleQuery, errors: dict[str, str]) -> str:
        """Find people, or put into `errors` why they cannot be looked for; return the vendor's reason for that."""
        self._found, reason = {}, ""
        try:
            self._found = {person.id: person for person in await self._people.choices(query)}
        except NotFound, Rejected:
            pass  # what is answered where there is nothing is not documented everywhere
        except VendorError as error:
            errors["base"] = translation_key(type(error))
            reason = reason_of(error)
        return reason

    @callback
    def _give_up(self, error: VendorError) -> SubentryFlowResult:
        if isinstance(error, NotPermitted):
            return self.async_abort(reason="not_permitted", description_placeholders={"reason": reason_of(error)})
        return self.async_abort(reason="unreachable")

    @callback
    def _remove_devices_of_others(self) -> None:
        """Let go of whom the subentry watched and the tag does not have: nobody waits for them to come back."""
        if self._edited is None:
            return
        registry = dr.async_get(self.hass)
        for key, device in people_devices(self.hass, self._get_entry()).items():
            if device.config_subentry_id == self._edited.subentry_id and key not in self._found:
                registry.async_remove_device(device.id)

    def _save(self, user_input: Mapping[str, Any], automatic: str, watched: Mapping[str, Any]) -> SubentryFlowResult:
        title = user_input.get(CONF_NAME, "").strip() or automatic
        data = {**watched}
        if self._seen:
            data[CONF_SEEN_RECENTLY] = int(user_input[CONF_SEEN_RECENTLY])
        if (edited := self._edited) is None:
            return self.async_create_entry(title=title, data=data)
        return self.async_update_and_abort(
            self._get_entry(), edited, title=title, data=data, reason="reconfigure_successful"
        )


def filled(edited: ConfigSubentry | None, automatic: str) -> dict[str, Any]:
    """Return what a form is filled in with; a title that was made of the names is made again."""
    if edited is None:
        return {}
    kept = {key: edited.data[key] for key in (CONF_SEEN_RECENTLY, CONF_MOST) if key in edited.data}
    return {**kept, CONF_NAME: "" if edited.title == automatic else edited.title}


def title_of(names: Iterable[str]) -> str:
    """Name the people, of many the first ones."""
    named = list(names)
    rest = f" + {len(named) - _NAMED}" if len(named) > _NAMED else ""
    return ", ".join(named[:_NAMED]) + rest


def _enumeration(names: list[str]) -> str:
    """Name the people in a text, of very many the first ones."""
    rest = f" + {len(names) - _SHOWN}" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + rest or "–"
