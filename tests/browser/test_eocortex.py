"""Somebody adds an Eocortex system, watches its video, over RTSP and over HLS, and looks at what happens."""

import asyncio
from collections.abc import AsyncIterator

from playwright.async_api import Page, expect
import pytest

from tests.demo.dashboard import URL_PATH, make_dashboard
from tests.demo.home import TIME_ZONE, Home
from tests.simulator.client import Simulator

from .conftest import SETTLED_MS, VIDEO_TIMES, VISIBLE_TEXT, add_account, picture
from .test_first_account import choose_vendor
from .test_what_happens import PICTURES

CAMERA = "camera.entrance_front_door"


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """A system with two servers, in place of the account in the cloud."""
    async with Simulator.running(vendor="eocortex", servers=2, time_zone=TIME_ZONE) as simulator:
        yield simulator


async def enter(page: Page, simulator: Simulator, password: str) -> None:
    """Fill the form in."""
    await page.locator("input[type=url]").fill(simulator.url)
    await page.locator("ha-selector-text input[type=text]").fill(simulator.credentials["login"])
    await page.locator("input[type=password]").fill(password)
    await page.get_by_role("button", name="Submit").click()


async def watch(page: Page, home: Home) -> None:
    """Open a camera, and watch until its video has advanced."""
    await page.goto(f"{home.url}/profile?more-info-entity-id={CAMERA}")
    await page.wait_for_function(f"({VIDEO_TIMES})().length > 0")
    first = max(await page.evaluate(VIDEO_TIMES))
    await page.wait_for_function(f"Math.max(...({VIDEO_TIMES})()) > {first + 2}")


async def asked_for_hls(simulator: Simulator) -> bool:
    """Tell whether a session of HLS was opened."""
    return any(request["path"] == "/hls" for request in await simulator.requests())


async def test_a_system_is_added_by_hand_and_plays_over_rtsp(page: Page, home: Home, simulator: Simulator) -> None:
    if missing := simulator.announced["rtsp_missing"]:
        pytest.skip(str(missing))
    await choose_vendor(page, home, "Video management on the premises")
    await page.wait_for_timeout(SETTLED_MS)
    await page.screenshot(path=picture("add-eocortex"))
    await enter(page, simulator, "a wrong password")
    await expect(page.get_by_text("or the licence of the server is not activated")).to_be_visible(timeout=15_000)
    await enter(page, simulator, simulator.credentials["password"])
    await expect(page.get_by_placeholder("Front door")).to_be_visible(timeout=15_000)
    await page.get_by_role("button", name="Finish").click()

    await watch(page, home)
    assert (await simulator.state())["rtsp_streams"]
    assert not await asked_for_hls(simulator)


async def test_where_rtsp_is_off_video_plays_over_hls(page: Page, home: Home, simulator: Simulator) -> None:
    await simulator.setup(rtsp=False)
    await add_account(home, simulator)
    await watch(page, home)
    assert await asked_for_hls(simulator)
    assert not (await simulator.state())["rtsp_streams"]


async def test_faces_and_plates_arrive_and_counters_rise(page: Page, home: Home, simulator: Simulator) -> None:
    await simulator.begin_at_noon()
    await add_account(home, simulator)
    await make_dashboard(home)
    await page.goto(f"{home.url}/{URL_PATH}/events")
    enough = "widths => widths.length >= 4 && widths.every(width => width > 0)"
    await page.wait_for_function(f"({enough})(({PICTURES})())", timeout=180_000)
    for heading in ("Faces", "Number plates"):
        await expect(page.get_by_text(heading, exact=True)).to_be_visible()
    await page.wait_for_timeout(SETTLED_MS)
    await page.screenshot(path=picture("eocortex-events"))
    text = (await page.evaluate(VISIBLE_TEXT, "hui-view")).casefold()
    assert "unknown" not in text
    assert "unavailable" not in text

    states = {state["entity_id"]: state for state in await home.get("/api/states")}
    lines = {key for key, state in states.items() if state["attributes"].get("state_class") == "total_increasing"}
    assert lines
    await simulator.advance(3600)

    async def risen() -> bool:
        present = {state["entity_id"]: state["state"] for state in await home.get("/api/states")}
        return any(int(present[line]) > int(states[line]["state"]) for line in lines)

    async with asyncio.timeout(60):
        while not await risen():
            await asyncio.sleep(0.5)
    await page.goto(f"{home.url}/{URL_PATH}/counting")
    await expect(page.locator("hui-history-graph-card canvas").first).to_be_visible()
    await expect(page.get_by_text("Unique visitors today").first).to_be_visible()
    await page.wait_for_timeout(2 * SETTLED_MS)
    await page.screenshot(path=picture("counting"))
    text = (await page.evaluate(VISIBLE_TEXT, "hui-view")).casefold()
    assert "unknown" not in text
    assert "unavailable" not in text
