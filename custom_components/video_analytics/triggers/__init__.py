"""Triggers of our own: they listen to the hub, the coordinator and the exports, never to states of entities.

`base` follows accounts and targets, `moments` fires for what happens at cameras, `connection` for cameras that go offline
or come back, `exports` for exports that end, `people` for watched people, `photos` for those who
are watched in photo libraries. `options` are what several have.
"""

from homeassistant.helpers.trigger import Trigger

from .connection import CameraOfflineTrigger, CameraOnlineTrigger
from .exports import ExportFinishedTrigger
from .moments import MOMENT_TRIGGERS
from .people import PersonSeenTrigger
from .photos import PersonPhotographedTrigger

TRIGGERS: dict[str, type[Trigger]] = {
    **MOMENT_TRIGGERS,
    "camera_offline": CameraOfflineTrigger,
    "camera_online": CameraOnlineTrigger,
    "export_finished": ExportFinishedTrigger,
    "person_photographed": PersonPhotographedTrigger,
    "person_seen": PersonSeenTrigger,
}

__all__ = ["TRIGGERS"]
