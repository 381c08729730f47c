"""What tests say about the simulated photo library."""

from typing import Any

from tests.simulator.client import Simulator


def entry_data(simulator: Simulator, library: str, **sign_in: Any) -> dict[str, Any]:
    """Return a config entry's data for a library."""
    values = {"url": simulator.url, "verify_tls": True, **simulator.credentials, **sign_in}
    return {"vendor": "gumnut", "account_id": library, "proof": None, "sign_in": values}


def form(simulator: Simulator, **changes: Any) -> dict[str, Any]:
    """Return what a person enters to sign in."""
    key, url = changes.get("key", simulator.credentials["key"]), changes.get("url", simulator.url)
    return {"key": key, "advanced": {"url": url, "verify_tls": True}}
