"""Somebody builds an automation with a trigger of ours in the editor, and opens the picture that it sends."""

from datetime import UTC, datetime
from http import HTTPStatus

from playwright.async_api import Page, expect

from tests.demo.home import Home
from tests.simulator.client import Simulator

from .conftest import SETTLED_MS, add_account, picture
from .test_what_happens import FETCH

MESSAGE = "Somebody is there whom nobody knows. ![The picture]({{ trigger.picture_signed }})"
SHOWN = """
() => {
    const walk = (root) => {
        for (const element of root.querySelectorAll("*")) {
            if (element.tagName === "IMG" && element.alt === "The picture" && element.naturalWidth) return element.src;
            const found = element.shadowRoot && walk(element.shadowRoot);
            if (found) return found;
        }
        return null;
    };
    return walk(document);
}
"""
"""The address of the picture in the message, once it is shown."""


async def search(page: Page, text: str) -> None:
    """Enter what is searched for in the dialog that is open."""
    await page.get_by_placeholder("Search").last.fill(text)
    await page.wait_for_timeout(SETTLED_MS)


async def test_an_automation_is_built_and_its_picture_is_opened(page: Page, home: Home, simulator: Simulator) -> None:
    await add_account(home, simulator)
    await page.goto(f"{home.url}/config/automation/edit/new")
    await page.get_by_role("button", name="Add trigger").click()
    await search(page, "unknown face")
    await page.screenshot(path=picture("automation-triggers"))
    await page.get_by_text("Camera saw an unknown face", exact=True).click()
    await page.get_by_role("button", name="Add target").click()
    await search(page, "front door")
    await page.get_by_text("Front door", exact=True).first.click()
    await page.wait_for_timeout(SETTLED_MS)
    await page.screenshot(path=picture("automation-trigger"))

    await page.get_by_role("button", name="Add action").click()
    await search(page, "create persistent notification")
    await page.get_by_text("Persistent Notification: Create persistent notification", exact=True).first.click()
    await page.wait_for_timeout(SETTLED_MS)
    await page.locator("ha-service-control ha-selector").first.click()
    await page.keyboard.insert_text(MESSAGE)
    await page.wait_for_timeout(SETTLED_MS)
    await page.get_by_role("button", name="Save").last.click()
    await page.wait_for_timeout(SETTLED_MS)
    await page.keyboard.type("A stranger is at the door")
    await page.get_by_role("button", name="Save").last.click()
    await page.wait_for_timeout(SETTLED_MS)

    camera = str((await simulator.cameras())[0]["id"])
    now = datetime.now(UTC).isoformat()
    await simulator.inject_event(camera, type="Face", startTime=now, endTime=now, attributes={"confidence": 0.9})
    await page.get_by_text("Notifications", exact=True).click()
    await expect(page.get_by_text("Somebody is there whom nobody knows.").first).to_be_visible(timeout=60_000)
    await page.wait_for_function(SHOWN)
    await page.wait_for_timeout(SETTLED_MS)
    await page.screenshot(path=picture("automation-notification"))
    shown = await page.evaluate(SHOWN)
    path = shown.removeprefix(home.url).partition("?")[0]
    assert (await page.evaluate(FETCH, path))[:2] == [HTTPStatus.OK, "image/jpeg"]
    answer = await page.goto(shown)
    assert answer is not None
    assert (answer.status, answer.headers["content-type"]) == (HTTPStatus.OK, "image/jpeg")
