"""Who may see which cameras: integration keys and the accounts behind them."""

from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import count
from typing import Literal, cast, get_args

from ..clock import Clock
from ..switches import Json
from ..world import World
from .cameras import Camera, hang_up
from .events import Event
from .wire import Refusal, read_date

type Action = Literal["add", "revoke", "rotate", "other_account", "empty_account"]

OTHER_ACCOUNT_PLACES = 1728
"""From which place of the world on the other account has its cameras."""
OTHER_ACCOUNT_CAMERAS = 3


@dataclass
class Account:
    """Some cameras by id, and the events that were created or injected, by camera id."""

    name: str
    cameras: dict[str, Camera]
    events: dict[str, list[Event]] = field(default_factory=dict)

    def visible(self, now: float) -> list[Camera]:
        """Return the cameras that can be seen: a shared one vanishes when the access to it ends."""
        return [camera for camera in self.cameras.values() if not _access_ended(camera, now)]

    def find(self, camera_id: str, now: float) -> Camera | None:
        """Return a camera that can be seen."""
        camera = self.cameras.get(camera_id)
        return None if camera is None or _access_ended(camera, now) else camera


def _access_ended(camera: Camera, now: float) -> bool:
    ends: Json = camera.overrides.get("tempAccessExpiryDate")
    if "tempAccessExpiryDate" not in camera.overrides:
        return camera.shared_until is not None and now >= camera.shared_until
    try:
        return ends is not None and now >= read_date(ends, "tempAccessExpiryDate")
    except Refusal:
        return False


class Accounts:
    """All accounts and the keys that open them."""

    def __init__(self, world: World, clock: Clock, cameras: int) -> None:
        self._world = world
        self._clock = clock
        self._count = cameras
        self.reset()

    def reset(self) -> None:
        """Return to one account with one key."""
        self._numbers = count(1)
        self._next_place = self._count
        self.main = Account("main", self._hang("main", 0, self._count))
        self.primary_key = self._new_key()
        self.keys: dict[str, Account] = {self.primary_key: self.main}

    def by_key(self, key: str | None) -> Account | None:
        """Return the account a key opens."""
        return self.keys.get(key or "")

    def every(self) -> list[Account]:
        """Return all accounts that have been opened."""
        return list({account.name: account for account in (self.main, *self.keys.values())}.values())

    def of_camera(self, camera_id: str) -> tuple[Account, Camera] | None:
        """Return a camera of any account."""
        for account in self.every():
            if camera := account.cameras.get(camera_id):
                return account, camera
        return None

    def act(self, action: Json, key: Json = None) -> str:
        """Do what the control port asks for and return the key it is about; raise ValueError for nonsense."""
        if action not in get_args(Action.__value__):
            raise ValueError(f"unknown action {action!r}")
        match cast(Action, action):
            case "revoke":
                revoked = key if isinstance(key, str) else self.primary_key
                self.keys.pop(revoked, None)
                return revoked
            case "add":
                return self._open(self.main)
            case "rotate":
                self.keys.pop(self.primary_key, None)
                self.primary_key = self._open(self.main)
                return self.primary_key
            case "other_account":
                cameras = self._hang("other", OTHER_ACCOUNT_PLACES, OTHER_ACCOUNT_CAMERAS)
                return self._open(self._existing("other") or Account("other", cameras))
            case "empty_account":
                return self._open(self._existing("empty") or Account("empty", {}))

    def add_camera(self) -> Camera:
        """Hang up one more camera in the main account."""
        camera = hang_up(self._world.place(self._next_place), "main", self._clock.now())
        self._next_place += 1
        self.main.cameras[camera.id] = camera
        return camera

    def _existing(self, name: str) -> Account | None:
        return next((account for account in self.every() if account.name == name), None)

    def _open(self, account: Account) -> str:
        key = self._new_key()
        self.keys[key] = account
        return key

    def _new_key(self) -> str:
        stem = f"{self._world.seed}/{next(self._numbers)}"
        return "fik_" + blake2b(stem.encode(), digest_size=20).hexdigest()

    def _hang(self, account: str, first: int, number: int) -> dict[str, Camera]:
        now = self._clock.now()
        places = (self._world.place(index) for index in range(first, first + number))
        return {camera.id: camera for camera in (hang_up(place, account, now) for place in places)}
