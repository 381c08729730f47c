"""The trigger for exports that end."""

from datetime import timedelta
from typing import ClassVar, override

import probatio

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.util import dt as dt_util

from ..devices import camera_identifier
from ..exports import Job, Stage, described
from ..runtime import AccountConfigEntry
from .base import AccountTrigger, Attached, OptionsSchema, device_fields, nothing_to_undo
from .options import list_of

CONF_STATUS = "status"

_ENDS = [Stage.FINISHED.value, Stage.FAILED.value, Stage.CANCELLED.value]
_NEWS_AGE = timedelta(minutes=5)
"""An export may have ended before the automation was made, with nobody there to be told."""


class ExportFinishedTrigger(AccountTrigger):
    """Fires for exports that end as the options say."""

    options_schema: ClassVar[OptionsSchema] = {
        probatio.Optional(CONF_STATUS, default=[Stage.FINISHED.value]): list_of(probatio.In(_ENDS), required=True)
    }

    @override
    def listen(self, entry: AccountConfigEntry, attached: Attached) -> CALLBACK_TYPE:
        if (exports := entry.runtime_data.exports) is None:
            return nothing_to_undo

        @callback
        def ended(job: Job) -> None:
            if camera_identifier(entry, job.camera) not in attached.scope or job.ended is None:
                return
            if dt_util.utcnow() - job.ended > _NEWS_AGE:
                return
            fields, where = described(self._hass, job), device_fields(self._hass, entry, job.camera)
            if job.stage.value not in self.options[CONF_STATUS]:
                attached.skip(CONF_STATUS, {"export_id": job.id, **where})
                return
            payload = {"export_id": fields.pop("id"), **fields, **where}
            attached.fire(payload, f"export of {job.camera_name}: {job.stage.value}")

        return exports.async_subscribe_ends(ended)
