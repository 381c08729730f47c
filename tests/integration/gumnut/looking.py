"""What is asked for when somebody looks at photos."""

import asyncio

from tests.simulator.client import Simulator


async def settled(simulator: Simulator) -> None:
    """Wait until Home Assistant asks for nothing by itself but for news, and forget what it asked for."""
    before = -1
    while before != (now := len(await asked_for(simulator))):
        before = now
        await asyncio.sleep(0.5)
    await simulator.forget_requests()


async def asked_for(simulator: Simulator, *paths: str) -> list[str]:
    """Return what was asked for besides news, of what begins with one of these paths."""
    found = [str(request["path"]) for request in await simulator.requests()]
    return [path for path in found if path.startswith(paths or "/") and path != "/api/events"]
