"""Cameras as Faceter describes them, hung up in places of the world."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import uuid5

from ..signing import NEVER, Signer
from ..switches import JsonObject
from ..world import Place
from ..world.dice import Dice
from ..world.places import NAMESPACE
from .quirks import Quirks
from .wire import date

DAY = 86_400
ARCHIVE_TOKEN_SECONDS = 3600
SHARED_FOR_DAYS = 24
EXAMPLE_CAMERA = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
EXAMPLE_DEVICE = "1fa85f64-5717-4562-b3fc-2c963f66afb1"
"""The ids of the vendor's page: those of the first camera, so that the page's examples work as they stand."""

type Platform = Literal["Embedded", "ThirdParty", "Mobile"]

_MODELS: tuple[tuple[str, str, str], ...] = (
    # model, firmware, serial number prefix
    ("Dome 2", "1.8.4", "FD2"),
    ("Bullet 4", "2.1.0", "FB4"),
    ("Bullet 4 Zoom", "2.0.7", "FBZ"),
    ("Cube Mini", "1.3.11", "FCM"),
)
_SHARED, _MOBILE, _ROOMLESS, _OFFLINE = 4, 5, 6, 7
"""Which of the eight places of a site has which peculiarity."""


@dataclass
class Camera:
    """One camera: what it is, and what the control port has made of it.

    ``overrides`` replaces fields of the answer as they stand, so that any reading can be served; the rights, the
    archive's depth and the online state among them also decide how the camera behaves.
    """

    id: str
    device_id: str
    place: Place
    born: float
    overrides: JsonObject = field(default_factory=dict)

    @property
    def online(self) -> bool:
        """Whether it is reachable."""
        return bool(self.overrides.get("isOnline", self._number % 8 != _OFFLINE))

    @property
    def archive_granted(self) -> bool:
        """Whether its recordings may be seen."""
        return bool(self.overrides.get("isArchiveGranted", self.platform != "Mobile"))

    @property
    def audio_granted(self) -> bool:
        """Whether its sound may be heard."""
        return bool(self.overrides.get("isAudioGranted", not self._shared and self.platform != "Mobile"))

    @property
    def archive_days(self) -> int:
        """How deep its archive is."""
        days = self.overrides.get("archiveDays", (30, 30, 14, 7)[self._number % 4])
        return days if isinstance(days, int) else 0

    @property
    def platform(self) -> Platform:
        """Of which kind it is."""
        if self._number % 8 == _MOBILE:
            return "Mobile"
        return "ThirdParty" if self._number % 8 == 2 else "Embedded"

    @property
    def shared_until(self) -> float | None:
        """When the access to a shared camera ends, Unix seconds."""
        return int(self.born) + SHARED_FOR_DAYS * DAY if self._shared else None

    @property
    def _number(self) -> int:
        return self.place.index

    @property
    def _shared(self) -> bool:
        return self._number % 8 == _SHARED

    def as_json(self, base: str, now: float, token_seconds: float, signer: Signer, quirks: Quirks) -> JsonObject:
        """Return the camera as the API does; ``base`` is the address under which the client reached the server."""
        expiry = now + token_seconds if quirks.rotate else NEVER
        archive = self.archive_granted
        reachable = self.online or quirks.offline_urls == "kept"

        def token(subject: str) -> str:
            return signer.token(f"{subject}/{self.id}", expiry, fresh=quirks.rotate)

        answer: JsonObject = {
            "id": self.id,
            "deviceId": self.device_id,
            "title": "Kitchen phone" if self._number == _MOBILE else self.place.name,
            "previewUrl": f"{base}/media/preview/{self.id}.jpg?token={token('preview')}" if reachable else None,
            "archiveApiToken": self._archive_token(now, signer, quirks) if archive else None,
            "archiveApiUrl": f"{base}/archive" if archive else None,
            "archiveDays": self.archive_days if archive else None,
            "liveRtspUrl": None,
            "liveHlsUrl": f"{base}/media/live/{token('live')}/{self.id}/live.m3u8" if reachable else None,
            "isOnline": self.online,
            "lastOnlineDate": date(self._last_online(now, quirks), quirks),
            **self._hardware(),
            "platform": "Hologram" if quirks.unknown_enums else self.platform,
            "isOwner": not self._shared,
            "isFullAccess": not self._shared,
            "isArchiveGranted": archive,
            "isAudioGranted": self.audio_granted,
            "tempAccessExpiryDate": date(self.shared_until, quirks) if self.shared_until else None,
            "location": self._location(quirks),
        }
        if quirks.extra_fields:
            answer |= {"storagePlan": {"tier": "gold"}, "isPrivacyMaskEnabled": False, "tags": ["north"]}
        answer |= self.overrides
        return answer if quirks.nulls else {name: value for name, value in answer.items() if value is not None}

    def _archive_token(self, now: float, signer: Signer, quirks: Quirks) -> JsonObject:
        expiry = int(now + ARCHIVE_TOKEN_SECONDS) if quirks.rotate else 4_102_444_800
        return {"signature": signer.token(f"archive/{self.id}", expiry, fresh=quirks.rotate), "exp": expiry}

    def _last_online(self, now: float, quirks: Quirks) -> float:
        if not self.online:
            return self.born - 5 * 3600
        return now if quirks.rotate else self.born

    def _hardware(self) -> JsonObject:
        dice = Dice(self.id, "hardware")
        if self.platform == "Mobile":
            return {
                "cameraModel": "Pixel 7a", "serialNumber": None, "firmwareVersion": None,
                "applicationVersion": "5.12.1",
            }  # fmt: skip
        if self.platform == "ThirdParty":
            return {
                "cameraModel": "ONVIF IP camera", "serialNumber": f"{dice.below(1 << 48):012X}",
                "firmwareVersion": None, "applicationVersion": None,
            }  # fmt: skip
        model, firmware, prefix = _MODELS[self._number % len(_MODELS)]
        return {
            "cameraModel": model, "serialNumber": f"{prefix}{dice.below(10**8):08d}",
            "firmwareVersion": firmware, "applicationVersion": "3.4.0",
        }  # fmt: skip

    def _location(self, quirks: Quirks) -> JsonObject:
        place = self.place
        location: JsonObject = {"id": f"loc-{place.site_index + 1}", "title": place.site_name}
        if self._number % 8 != _ROOMLESS:
            location["room"] = {"id": f"room-{place.index + 1}", "title": place.room}
        elif quirks.nulls:
            location["room"] = None
        return location


def hang_up(place: Place, account: str, born: float) -> Camera:
    """Return the camera of a place; ``born`` is since when it is known, Unix seconds."""
    if account == "main" and place.index == 0:
        return Camera(EXAMPLE_CAMERA, EXAMPLE_DEVICE, place, born)
    camera_id, device_id = (str(uuid5(NAMESPACE, f"{account}/{place.id}/{what}")) for what in ("camera", "device"))
    return Camera(camera_id, device_id, place, born)
