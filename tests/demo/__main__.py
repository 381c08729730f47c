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

from .accounts import (
    SIMULATOR_PORTS,
    VENDORS,
    JsonObject,
    everybody,
    number_cameras,
    sign_in,
    take_photo,
    take_photos,
    watching,
)
from .dashboard import URL_PATH, filled, make_dashboard
from .home import EVERYWHERE, PASSWORD, ROOT, TIME_ZONE, USER, Home, HomeFailed, free_port

FOLDER = ROOT / ".demo"
PORT = 8123
LAST_PORT = 65535
SIMULATOR_PORT = 18080


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
async def simulator(port: int) -> AsyncIterator[dict[str, JsonObject]]:
    """Run the simulator of all vendors over one world; yields what each says about itself, by name."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.simulator", *(f"--vendor={vendor}" for vendor in VENDORS),
        "--port", str(port), "--time-zone", TIME_ZONE,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        simulated = {}
        for vendor in VENDORS:
            line = await process.stdout.readline()
            if not line:
                raise HomeFailed(f"the simulator did not start; is one of the ports from {port} in use?")
            simulated[vendor] = json.loads(line)
        yield simulated
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.wait()


def remembered_port() -> int:
    """Return the first port of earlier runs: the accounts' addresses hold it."""
    file = FOLDER / "simulator.port"
    if file.exists():
        port = int(file.read_text())
        if not are_free(port):
            raise HomeFailed(
                f"one of the ports {port} to {port + SIMULATOR_PORTS - 1} is in use. Does the demo run already? "
                "If not, --reset takes others."
            )
        return port
    rows = range(SIMULATOR_PORT, LAST_PORT - SIMULATOR_PORTS, SIMULATOR_PORTS)
    port = next(filter(are_free, rows), 0)
    if not port:
        raise HomeFailed(f"there are no {SIMULATOR_PORTS} free ports in a row")
    file.write_text(str(port))
    return port


def are_free(first: int) -> bool:
    """Tell whether the simulator can have all its ports."""
    return all(free_port(port) == port for port in range(first, first + SIMULATOR_PORTS))


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
    port = home_port(host, wanted)
    simulator_port = remembered_port()
    say("Starting the simulator and Home Assistant …")
    async with simulator(simulator_port) as simulated:
        await number_cameras(simulated["eocortex"]["control"])
        await take_photos(simulated["gumnut"]["control"])
        async with Home.run(FOLDER, host=host, port=port) as home:
            await show(home, simulated, addresses(host, port))


async def show(home: Home, simulated: dict[str, JsonObject], answers_at: list[str]) -> None:
    """Add the accounts unless an earlier run did, tell where to look, and wait until cancelled."""
    if not await home.get("/api/config/config_entries/entry?domain=video_analytics"):
        for vendor, announced in simulated.items():
            added = await home.add_account(vendor, sign_in(vendor, announced["url"], announced["credentials"]))
            if vendor == "econnect":
                await home.watch_people(added["result"]["entry_id"], await watching(announced["control"]))
            elif vendor == "gumnut":
                await home.watch_people(added["result"]["entry_id"], everybody())
        say("Waiting for the first pictures …")
        await filled(home)
        await take_photo(simulated["gumnut"]["control"])
    await make_dashboard(home)
    here, *elsewhere = (f"{address}/{URL_PATH}" for address in answers_at)
    say(f"\n  Home Assistant: {here}")
    for address in elsewhere:
        say(f"  From other machines: {address}")
    say(f"  User: {USER}   Password: {PASSWORD}\n")
    for vendor, announced in simulated.items():
        say(f"  Control of the simulated {vendor}: {announced['control']}")
    say("  (see the README, Development)\n")
    if missing := simulated["eocortex"]["rtsp_missing"]:
        say(f"  Eocortex's video comes over HLS, not RTSP: {missing}\n")
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
