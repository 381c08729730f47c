"""Run simulated vendors until stopped: ``python -m tests.simulator --vendor faceter``.

Prints one line of JSON per vendor when it serves: its name, url, credentials and the address of its control port.
"""

import argparse
import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
import json
import signal
import sys
from zoneinfo import ZoneInfo

from .clock import Clock
from .control import Control, VendorServer
from .econnect.server import EconnectServer
from .eocortex.server import EocortexSystem
from .faceter.server import FaceterServer
from .gumnut.server import GumnutServer
from .listener import Listener
from .simulation import Simulation
from .world import World

VENDORS: Mapping[str, Callable[[Simulation, int, int], VendorServer]] = {
    "econnect": lambda simulation, cameras, servers: EconnectServer(simulation, cameras),
    "eocortex": EocortexSystem,
    "faceter": lambda simulation, cameras, servers: FaceterServer(simulation, cameras),
    "gumnut": lambda simulation, cameras, servers: GumnutServer(simulation),
}
"""Every vendor there is, by the name it is asked for: made of a simulation, a number of cameras and one of servers."""


def main() -> int:
    """Run until SIGINT or SIGTERM."""
    asyncio.run(_run(_arguments()))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__.partition("\n")[0])
    parser.add_argument("--vendor", action="append", required=True, choices=VENDORS, help="may be repeated")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default %(default)s)")
    parser.add_argument(
        "--port", type=int, default=0, help="of the first server, the others have the next ones; 0: free ones"
    )
    parser.add_argument("--control-port", type=int, default=0, help="of the first vendor, likewise")
    parser.add_argument("--cameras", type=int, default=6, help="how many (default %(default)s)")
    parser.add_argument("--servers", type=int, default=2, help="of Eocortex, how many (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the world (default %(default)s)")
    parser.add_argument("--time-zone", type=ZoneInfo, default="UTC", help="of the world (default %(default)s)")
    parser.add_argument("--ahead", type=float, default=0, help="seconds that its clock is ahead (default %(default)s)")
    return parser.parse_args()


async def _run(arguments: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    for stop in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(stop, stopped.set)
    world, clock = World(arguments.seed, arguments.time_zone), Clock()
    clock.advance(arguments.ahead)
    port: int = arguments.port
    async with AsyncExitStack() as stack:
        for number, name in enumerate(dict.fromkeys(arguments.vendor)):
            simulation = Simulation(world, clock)
            stack.push_async_callback(simulation.streams.close)
            vendor = VENDORS[name](simulation, arguments.cameras, arguments.servers)
            stack.push_async_callback(vendor.close)
            reaper = asyncio.create_task(simulation.streams.reap())
            stack.callback(reaper.cancel)
            await vendor.start(arguments.host, port)
            port = port and port + vendor.ports
            control_port = arguments.control_port and arguments.control_port + number
            control = Listener(Control(simulation, vendor).app(), arguments.host, control_port)
            await control.start()
            stack.push_async_callback(control.close)
            _announce(arguments.host, vendor, control.port)
        await stopped.wait()


def _announce(host: str, vendor: VendorServer, control_port: int) -> None:
    name = f"[{host}]" if ":" in host else host
    line = {
        "vendor": vendor.name,
        "url": f"http://{name}:{vendor.listeners[0].port}{vendor.base_path}",
        "credentials": vendor.credentials,
        "control": f"http://{name}:{control_port}",
        **vendor.announcement(),
    }
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    sys.exit(main())
