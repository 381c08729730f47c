"""What tests say about the simulated account."""

from typing import Any

from tests.simulator.client import Simulator

ACCOUNT_ID = "account-1"


def key_of(simulator: Simulator) -> str:
    """Return the account's integration key."""
    return simulator.credentials["key"]


async def entry_data(simulator: Simulator) -> dict[str, Any]:
    """Return a config entry's data for the simulator's account."""
    cameras = await simulator.cameras()
    return {
        "vendor": "faceter",
        "account_id": ACCOUNT_ID,
        "proof": sorted(str(camera["id"]) for camera in cameras),
        "sign_in": {"key": key_of(simulator), "url": simulator.url, "verify_tls": True},
    }


def form(simulator: Simulator, key: str | None = None, url: str | None = None) -> dict[str, Any]:
    """Return what a person enters to sign in."""
    return {"key": key or key_of(simulator), "advanced": {"url": url or simulator.url, "verify_tls": True}}
