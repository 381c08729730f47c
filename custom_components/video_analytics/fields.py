"""A moment as automations see it: the same fields whatever the vendor, in event entities and in responses."""

from datetime import datetime
from typing import cast

from homeassistant.config_entries import ConfigEntry
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from .media_ids import media_content_id
from .moments import Told
from .pictures import PictureStore
from .plates import normalised_plate
from .vendors.models.moments import OF_PEOPLE, OF_PHOTOS, Moment, MomentKind, Recognition
from .vendors.models.state import Camera


def event_fields(moment: Moment, camera: Camera | None) -> JsonObjectType:
    """Return a moment's fields, all of them always: what is not known is None.

    `camera` is the one that the vendor lists under the moment's `camera`. Times are ISO 8601 in Home Assistant's time
    zone, `confidence` runs from 0 to 1, `name` is the vendor's own name of the kind, `attributes` are the vendor's own.
    """
    subject = moment.subject
    return {
        "id": moment.id,
        "kind": moment.kind.value,
        "name": moment.name,
        "camera": camera.name if camera else None,
        "place": moment.place or (camera.place if camera else None),
        "person": subject if moment.kind in OF_PEOPLE | OF_PHOTOS else None,
        "plate": normalised_plate(subject) if subject and moment.kind is MomentKind.PLATE else None,
        "recognition": moment.recognition.value if moment.recognition else None,
        "groups": list(moment.groups),
        "confidence": moment.confidence,
        "direction": moment.direction,
        "start": _local(moment.start),
        "end": _local(moment.end) if moment.end else None,
        "attributes": cast(JsonObjectType, dict(moment.attributes)),
    }


def arrival_fields(told: Told, pictures: PictureStore) -> JsonObjectType:
    """Return when a moment became known, and the paths of its picture."""
    return {"arrived": _local(told.arrived), **pictures.links(told.picture)}


def photo_fields(moment: Moment, entry: ConfigEntry) -> JsonObjectType:
    """Return where the photo that a moment is about is found in the media of an account; nothing for other moments."""
    return {"media_content_id": media_content_id(entry, moment.asset)} if moment.asset else {}


def is_recognized(moment: Moment) -> bool:
    """Tell whether a face is somebody's whom the vendor knows."""
    return bool(moment.subject) or moment.recognition in (Recognition.KNOWN, Recognition.WANTED)


def plate_status(moment: Moment) -> Recognition:
    """Return what the vendor's lists say about a plate; one that is on none is unknown."""
    return moment.recognition or Recognition.UNKNOWN


def _local(moment: datetime) -> str:
    return dt_util.as_local(moment).isoformat()
