"""Events that tests put on a camera's timeline, field by field."""

from datetime import UTC, datetime

from ..switches import JsonObject
from .cameras import Camera
from .happening import Event
from .kinds import KINDS, kind_id

_OURS = frozenset({"kind", "at", "description", "comment", "initiator", "alarm", "live", "picture"})
_SOMEBODY: JsonObject = {
    "IsIdentified": False,
    "lastName": "",
    "firstName": "",
    "patronymic": "",
    "groups": "",
    "additionalInfo": "",
    "ExternalId": "",
    "Similarity": 0.4375,
    "Age": 34,
    "Gender": "Female",
    "Emotion": "Neutral",
    "EmotionConfidence": 0.75,
}
_SOME_CAR: JsonObject = {
    "Numberplate": "GR02WTY",
    "plateText": "GR02WTY",
    "Reliability": 0.9999972581863403,
    "Speed": 12.5,
    "direction": "",
    "IsIdentified": False,
    "lastName": "",
    "firstName": "",
    "patronymic": "",
    "carbrand": "",
    "carcolor": "",
    "additionalInfo": "",
    "groups": "",
    "ExternalId": "",
    "ExternalOwnerId": "",
    "Left": 0.41,
    "Top": 0.52,
    "Width": 0.14,
    "Height": 0.05,
}
_DETAILS = {KINDS["face"].id: _SOMEBODY, KINDS["plate"].id: _SOME_CAR}


def injected(camera: Camera, raw: JsonObject, now: float) -> Event:
    """Return an event as ``control.py`` describes them; raise ValueError for nonsense."""
    kind, at = kind_id(str(raw.get("kind", ""))), now
    if isinstance(text := raw.get("at"), str):
        moment = datetime.fromisoformat(text)
        at = round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp(), 3)
    description = raw.get("description")
    return Event(
        kind,
        camera.id,
        at,
        _DETAILS.get(kind, {}),
        description=None if description is None else str(description),
        initiator=str(raw.get("initiator", "System")),
        comment=str(raw.get("comment", "")),
        alarm=raw.get("alarm") is True,
        pictured=kind == KINDS["face"].id and raw.get("picture") is not False,
        raw={name: value for name, value in raw.items() if name not in _OURS},
    )
