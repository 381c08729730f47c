"""Conditions of our own: what was seen, and what is so at present.

`base` follows targets, `cameras` tells whether cameras are online, `people` whether watched people were seen, `areas` how
many things are counted.
"""

from homeassistant.helpers.condition import Condition

from .areas import AreaCountCondition
from .cameras import CameraIsOnlineCondition
from .people import PersonWasSeenCondition

CONDITIONS: dict[str, type[Condition]] = {
    "area_count": AreaCountCondition,
    "camera_is_online": CameraIsOnlineCondition,
    "person_was_seen": PersonWasSeenCondition,
}

__all__ = ["CONDITIONS"]
