"""Keeps addresses of streams, which carry tokens, out of Home Assistant's own log."""

import logging
import re
from typing import override

_ADDRESS = re.compile(r"\b([a-z]+://)[^\s,)'\"]+")


class _WithoutAddresses(logging.Filter):
    """Shows only the scheme of an address."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _ADDRESS.sub(r"\1…", record.getMessage()), None
        return True


_FILTER = _WithoutAddresses()


def stream_logger(entity_id: str) -> logging.Logger:
    """Return the logger of a camera's stream; core redacts user names and passwords there, but no tokens."""
    return logging.getLogger(f"homeassistant.components.stream.stream.{entity_id}")


def hide_addresses(logger: logging.Logger) -> None:
    """Redact what a logger writes, from now on."""
    logger.addFilter(_FILTER)
