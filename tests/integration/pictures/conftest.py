"""Stores that no account fills."""

from collections.abc import AsyncIterator

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.video_analytics.account import Options
from custom_components.video_analytics.const import DOMAIN
from custom_components.video_analytics.pictures import PictureStore
from homeassistant.core import HomeAssistant

from .keeping import Open


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """An entry for stores that no account fills."""
    entry = MockConfigEntry(domain=DOMAIN, title="Harbour House")
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def opened(hass: HomeAssistant) -> AsyncIterator[Open]:
    """Return a function that opens a store as a start of Home Assistant does."""
    stores: list[PictureStore] = []

    async def opened(entry: MockConfigEntry, days: int = 7, megabytes: int = 200) -> PictureStore:
        store = PictureStore(hass, entry, Options(picture_days=days, picture_megabytes=megabytes))
        stores.append(store)
        await store.async_load()
        return store

    yield opened
    for store in stores:
        await store.async_close()
