"""Starts the simulator and a real Home Assistant that uses it, until Ctrl-C.

scripts/demo [--host HOST] [--port PORT] [--reset]
"""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from pathlib import Path
import shutil
import signal
import sys
from typing import Any

from .dashboard import URL_PATH, make_dashboard
from .home import PASSWORD, ROOT, TIME_ZONE, USER, Home, HomeFailed, free_port

FOLDER = ROOT / ".demo"
PORT = 8123
SIMULATOR_PORT = 18080
VENDORS = ("faceter",)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description="Video Analytics in a real Home Assistant.")
    parser.add_argument("--host", default="127.0.0.1", help="address that Home Assistant listens at (127.0.0.1)")
    parser.add_argument("--port", type=int, default=PORT, help=f"Home Assistant's port ({PORT}, or any free one)")
    parser.add_argument("--reset", action="store_true", help="forget what earlier runs left")
    return parser.parse_args()


@asynccontextmanager
async def simulator(vendor: str, port: int) -> AsyncIterator[dict[str, Any]]:
    """Run the simulator of a vendor; yields what it says about itself."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.simulator", "--vendor", vendor, "--port", str(port), "--time-zone", TIME_ZONE,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = await process.stdout.readline()
        if not line:
            raise HomeFailed(f"the simulator did not start; is port {port} in use?")
        yield json.loads(line)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.wait()


def remembered_port(vendor: str) -> int:
    """Return the port of earlier runs: the account's address holds it."""
    file = FOLDER / f"{vendor}.port"
    if file.exists():
        return int(file.read_text())
    port = free_port(SIMULATOR_PORT)
    file.write_text(str(port))
    return port


async def demo(host: str, port: int) -> None:
    """Run until cancelled."""
    vendor = VENDORS[0]
    say("Starting the simulator and Home Assistant …")
    port = free_port(port, host)
    async with simulator(vendor, remembered_port(vendor)) as simulated, Home.run(FOLDER, host=host, port=port) as home:
        entries = await home.get("/api/config/config_entries/entry?domain=video_analytics")
        if not entries:
            sign_in = {**simulated["credentials"], "advanced": {"url": simulated["url"], "verify_tls": True}}
            await home.add_account(vendor, sign_in)
        await make_dashboard(home)
        say(f"\n  Home Assistant: {home.url}/{URL_PATH}\n  User: {USER}   Password: {PASSWORD}\n")
        say(f"  Control of the simulated account: {simulated['control']} (see the README, Development)\n")
        say("Ctrl-C stops it; what you change is kept for the next run.")
        await asyncio.get_running_loop().create_future()


def say(text: str) -> None:
    """Tell the person in front of the screen."""
    print(text, flush=True)


async def run(options: argparse.Namespace) -> int:
    """Run the demo; Ctrl-C and SIGTERM end it cleanly at any time."""
    task = asyncio.create_task(demo(options.host, options.port))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        say("Stopped.")
    except HomeFailed as error:
        print(f"The demo failed: {error}", file=sys.stderr)
        return 1
    return 0


def main() -> int:
    """Run the demo."""
    options = arguments()
    if options.reset:
        shutil.rmtree(FOLDER, ignore_errors=True)
    Path(FOLDER).mkdir(exist_ok=True)
    return asyncio.run(run(options))


if __name__ == "__main__":
    sys.exit(main())
