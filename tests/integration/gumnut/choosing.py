"""How tests choose people of a library, what happens to these there, and whom Home Assistant shows."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.devices import people_devices
from custom_components.video_analytics.vendors.gumnut.account import GumnutAccount
from custom_components.video_analytics.vendors.models.photos import PersonDraft
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from ..econnect.site import Result, fill, look_for

PATIENCE = 10.0


def offered(form: Result) -> dict[str, str]:
    """Return the people that a form offers, in its order: names by id."""
    return {row["value"]: row["label"] for row in form["data_schema"].schema["people"].config["options"]}


def suggested(form: Result) -> Result:
    """Return what a form is filled in with."""
    return {
        str(marker): marker.description["suggested_value"]
        for marker in form["data_schema"].schema
        if marker.description and "suggested_value" in marker.description
    }


async def watch(hass: HomeAssistant, entry: MockConfigEntry, *people: str, **fields: Any) -> str:
    """Watch people by their ids in a new subentry, and return its id."""
    return await _add(hass, entry, await look_for(hass, entry, "by_list"), people=[*people], **fields)


async def watch_everybody(hass: HomeAssistant, entry: MockConfigEntry, most: int = 50, **fields: Any) -> str:
    """Watch everybody in a new subentry, and return its id."""
    return await _add(hass, entry, await look_for(hass, entry, "everybody"), most=most, **fields)


async def _add(hass: HomeAssistant, entry: MockConfigEntry, form: Result, **values: Any) -> str:
    before = set(entry.subentries)
    result = await fill(hass, form, **values)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (subentry,) = set(entry.subentries) - before
    return subentry


def names_shown(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, str | None]:
    """Return the names of the people's devices by the people's ids."""
    return {key: device.name for key, device in people_devices(hass, entry).items()}


def account_of(entry: MockConfigEntry) -> GumnutAccount:
    """Return the account of a set-up library."""
    account: GumnutAccount = entry.runtime_data.coordinator.account
    return account


async def name(entry: MockConfigEntry, person: str | None, called: str) -> str:
    """Name somebody, who is new without an id; return the id."""
    return (await account_of(entry).photos.save_person(person, PersonDraft(name=called))).id


async def unname(entry: MockConfigEntry, person: str) -> None:
    """Take somebody's name away, as in the vendor's app; nothing here does that."""
    await account_of(entry).client.people._api.patch(f"/api/people/{person}", {"name": None})


async def hide(entry: MockConfigEntry, person: str, hidden: bool = True) -> None:
    """Hide somebody, or show them again."""
    await account_of(entry).photos.save_person(person, PersonDraft(hidden=hidden))


async def merge(entry: MockConfigEntry, into: str, person: str) -> None:
    """Say that two are one."""
    await account_of(entry).photos.merge(into, [person], confirm=True)


async def delete(entry: MockConfigEntry, person: str) -> None:
    """Delete somebody, whose photos stay."""
    await account_of(entry).client.people.delete(person)


async def poll(hass: HomeAssistant, entry: MockConfigEntry, condition: Callable[[], Any]) -> None:
    """Poll until the feed has told of a change and Home Assistant has followed it."""
    async with asyncio.timeout(PATIENCE):
        while True:
            await entry.runtime_data.coordinator.async_refresh()
            await hass.async_block_till_done()
            if condition():
                return
            await asyncio.sleep(0.05)


async def poll_until(hass: HomeAssistant, entry: MockConfigEntry, shown: Mapping[str, str | None]) -> None:
    """Poll until these are shown under these names, and nobody else."""
    await poll(hass, entry, lambda: names_shown(hass, entry) == shown)
