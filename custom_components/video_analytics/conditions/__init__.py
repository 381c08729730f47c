"""Conditions of our own: what was seen, and what is so at present.

`base` follows targets, `cameras` tells whether cameras are online, `people` whether watched people were seen.
"""

from homeassistant.helpers.condition import Condition

from .cameras import CameraIsOnlineCondition
from .people import PersonWasSeenCondition

CONDITIONS: dict[str, type[Condition]] = {
    "camera_is_online": CameraIsOnlineCondition,
    "person_was_seen": PersonWasSeenCondition,
}

__all__ = ["CONDITIONS"]
