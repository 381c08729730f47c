"""The vendors, each in a folder of its own; nothing here or below knows Home Assistant.

A new vendor is one new folder whose module holds `VENDOR`, and one more key here.
"""

from importlib import import_module

from .contract import Vendor

KEYS = ("faceter",)


def load(key: str) -> Vendor:
    """Import a vendor; this blocks, so keep it out of the event loop.

    Raises KeyError for a vendor that does not exist (any more).
    """
    if key not in KEYS:
        raise KeyError(key)
    vendor: Vendor = import_module(f".{key}", __name__).VENDOR
    return vendor
