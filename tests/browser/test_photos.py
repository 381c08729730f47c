"""Somebody adds a photo library, sees its newest photo, watches everybody in it, and hears of a photo that comes."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from playwright.async_api import Page, expect
import pytest

from tests.demo.dashboard import URL_PATH, make_dashboard
from tests.demo.home import TIME_ZONE, Home
from tests.simulator.client import Simulator

from .conftest import SETTLED_MS, VISIBLE_TEXT, picture
from .test_first_account import choose_vendor, sign_in
from .test_what_happens import PICTURES

ANNA = "anna_lindqvist"
NEWEST = "image.harbour_house_newest_photo"
PHOTOGRAPHED = f"event.{ANNA}_photographed"
PICTURES_OF_VIEW = 4
"""The newest photo, and the portraits of those who have a birthday."""


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """A library to which nobody adds anything by himself."""
    async with Simulator.running(vendor="gumnut", time_zone=TIME_ZONE) as simulator:
        await simulator.quirks(photo_minutes=0)
        yield simulator


async def shown(home: Home, entity_id: str, *, besides: str = "") -> dict[str, Any]:
    """Wait until there is an entity, with another state than `besides`, and return its attributes."""
    async with asyncio.timeout(30):
        while True:
            for state in await home.get("/api/states"):
                if state["entity_id"] == entity_id and state["state"] not in ("unavailable", besides):
                    return dict(state["attributes"])
            await asyncio.sleep(0.5)


async def test_a_library_is_added_and_everybody_in_it_watched(page: Page, home: Home, simulator: Simulator) -> None:
    await choose_vendor(page, home, "Photo library that knows faces")
    await sign_in(page, simulator, "apikey_wrong")
    await expect(page.get_by_text("The credentials were refused.")).to_be_visible(timeout=15_000)
    await sign_in(page, simulator, simulator.credentials["key"])
    await page.get_by_role("button", name="Finish").click()
    await page.goto(f"{home.url}/profile?more-info-entity-id={NEWEST}")
    await page.wait_for_function(f"(widths => widths.some(width => width > 300))(({PICTURES})())")

    # After one photo the next ones are looked for every 15 seconds, where it was a minute.
    await simulator.add_photo("Marek Novak")
    await page.goto(f"{home.url}/config/integrations/integration/video_analytics")
    await page.get_by_role("button", name="Watch people").first.click()
    await page.get_by_text("Everybody who has a name").click()
    await page.get_by_role("button", name="Submit").click()
    await expect(page.get_by_text("Created configuration for Everybody.")).to_be_visible()
    await page.get_by_role("button", name="Finish").click()

    await shown(home, PHOTOGRAPHED)
    await make_dashboard(home)
    await page.goto(f"{home.url}/{URL_PATH}/photos")
    loaded = f"widths => widths.length >= {PICTURES_OF_VIEW} && widths.every(width => width > 0)"
    await page.wait_for_function(f"({loaded})(({PICTURES})())")
    await expect(page.get_by_text("Unknown")).to_have_count(0, timeout=20_000)
    await page.wait_for_timeout(SETTLED_MS)
    text = (await page.evaluate(VISIBLE_TEXT, "hui-view")).casefold()
    assert "anna lindqvist" in text
    assert "unknown" not in text
    assert "unavailable" not in text

    await simulator.add_photo("Anna Lindqvist", place=1)
    event = await shown(home, PHOTOGRAPHED, besides="unknown")
    assert event["person"] == "Anna Lindqvist"
    assert event["picture"]
    await expect(page.get_by_text("Face found · Anna Lindqvist")).to_be_visible()
    await page.wait_for_timeout(SETTLED_MS)
    await page.screenshot(path=picture("photos"))
