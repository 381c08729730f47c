"""Somebody builds an automation with a trigger of ours, and gets a notification with the picture."""

import asyncio
from typing import Any

from playwright.async_api import Page, expect

from tests.demo.home import Home
from tests.simulator.client import Simulator

from .conftest import SETTLED_MS, add_account, picture

NOTIFY = {
    "action": "persistent_notification.create",
    "data": {"title": "{{ trigger.camera }}", "message": "![What it saw]({{ trigger.picture_signed }})"},
}

WITH_PICTURE = {"condition": "template", "value_template": "{{ trigger.picture is not none }}"}
"""While the history is still being read, pictures may come too late."""


async def noticed(home: Home, simulator: Simulator, automation: str) -> None:
    """Let something happen until the automation has run: the account may not listen yet."""
    camera, *_ = await simulator.cameras()
    for _ in range(60):
        await simulator.inject_event(str(camera["id"]), type="Custom")
        await asyncio.sleep(2)
        if (await home.get(f"/api/states/{automation}"))["attributes"]["last_triggered"]:
            return
    raise AssertionError("the automation did not run")


async def test_an_automation_is_built_and_notifies(page: Page, home: Home, simulator: Simulator) -> None:
    await add_account(home, simulator)
    await page.goto(f"{home.url}/config/automation/edit/new")
    await page.get_by_role("button", name="Add trigger").click()
    await page.wait_for_timeout(SETTLED_MS)
    await page.keyboard.type("Camera detected")
    await page.get_by_text("Camera detected something").first.click()
    await page.get_by_text("Add target").first.click()
    await page.wait_for_timeout(SETTLED_MS)
    await page.keyboard.type("Front door")
    await page.get_by_text("Front door", exact=True).first.click()
    await page.wait_for_timeout(SETTLED_MS)
    await page.locator("ha-selector-select").first.click()
    await page.get_by_text("Custom", exact=True).first.click()
    await page.keyboard.press("Escape")
    await page.wait_for_timeout(SETTLED_MS)
    await page.screenshot(path=picture("automation"))
    await page.get_by_role("button", name="Save").first.click()
    dialog = page.locator("ha-dialog-automation-save")
    await dialog.get_by_role("textbox").first.fill("Somebody is at the door")
    await dialog.get_by_role("button", name="Save").click()
    await page.wait_for_url(lambda url: "/edit/new" not in url)

    path = f"/api/config/automation/config/{page.url.partition('/edit/')[2].partition('?')[0]}"
    config: dict[str, Any] = await home.get(path)
    (trigger,) = config["triggers"]
    assert trigger == {
        "trigger": "video_analytics.detected",
        "target": {"entity_id": "camera.entrance_front_door"},
        "options": {"kinds": ["custom"], "include_late": False},
    }
    await home.post(path, {**config, "conditions": [WITH_PICTURE], "actions": [NOTIFY]})
    await noticed(home, simulator, "automation.somebody_is_at_the_door")

    await page.get_by_text("Notifications", exact=True).first.click()
    await expect(page.get_by_text("Front door", exact=True).last).to_be_visible()
    image = page.get_by_role("img", name="What it saw").first
    await expect(image).to_be_visible()
    await page.wait_for_timeout(SETTLED_MS)
    assert await image.evaluate("(image) => image.naturalWidth") > 0
    await page.screenshot(path=picture("automation-notification"))
