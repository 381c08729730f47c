"""Starts the simulator and a real Home Assistant that uses it, until Ctrl-C.

scripts/demo [--host HOST] [--port PORT] [--reset]
"""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
import json
from pathlib import Path
import shutil
import signal
import socket
import sys
from typing import Any

from .dashboard import URL_PATH, filled, make_dashboard
from .home import EVERYWHERE, PASSWORD, ROOT, TIME_ZONE, USER, Home, HomeFailed, free_port

FOLDER = ROOT / ".demo"
PORT = 8123
LAST_PORT = 65535
SIMULATOR_PORT = 18080
VENDORS = ("faceter",)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description="Video Analytics in a real Home Assistant.")
    parser.add_argument("--host", default="127.0.0.1", help="address that Home Assistant listens at (127.0.0.1)")
    parser.add_argument("--port", type=_port, help=f"Home Assistant's port ({PORT}, or any free one)")
    parser.add_argument("--reset", action="store_true", help="forget what earlier runs left")
    return parser.parse_args()


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to {LAST_PORT}")
    return int(text)


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
        port = int(file.read_text())
        if free_port(port) != port:
            raise HomeFailed(f"port {port} is in use. Does the demo run already? If not, --reset takes another port.")
        return port
    port = free_port(SIMULATOR_PORT)
    file.write_text(str(port))
    return port


def home_port(host: str, wanted: int | None) -> int:
    """Return the port that was asked for, or else the usual one or any."""
    port = free_port(wanted or PORT, host)
    if wanted and port != wanted:
        raise HomeFailed(f"port {wanted} is in use, or this user may not take it. Without --port a free one is found.")
    return port


def addresses(host: str, port: int) -> list[str]:
    """Return where Home Assistant answers: on this machine, and on others if they are let in."""
    if host != EVERYWHERE:
        return [f"http://{host}:{port}"]
    found = [f"http://127.0.0.1:{port}"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # sends nothing, but chooses the address that others know this machine by
        found.append(f"http://{probe.getsockname()[0]}:{port}")
    return found


async def demo(host: str, wanted: int | None) -> None:
    """Run until cancelled."""
    vendor = VENDORS[0]
    port = home_port(host, wanted)
    vendor_port = remembered_port(vendor)
    say("Starting the simulator and Home Assistant …")
    async with simulator(vendor, vendor_port) as simulated, Home.run(FOLDER, host=host, port=port) as home:
        entries = await home.get("/api/config/config_entries/entry?domain=video_analytics")
        if not entries:
            sign_in = {**simulated["credentials"], "advanced": {"url": simulated["url"], "verify_tls": True}}
            await home.add_account(vendor, sign_in)
            say("Waiting for the first pictures …")
            await filled(home)
        await make_dashboard(home)
        here, *elsewhere = (f"{address}/{URL_PATH}" for address in addresses(host, port))
        say(f"\n  Home Assistant: {here}")
        for address in elsewhere:
            say(f"  From other machines: {address}")
        say(f"  User: {USER}   Password: {PASSWORD}\n")
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
