"""Who asks: users, what their roles permit, and the tokens they get."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
import hmac
from itertools import count
import json
from typing import cast

from aiohttp import web

from ..simulation import Simulation
from ..switches import Json, JsonObject
from .quirks import Quirks
from .wire import refuse

USER = "home-assistant"
PASSWORD = "Casino-Päss-5009"
PERMISSIONS: Mapping[str, str] = {
    "Read All Identity": "Identities",
    "Mutate All Identity": "Identities",
    "Read Detections": "Identities",
    "Read Identity Files": "Identities",
    "Add Identity Files": "Identities",
    "Read Tags": "Tags",
    "Add Tags": "Tags",
    "Edit Tags": "Tags",
    "Delete Tags": "Tags",
    "Face Publishing": "Facial Recognition Services",
    "Face Recognize": "Facial Recognition Services",
    "Face Enrollment": "Facial Recognition Services",
    "Face Detection": "Facial Recognition Services",
}
"""All there are on the pages, with their categories."""


@dataclass
class User:
    """Somebody who may sign in."""

    password: str
    permissions: frozenset[str] = frozenset(PERMISSIONS)

    def change(self, raw: JsonObject) -> None:
        """Change what is named; raise ValueError for nonsense."""
        if unknown := raw.keys() - {"password", "permissions"}:
            raise ValueError(f"unknown of a user: {', '.join(sorted(unknown))}")
        if isinstance(password := raw.get("password"), str):
            self.password = password
        if isinstance(names := raw.get("permissions"), list):
            if strange := [name for name in names if name not in PERMISSIONS]:
                raise ValueError(f"there is no permission {strange[0]!r}, there are: {', '.join(PERMISSIONS)}")
            self.permissions = frozenset(map(str, names))

    def as_json(self) -> JsonObject:
        """Return what can be changed."""
        return {"password": self.password, "permissions": cast(Json, sorted(self.permissions))}


@dataclass(frozen=True)
class Session:
    """What a token stands for."""

    username: str
    permissions: frozenset[str]
    ends: float


@dataclass
class Access:
    """All users, and the tokens that are good."""

    simulation: Simulation
    quirks: Quirks
    users: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    sign_ins: int = 0
    """How often a password was accepted."""
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def reset(self) -> None:
        """Return to one user, who may do everything."""
        self.users = {USER: User(PASSWORD)}
        self.sessions.clear()
        self.sign_ins = 0

    def restart(self) -> None:
        """Do what a restart of the server does."""
        if self.quirks.restart_forgets:
            self.sessions.clear()

    def sign_in(self, username: Json, password: Json) -> str:
        """Return a token for a password."""
        user = self.users.get(username) if isinstance(username, str) else None
        if not isinstance(username, str) or user is None or user.password != password:
            refuse(int(self.quirks.wrong_password), "Username or password is incorrect")
        self.sign_ins += 1
        return self._issue(username, user.permissions)

    def renew(self, request: web.Request) -> tuple[str, str]:
        """Return who asks, and a new token with the same rights."""
        session = self.session(request)
        if not self.quirks.renewal:
            refuse(401, "The token cannot be renewed")
        return session.username, self._issue(session.username, session.permissions)

    def session(self, request: web.Request) -> Session:
        """Return what the request's token stands for."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        session = self.sessions.get(token) if kind == "Bearer" else None
        if session is None or session.username not in self.users or self.simulation.clock.now() >= session.ends:
            refuse(401, "The token is missing, invalid or expired")
        return session

    def check(self, request: web.Request, permission: str | None) -> None:
        """Refuse a request without a good token, or without a permission; None takes any user."""
        session = self.session(request)
        now = self.users[session.username].permissions
        held = session.permissions if self.quirks.rights_of == "token" else now
        if permission is not None and permission not in held:
            refuse(403, f"The user lacks the {permission} permission.")

    def _issue(self, username: str, permissions: frozenset[str]) -> str:
        now, seconds = self.simulation.clock.now(), self.simulation.settings.token_seconds
        number = next(self._numbers)
        claims: JsonObject = {"unique_name": username, "role": ["Integration"], "iat": int(now), "jti": str(number)}
        if self.quirks.expiry:
            claims["exp"] = int(now + seconds)
        stem = f"{_encode({'alg': 'HS256', 'typ': 'JWT'})}.{_encode(claims)}"
        key = f"econnect {self.simulation.world.seed}".encode()
        signature = urlsafe_b64encode(hmac.new(key, stem.encode(), sha256).digest()).rstrip(b"=").decode()
        token = f"{stem}.{signature}"
        self.sessions[token] = Session(username, permissions, int(now + seconds))
        return token


def _encode(part: JsonObject) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def claims_of(token: str) -> JsonObject:
    """Return what stands in a token."""
    part = token.split(".")[1]
    return cast(JsonObject, json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4))))
