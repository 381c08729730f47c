"""Events as servers send them (facts, sections 5.1 to 5.5)."""

from base64 import b64encode
from typing import Any

FACE = "427f1cc3-2c2f-4f50-8865-56ae99c3610d"
PLATE = "c9d6d086-c965-4cf8-aef6-85b3894e3a4a"
CAMERA = "7d69e586-25c6-470e-a368-000000000001"
ZONE = "0af772da-9993-4a39-a785-4e7c89efe55a"
JPEG = b"\xff\xd8\xff\xe0 a face"
KEEP_ALIVE = {"InitiatorName": "System", "Comment": "KeepAlive"}


def event(event_id: str, wall: str = "10.04.2026 08:15:30", **fields: Any) -> dict[str, Any]:
    """Return an event; everything is text."""
    return {
        "EventId": event_id,
        "Timestamp": wall,
        "EventDescription": "Something",
        "IsAlarmEvent": "False",
        "ChannelId": CAMERA,
        "ChannelName": "Camera 1",
        "EventType": "Info",
        "InitiatorName": "System",
        "Comment": "",
        **fields,
    }


def face(name: str | None = "Ivan", wall: str = "10.04.2026 08:15:30", **fields: Any) -> dict[str, Any]:
    """Return a face, recognized where it has a name."""
    return event(
        FACE,
        wall,
        **{
            "IsIdentified": str(name is not None),
            "lastName": "Petrov" if name else "",
            "firstName": name or "",
            "patronymic": "",
            "groups": "Staff, Office" if name else "",
            "additionalInfo": "",
            "ExternalId": "",
            "Similarity": "0,87",
            "Age": "34",
            "Gender": "Male",
            "Emotion": "Neutral",
            "ImageBytes": b64encode(JPEG).decode(),
            **fields,
        },
    )


def plate(number: str = "A123BC77", wall: str = "10.04.2026 08:15:30", **fields: Any) -> dict[str, Any]:
    """Return a plate."""
    return event(
        PLATE,
        wall,
        **{
            "Numberplate": number,
            "Reliability": "0,9999972581863403",
            "Speed": "12,5",
            "direction": "Въезд",
            "IsIdentified": "True",
            "lastName": "Petrov",
            "carbrand": "Lada",
            "carcolor": "white",
            "groups": "Residents",
            "Left": "0,1",
            **fields,
        },
    )
