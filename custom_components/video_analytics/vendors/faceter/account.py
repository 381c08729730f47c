"""A Faceter account seen through the contract."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import override

from yarl import URL

from .. import contract
from ..errors import BadAnswer, NotFound, NotPermitted, SignInFailed
from ..http import Http
from ..json import JsonObject
from ..models.media import Picture, StreamAddress, StreamKind, StreamProtocol
from ..models.state import AccountIdentity, AccountState, Camera, Feature, Wanted
from ..rows import Rows
from ..secret import Secret
from . import wire
from .archive import FaceterArchive
from .client import FaceterClient
from .exports import FaceterExports
from .moments import FaceterHistory, FaceterMoments
from .writer import FaceterWriter

_VOLATILE = frozenset({"archiveApiToken", "archiveApiUrl", "previewUrl", "liveRtspUrl", "liveHlsUrl"})
_VOLATILE_ONLINE = _VOLATILE | {"lastOnlineDate"}
_FEATURES = (
    Feature.LIVE,
    Feature.STILL,
    Feature.DETECTIONS,
    Feature.EVENT_PICTURES,
    Feature.MOTION,
    Feature.PEOPLE,
    Feature.VEHICLES,
    Feature.PETS,
    Feature.LAST_ONLINE,
)
"""What every camera may do; which detectors it has is not told."""
_ADDRESS_AGE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses in a camera's row, read when they are needed; how long they stay valid is not documented."""

    row: JsonObject = field(repr=False)
    fetched: datetime

    @property
    def live(self) -> tuple[StreamAddress, ...]:
        """Return the live addresses, RTSP first: it is the quicker one."""
        protocols = {"liveRtspUrl": StreamProtocol.RTSP, "liveHlsUrl": StreamProtocol.HLS}
        return tuple(
            StreamAddress(url=Secret(url), protocol=protocol, fetched=self.fetched)
            for key, protocol in protocols.items()
            if isinstance(url := self.row.get(key), str) and url
        )

    @property
    def preview(self) -> Secret | None:
        """Return the address of the preview, which an offline camera may lack."""
        url = self.row.get("previewUrl")
        return Secret(url) if isinstance(url, str) and url else None

    @property
    def old(self) -> bool:
        """Tell whether the camera should be asked again before the addresses are used."""
        return datetime.now(UTC) - self.fetched > _ADDRESS_AGE


class FaceterAccount(contract.Account):
    """One integration key and the cameras that it may see."""

    episodes = faces = plates = people = recognition = documents = dossier = reports = modules = None
    ptz = admin = photos = hook = None

    def __init__(self, http: Http, base: URL, key: Secret) -> None:
        """Open an account; nothing is requested yet."""
        self.http = http
        self.client = FaceterClient(http, base, key)
        self.addresses: dict[str, Addresses] = {}
        self.cameras: Mapping[str, Camera] = {}
        self._base = base
        self._key = key
        self._rows = Rows(_stable, _camera)
        self.live = FaceterLive(self)
        self.stills = FaceterStills(self)
        self.moments = FaceterMoments(http, self.client, lambda: self.cameras)
        self.history = FaceterHistory(self.client, lambda: self.cameras)
        self.writer = FaceterWriter(self.client, self.moments.hint, lambda: http.present)
        self.archive = FaceterArchive(self.client, lambda: self.cameras)
        self.exports = FaceterExports(http, self.client, base, lambda: self.cameras)

    async def identify(self) -> AccountIdentity:
        """Sign in with one fresh attempt."""
        try:
            if not await self.client.validate_key():
                raise SignInFailed("the integration key is not valid")
            rows = await self.client.cameras(urgent=True)
        except NotPermitted as error:
            # There are no rights below the key's, so that a gateway's 403 means the key (facts, section 1).
            raise SignInFailed(str(error)) from None
        cameras = [wire.Camera.read(row, "camera") for row in rows]
        proof = frozenset(_stable(row)[0] for row in rows)
        # Faceter has no identifier for accounts, and keys rotate: the cameras of the first sign-in stand for it.
        seed = "\n".join(sorted(proof)) or self._key.reveal()
        return AccountIdentity(
            id=sha256(seed.encode()).hexdigest()[:16], title=_title(cameras), url=str(self._base), proof=proof
        )

    @override
    async def fetch(self, previous: AccountState | None, wanted: Wanted) -> AccountState:
        try:
            rows = await self.client.cameras()
        except NotPermitted as error:
            raise SignInFailed(str(error)) from None
        self.cameras = cameras = self._rows.update(rows)
        fetched = datetime.now(UTC)
        self.addresses = {str(row["id"]): Addresses(row, fetched) for row in rows}
        return previous if previous and previous.cameras == cameras else AccountState(cameras=cameras)

    @override
    async def close(self) -> None:
        self.addresses = {}

    async def fresh_addresses(self, camera: str) -> Addresses:
        """Ask for a camera's addresses anew, unless the last poll was a moment ago."""
        known = self.addresses.get(camera)
        if known and not known.old:
            return known
        return await self.renew_addresses(camera)

    async def renew_addresses(self, camera: str) -> Addresses:
        """Ask for a camera's addresses anew."""
        row = await self.client.camera(camera)
        self.addresses[camera] = addresses = Addresses(row, datetime.now(UTC))
        return addresses


class FaceterLive(contract.Live):
    """Live video, whose addresses come with the camera."""

    def __init__(self, account: FaceterAccount) -> None:
        """Belong to an account."""
        self._account = account

    @override
    def addresses(self, camera: str, stream: StreamKind) -> tuple[StreamAddress, ...]:
        known = self._account.addresses.get(camera)
        return known.live if known and stream is StreamKind.MAIN else ()

    @override
    async def open(self, camera: str, stream: StreamKind) -> tuple[StreamAddress, ...]:
        return (await self._account.renew_addresses(camera)).live if stream is StreamKind.MAIN else ()


class FaceterStills(contract.Stills):
    """The preview, the only picture of a camera that Faceter offers."""

    def __init__(self, account: FaceterAccount) -> None:
        """Belong to an account."""
        self._account = account

    @override
    async def still(self, camera: str, *, width: int | None = None, at: datetime | None = None) -> Picture:
        what = "preview"
        addresses = await self._account.fresh_addresses(camera)
        if addresses.preview is None:
            raise NotFound(f"{what}: the camera has none at present")
        try:
            return await self._account.http.picture(addresses.preview, what)
        except NotFound:  # the address has expired earlier than expected
            addresses = await self._account.renew_addresses(camera)
            if addresses.preview is None:
                raise NotFound(f"{what}: the camera has none at present") from None
            return await self._account.http.picture(addresses.preview, what)


def _stable(row: JsonObject) -> tuple[str, JsonObject]:
    """Return a row's id and what of it says that the camera changed.

    Addresses and tokens rotate with every answer, and `lastOnlineDate` runs on while the camera is online.
    """
    row_id = row.get("id")
    if not isinstance(row_id, str) or not row_id:
        raise BadAnswer("GET /v1/cameras: a camera without an id")
    volatile = _VOLATILE_ONLINE if row.get("isOnline") is True else _VOLATILE
    return row_id, {key: value for key, value in row.items() if key not in volatile}


def _camera(row: JsonObject) -> Camera:
    """Decode a row of the camera list into a neutral camera."""
    camera = wire.Camera.read(row, "camera")
    features = set(_FEATURES)
    if camera.is_archive_granted:
        features.add(Feature.ARCHIVE)
    if camera.is_audio_granted:
        features.add(Feature.AUDIO)
    return Camera(
        id=camera.id,
        name=camera.title or camera.camera_model or camera.id,
        supports=frozenset(features),
        online=camera.is_online,
        places=_places(camera.location),
        model=camera.camera_model,
        serial_number=camera.serial_number,
        firmware=camera.firmware_version,
        archive_depth=_depth(camera.archive_days),
        last_online=camera.last_online_date,
        access_expires=camera.temp_access_expiry_date,
    )


def _depth(days: int | None) -> timedelta | None:
    """Return the archive's depth; numbers that stand for "without limit" are no depth."""
    return timedelta(days=days) if days is not None and 0 <= days <= timedelta.max.days else None


def _places(location: wire.Location | None) -> tuple[str, ...]:
    if location is None:
        return ()
    titles = (location.title, location.room.title if location.room else None)
    return tuple(title for title in titles if title)


def _title(cameras: list[wire.Camera]) -> str:
    """Name the account after its location, if all cameras hang in one."""
    titles = {camera.location.title for camera in cameras if camera.location and camera.location.title}
    return f"Faceter {titles.pop()}" if len(titles) == 1 else "Faceter"
