"""Who asks: one user, the keys, and what each may do with which libraries."""

from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import count

from aiohttp import web

from ..switches import Json, JsonObject
from .wire import refuse

ACTIONS = ("read", "write", "delete", "delete_permanently")
_NEEDED = {"GET": "read", "POST": "write", "PATCH": "write", "DELETE": "delete"}


@dataclass
class Key:
    """What a key may do; ``libraries`` are the only ones it sees, none for all."""

    text: str
    actions: tuple[str, ...] = ACTIONS
    libraries: tuple[str, ...] = ()


@dataclass
class User:
    """The user whose account it is."""

    id: str
    email: str = "anna@harbour.example"
    first_name: str = "Anna"
    last_name: str = "Lindqvist"
    is_active: bool = True
    face_detection_preference: bool | None = True
    face_detection_available: bool = True
    storage_limit_bytes: int = 50_000_000_000
    home: dict[str, str | None] = field(default_factory=lambda: {"home_country": "DE", "home_subdivision": None})


class Keys:
    """All keys."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.reset()

    def reset(self) -> None:
        """Return to one key that may do everything."""
        self._numbers = count(1)
        self.primary = self._new()
        self.by_text = {self.primary.text: self.primary}

    def of(self, request: web.Request) -> Key:
        """Return the key of a request that may do what is asked, or refuse."""
        scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
        key = self.by_text.get(sent.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            refuse(401, "The API key is missing, not valid or revoked")
        needed = _NEEDED[request.method]
        if request.method == "POST" and request.path.endswith("/search"):
            needed = "read"
        return key if needed in key.actions else refuse(403, f"This key has no permission to {needed}")

    def act(self, body: JsonObject) -> str:
        """Do what the control port asks for and return the key it is about; raise ValueError for nonsense."""
        match body.get("action"):
            case "revoke":
                given = body.get("key")
                text = given if isinstance(given, str) else self.primary.text
                self.by_text.pop(text, None)
                return text
            case "rotate":
                self.by_text.pop(self.primary.text, None)
                self.primary = self._new()
                self.by_text[self.primary.text] = self.primary
                return self.primary.text
            case "add":
                key = self._new()
                key.actions = _texts(body.get("actions")) or ACTIONS
                key.libraries = _texts(body.get("libraries"))
                self.by_text[key.text] = key
                return key.text
            case other:
                raise ValueError(f"unknown action {other!r}")

    def _new(self) -> Key:
        stem = f"gumnut/{self._seed}/{next(self._numbers)}"
        return Key("apikey_" + blake2b(stem.encode(), digest_size=20).hexdigest())


def _texts(value: Json) -> tuple[str, ...]:
    if not isinstance(value, list | None):
        raise ValueError("actions and libraries are lists")
    return tuple(map(str, value or ()))
