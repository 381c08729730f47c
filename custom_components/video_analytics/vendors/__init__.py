"""The vendors, each in a folder of its own; nothing here or below knows Home Assistant.

A new vendor is one new folder whose package holds `VENDOR`, and one more key here.
"""

from importlib import import_module

from .contract import Vendor

KEYS = ("econnect", "eocortex", "faceter", "gumnut")


def module_name(key: str) -> str:
    """Return the package of a vendor, for an importer that stays out of the event loop.

    Raises KeyError for a vendor that does not exist (any more).
    """
    if key not in KEYS:
        raise KeyError(key)
    return f"{__name__}.{key}"


def load(key: str) -> Vendor:
    """Import a vendor; this blocks."""
    vendor: Vendor = import_module(module_name(key)).VENDOR
    return vendor
