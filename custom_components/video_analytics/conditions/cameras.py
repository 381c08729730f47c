"""The condition that cameras are online."""

from typing import Any, ClassVar, Unpack, override

import probatio

from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers.condition import ATTR_BEHAVIOR, BEHAVIOR_ALL, BEHAVIOR_ANY, ConditionCheckParams

from ..const import DOMAIN
from ..devices import camera_identifier, known_cameras
from ..runtime import AccountConfigEntry
from .base import ScopeCondition


class CameraIsOnlineCondition(ScopeCondition):
    """Tests whether one or all of the cameras are online; one that nothing is known of is not."""

    options_schema: ClassVar[dict[probatio.Marker, Any]] = {
        probatio.Required(ATTR_BEHAVIOR, default=BEHAVIOR_ALL): probatio.In([BEHAVIOR_ANY, BEHAVIOR_ALL])
    }

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        online = [
            _is_online(entry, camera)
            for entry in self._hass.config_entries.async_entries(DOMAIN)
            for camera in known_cameras(self._hass, entry)
            if camera_identifier(entry, camera) in self.scope
        ]
        return any(online) if self.options[ATTR_BEHAVIOR] == BEHAVIOR_ANY else bool(online) and all(online)


def _is_online(entry: AccountConfigEntry, key: str) -> bool:
    if entry.state is not ConfigEntryState.LOADED:
        return False
    coordinator = entry.runtime_data.coordinator
    camera = coordinator.data.cameras.get(key)
    return coordinator.last_update_success and camera is not None and camera.online is True
