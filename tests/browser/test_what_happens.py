"""Somebody looks at what happened, rings the doorbell, and reads what the actions can do."""

import asyncio
from http import HTTPStatus
from typing import Any

import aiohttp
from playwright.async_api import Page, expect

from tests.demo.dashboard import URL_PATH, make_dashboard
from tests.demo.home import Home
from tests.simulator.client import Simulator

from .conftest import SETTLED_MS, VISIBLE_TEXT, add_account, picture

CAMERA = "camera.entrance_front_door"
DETECTION = "event.entrance_front_door_detection"
CAMERAS = 6
FACES = PLATES = 2
PICTURES = """
() => {
    const widths = [];
    const walk = (root) => {
        for (const element of root.querySelectorAll("*")) {
            if (element.tagName === "IMG" && element.src.includes("/api/image_proxy/")) widths.push(element.naturalWidth);
            if (element.shadowRoot) walk(element.shadowRoot);
        }
    };
    walk(document);
    return widths;
}
"""
FETCH = """
async (path) => {
    const answer = await document.querySelector("home-assistant").hass.fetchWithAuth(path);
    return [answer.status, answer.headers.get("Content-Type"), (await answer.arrayBuffer()).byteLength];
}
"""


async def written(simulator: Simulator, reason: str) -> list[str]:
    """Return the ids of what was written into the timeline of the first camera for a reason."""
    camera = (await simulator.cameras())[0]["id"]
    headers = {"X-Integration-Key": simulator.credentials["key"]}
    url = f"{simulator.url}/v1/cameras/{camera}/events?eventTypes=Custom"
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        found = await answer.json()
    return [event["id"] for event in found["items"] if event["attributes"][0]["reason"] == reason]


async def told(home: Home, event_id: str) -> dict[str, Any]:
    """Wait until the camera's event entity has told of an event."""
    for _ in range(60):
        (states,) = await home.get(f"/api/history/period?filter_entity_id={DETECTION}")
        for state in states:
            if state["attributes"].get("id") == event_id:
                return dict(state["attributes"])
        await asyncio.sleep(1)
    raise AssertionError("the event did not come back")


async def with_picture(home: Home) -> dict[str, Any]:
    """Return the last event of any camera that has a picture."""
    for _ in range(60):
        for state in await home.get("/api/states"):
            if state["entity_id"].startswith("event.") and state["attributes"].get("picture"):
                return dict(state["attributes"])
        await asyncio.sleep(0.5)
    raise AssertionError("no event had a picture")


async def test_events_have_pictures_and_the_doorbell_is_one(page: Page, home: Home, simulator: Simulator) -> None:
    await add_account(home, simulator)
    await make_dashboard(home)
    await page.goto(f"{home.url}/{URL_PATH}/events")
    enough = f"widths => widths.length >= {CAMERAS + FACES + PLATES} && widths.every(width => width > 0)"
    await page.wait_for_function(f"({enough})(({PICTURES})())", timeout=120_000)
    await expect(page.get_by_text("Faces")).to_be_visible()
    await page.wait_for_timeout(SETTLED_MS)
    await page.screenshot(path=picture("events"))
    text = (await page.evaluate(VISIBLE_TEXT, "hui-view")).casefold()
    assert "last events" in text
    assert "unknown" not in text
    assert "unavailable" not in text

    await page.goto(f"{home.url}/{URL_PATH}/live")
    await page.locator("hui-tile-card", has_text="Ring the doorbell").click()
    async with asyncio.timeout(30):
        while not (ids := await written(simulator, "doorbell")):
            await asyncio.sleep(0.5)
    (event_id,) = ids
    event = await told(home, event_id)
    assert event["event_type"] == "custom"
    answer = await home.post(
        "/api/services/video_analytics/get_events?return_response",
        {"entity_id": CAMERA, "kinds": ["custom"], "pictures": True},
    )
    pictures = {event["id"]: event["picture"] for event in answer["service_response"][CAMERA]["events"]}
    assert (await page.evaluate(FETCH, pictures[event_id]))[:2] == [HTTPStatus.OK, "image/jpeg"]

    event = await with_picture(home)
    status, content_type, size = await page.evaluate(FETCH, event["picture"])
    assert (status, content_type) == (HTTPStatus.OK, "image/jpeg")
    async with aiohttp.ClientSession() as nobody:
        async with nobody.get(home.url + event["picture"]) as answer:
            assert answer.status == HTTPStatus.UNAUTHORIZED
        async with nobody.get(home.url + event["picture_signed"]) as answer:
            assert (answer.status, answer.content_type) == (HTTPStatus.OK, "image/jpeg")
            assert len(await answer.read()) == size > 0


async def choose_action(page: Page, home: Home, name: str, *, key: str) -> None:
    """Open the form of an action in the tools."""
    await page.goto(f"{home.url}/config/tools/action")
    await page.locator("ha-service-picker").click()
    await page.get_by_placeholder("Search").last.fill(f"video_analytics.{key}")
    await page.get_by_text(name, exact=True).first.click()


async def test_actions_are_forms_in_plain_words(page: Page, home: Home, simulator: Simulator) -> None:
    await add_account(home, simulator)
    await page.set_viewport_size({"width": 1400, "height": 1700})
    forms = {
        "Create event": (
            ("Kind", "Attributes", "Picture of an entity"),
            ("Picture from elsewhere", "Close-up", "Advanced"),
        ),
        "Export clip": (("Start", "Duration", "With sound"), ("Saving", "Waiting")),
    }
    for name, (fields, sections) in forms.items():
        key = name.lower().replace(" ", "_")
        await choose_action(page, home, name, key=key)
        for text in fields:
            await expect(page.get_by_text(text, exact=True).first).to_be_visible()
        for text in sections:
            await expect(page.get_by_role("button", name=text)).to_be_visible()
        await page.wait_for_timeout(SETTLED_MS)
        await page.screenshot(path=picture(key))
