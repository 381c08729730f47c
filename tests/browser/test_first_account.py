"""A new user adds an account by hand, watches live video, and looks around."""

from playwright.async_api import Page, expect

from tests.demo.dashboard import URL_PATH, make_dashboard
from tests.demo.home import Home
from tests.simulator.client import Simulator
from tests.simulator.switches import Json

from .conftest import SETTLED_MS, VIDEO_TIMES, VISIBLE_TEXT, add_account, picture


async def choose_vendor(page: Page, home: Home, described_as: str) -> None:
    """Find the integration and choose the vendor, as the README says."""
    await page.goto(f"{home.url}/config/integrations/dashboard")
    await page.get_by_role("button", name="Add integration").click()
    await page.get_by_placeholder("Search for a brand name").fill("video analytics")
    await page.get_by_text("Video Analytics (Eocortex, Faceter, eConnect, Gumnut)").click()
    await page.get_by_text(described_as).click()


async def sign_in(page: Page, simulator: Simulator, key: str) -> None:
    """Fill the form in."""
    await page.locator("input[type=password]").fill(key)
    address = page.locator("input[type=url]")
    if not await address.is_visible():
        await page.get_by_text("Advanced").click()
    await address.fill(simulator.url)
    await page.get_by_role("button", name="Submit").click()


async def test_an_account_is_added_by_hand_and_its_video_plays(page: Page, home: Home, simulator: Simulator) -> None:
    await choose_vendor(page, home, "Cloud video surveillance")
    await page.wait_for_timeout(SETTLED_MS)
    await page.screenshot(path=picture("add-account"))

    await sign_in(page, simulator, "a wrong key")
    await expect(page.get_by_text("The credentials were refused.")).to_be_visible(timeout=15_000)
    await sign_in(page, simulator, simulator.credentials["key"])
    await expect(page.get_by_placeholder("Front door")).to_be_visible(timeout=15_000)
    await page.get_by_role("button", name="Finish").click()

    await make_dashboard(home)
    await page.goto(f"{home.url}/{URL_PATH}")
    await page.wait_for_function(f"({VIDEO_TIMES})().length > 0")
    first = max(await page.evaluate(VIDEO_TIMES))
    await page.wait_for_function(f"Math.max(...({VIDEO_TIMES})()) > {first + 2}")
    assert await simulator.streams()
    await page.wait_for_timeout(SETTLED_MS)
    await page.screenshot(path=picture("dashboard"))


async def test_a_camera_has_a_page_without_gaps(page: Page, home: Home, simulator: Simulator) -> None:
    await add_account(home, simulator)
    devices = await home.command("config/device_registry/list")
    (camera,) = [device for device in devices if device["name"] == "Front door"]
    await page.goto(f"{home.url}/config/devices/device/{camera['id']}")
    await expect(page.get_by_text("Dome 2").first).to_be_visible(timeout=15_000)
    await expect(page.get_by_text("Connectivity").first).to_be_visible()
    # Of events nothing is known before the first one: somebody known comes to the door.
    now = str((await simulator.state())["now"])
    front_door = str((await simulator.cameras())[0]["id"])
    details: Json = [{"confidence": "0.9", "name": "Anna Lindqvist"}]
    await simulator.inject_event(front_door, type="Face", startTime=now, endTime=now, attributes=details)
    gaps = "text => text.includes('Detection') && !text.includes('Unknown') && !text.includes('Unavailable')"
    await page.wait_for_function(f"({gaps})(({VISIBLE_TEXT})('ha-config-device-page'))", timeout=90_000)
    await page.wait_for_timeout(SETTLED_MS)
    await page.screenshot(path=picture("camera-device"))
