"""Somebody chooses whom to watch, and looks at when and where that person was seen."""

import asyncio

from playwright.async_api import Page, expect

from tests.demo.home import Home
from tests.simulator.client import Simulator

from .conftest import SETTLED_MS, add_account, picture


async def recognized(home: Home) -> str:
    """Return somebody whom a camera has recognized."""
    for _ in range(120):
        for state in await home.get("/api/states"):
            if state["entity_id"].endswith("_last_face") and state["state"].count(" ") == 1:
                return str(state["state"])
        await asyncio.sleep(1)
    raise AssertionError("nobody was recognized")


async def test_a_person_is_chosen_and_shown(page: Page, home: Home, simulator: Simulator) -> None:
    await add_account(home, simulator)
    name = await recognized(home)
    await page.goto(f"{home.url}/config/integrations/integration/video_analytics")
    await page.get_by_role("button", name="Watch people").first.click()
    await expect(page.get_by_text("Each person becomes a device")).to_be_visible()
    # One is chosen, another typed: nobody has seen that one yet.
    choose = page.get_by_role("button", name="People", exact=True)
    await choose.click()
    await page.get_by_text(name, exact=True).click()
    await choose.click()
    await page.wait_for_timeout(SETTLED_MS)
    await page.keyboard.type("Vera Example")
    await page.get_by_text("Add custom item").click()
    await page.wait_for_timeout(SETTLED_MS)
    await page.screenshot(path=picture("people-form"))
    await page.get_by_role("button", name="Submit").click()
    await expect(page.get_by_text(f"Created configuration for {name}, Vera Example.")).to_be_visible()
    await page.get_by_role("button", name="Finish").click()

    # What the history tells is on the device's page, with the picture.
    await page.get_by_role("button", name=f"{name} ").click()
    for entity in ("Last seen", "Last seen at", "Seen", "Seen recently", "Last picture"):
        await expect(page.get_by_text(entity, exact=True).first).to_be_visible()
    state = await home.get(f"/api/states/sensor.{name.lower().replace(' ', '_')}_last_seen_at")
    cameras = [camera["title"] for camera in await simulator.cameras()]
    assert state["state"] in cameras
    await page.wait_for_timeout(SETTLED_MS)
    await page.screenshot(path=picture("person"))
