"""A simulator, a Home Assistant without an account, and Chromium."""

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
import shutil
import time

from playwright.async_api import Page, async_playwright
import pytest

from tests.demo.accounts import sign_in
from tests.demo.home import PASSWORD, TIME_ZONE, USER, Home, free_port
from tests.simulator.client import Simulator
from tests.simulator.world import World, recordings

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
BEFORE, AFTER = 300, 900
"""Seconds around the start of a test of which there is a recording: one hour in five has a gap."""
VIDEO_TIMES = """
() => {
    const times = [];
    const walk = (root) => {
        for (const element of root.querySelectorAll("*")) {
            if (element.tagName === "VIDEO" && element.videoWidth > 0) times.push(element.currentTime);
            if (element.shadowRoot) walk(element.shadowRoot);
        }
    };
    walk(document);
    return times;
}
"""
VISIBLE_TEXT = """
(name) => {
    const texts = [];
    const walk = (node) => {
        for (const child of node.childNodes) {
            if (child.nodeType === Node.TEXT_NODE) texts.push(child.textContent.trim());
            if (child.nodeType !== Node.ELEMENT_NODE || ["STYLE", "SCRIPT"].includes(child.tagName)) continue;
            if (child.tagName !== "SLOT" && !child.checkVisibility() && getComputedStyle(child).display === "none") continue;
            if (child.shadowRoot) walk(child.shadowRoot);
            walk(child);
        }
    };
    const find = (root) => {
        for (const element of root.querySelectorAll("*")) {
            if (element.localName === name) return element;
            const found = element.shadowRoot && find(element.shadowRoot);
            if (found) return found;
        }
        return null;
    };
    const page = find(document);
    if (page.shadowRoot) walk(page.shadowRoot);
    walk(page);
    return texts.filter(Boolean).join("\\n");
}
"""
"""What an element of a name shows, in which others are shadowed."""
SETTLED_MS = 1500
RESULTS = Path(__file__).resolve().parents[2] / "test-results"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests of this folder, and skip them where there is no browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(300))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed: sudo apt-get install chromium"))


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Let the tests speak to the servers they start."""


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """A simulator with a few cameras, the first of which has recorded and will record without a gap."""
    now = time.time()
    period = now - BEFORE, now + AFTER

    def recorded(seed: int) -> float:
        return sum(end - start for start, end in recordings(World(seed).place(0), *period))

    seed = next(seed for seed in count(1) if recorded(seed) > BEFORE + AFTER - 1)
    async with Simulator.running(seed=seed, time_zone=TIME_ZONE) as simulator:
        yield simulator


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    """A new Home Assistant."""
    async with Home.run(tmp_path / "home", port=free_port(0)) as home:
        yield home


@pytest.fixture
async def page(home: Home, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A page of a signed-in user; its last sight is kept under test-results."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 1400, "height": 950}, timezone_id=TIME_ZONE)
        page.set_default_timeout(30_000)
        await page.goto(home.url)
        await page.get_by_label("Username").fill(USER)
        await page.get_by_label("Password").first.fill(PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_selector("home-assistant-main", state="attached")
        yield page
        await page.screenshot(path=picture(request.node.name))
        await browser.close()


async def add_account(home: Home, simulator: Simulator) -> None:
    """Add the simulator's account without a page."""
    await home.add_account(simulator.vendor, sign_in(simulator.vendor, simulator.url, simulator.credentials))


def picture(name: str) -> Path:
    """Return where a picture of a page goes; those of the README come from here."""
    RESULTS.mkdir(exist_ok=True)
    return RESULTS / f"{name}.png"
