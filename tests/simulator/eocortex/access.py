"""Who asks: users, their rights, and how they prove who they are."""

from base64 import b64decode
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import md5
from typing import Literal

from ..switches import JsonObject, Switches
from .quirks import Quirks

ADMINISTRATOR = "root"
PASSWORD = "Harbour-Päss-7421"
"""Not ASCII: the hash is that of the bytes of UTF-8."""
DIRECTORY = "activedirectory"

type Group = Literal["SeniorAdmin", "JuniorAdmin", "Operator"]
type Kind = Literal["internal", "ActiveDirectory"]


@dataclass
class User(Switches):
    """Somebody who may log in; the rights of senior administrators are complete whatever stands here."""

    login: str = ""
    password: str = ""
    kind: Kind = "internal"
    group: Group = "Operator"
    realtime: bool = True
    """Whether live video may be seen."""
    archive: bool = True
    """Whether recordings may be seen."""
    sound: bool = True
    """Whether sound may be heard."""
    web: bool = True
    """Whether video may be seen by the web, CanAccessVideoViaWeb."""
    events: bool = True
    """Whether events may be heard as they happen; the facts do not say which right it is. Past ones need ``archive``."""
    cameras: str = ""
    """The only cameras that may be seen: ids with commas in between, empty for all."""

    @property
    def senior(self) -> bool:
        """Whether the system may be configured."""
        return self.group == "SeniorAdmin"

    def may_see(self, camera_id: str) -> bool:
        """Return whether a camera may be seen live."""
        return self.senior or (self.realtime and self._knows(camera_id))

    def knows(self, camera_id: str) -> bool:
        """Return whether a camera is one of the user's."""
        return self.senior or self._knows(camera_id)

    def may_search(self, camera_id: str) -> bool:
        """Return whether a camera's archive may be seen."""
        return self.senior or (self.archive and self._knows(camera_id))

    def may_hear(self) -> bool:
        """Return whether sound may be heard."""
        return self.senior or self.sound

    def may_listen(self) -> bool:
        """Return whether events may be heard as they happen."""
        return self.senior or self.events

    def may_look_back(self) -> bool:
        """Return whether past events may be searched."""
        return self.senior or self.archive

    def may_use_web(self) -> bool:
        """Return whether video may be seen by the web."""
        return self.senior or self.web

    def _knows(self, camera_id: str) -> bool:
        return not self.cameras or camera_id in self.cameras.split(",")

    def rights(self) -> JsonObject:
        """Return ``UserGroup`` of ``/configex``."""
        every = self.senior
        return {
            "CanConfigure": self.group != "Operator",
            "CanPTZ": every,
            "PtzPriority": 1,
            "CanReceiveSound": self.may_hear(),
            "CanReceiveMainStream": every or self.realtime,
            "CanAccessVideoViaWeb": self.may_use_web(),
            "CanUseArchiveExport": every or self.archive,
            "CanAccessReports": every or self.archive,
            "CanAccessUnifiedLog": every or self.archive,
            "CanAccessSearch": every or self.archive,
            "CanRunUserScenarios": every,
            "CanReceiveMobilePush": True,
            "CanGetTranscodedVideoFromMobileServer": self.may_use_web(),
            "IsAllForbidden": False,
        }


class Users:
    """All users by login."""

    def __init__(self, quirks: Quirks) -> None:
        self._quirks = quirks
        self.reset()

    def reset(self) -> None:
        """Return to one senior administrator."""
        self.by_login = {ADMINISTRATOR: User(ADMINISTRATOR, PASSWORD, group="SeniorAdmin")}

    def knows(self, user: User) -> bool:
        """Return whether somebody who was let in has not been removed."""
        return self.by_login.get(user.login) is user

    def identify(self, headers: Mapping[str, str], query: Mapping[str, str]) -> User | None:
        """Return who asks, by Basic if there is such a header, else by the query (names in small letters)."""
        authorization = headers.get("Authorization")
        if authorization is None:
            return self._by_query(query)
        scheme, _, encoded = authorization.partition(" ")
        pair = _decoded(encoded) if scheme.lower() == "basic" else None
        if pair is None:
            return None
        login, _, sent = pair.partition(":")
        user = self.by_login.get(login)
        if user is None:
            return None
        named = headers.get("UserType", "").lower() == DIRECTORY
        if user.kind == "ActiveDirectory":
            return user if sent == user.password and (named or not self._quirks.directory_header) else None
        plain = self._quirks.plain_password and sent == user.password
        return user if not named and (plain or self._is_hash(sent, user.password)) else None

    def identify_stream(self, query: Mapping[str, str]) -> User | None:
        """Return who asks for RTSP, where a hash is in small letters."""
        sent = query.get("password", "")
        user = self._by_query(query)
        return user if user is None or user.kind != "internal" or sent == sent.lower() else None

    def _by_query(self, query: Mapping[str, str]) -> User | None:
        user, sent = self.by_login.get(query.get("login", "")), query.get("password", "")
        if user is None:
            return None
        named = query.get("usertype", "").lower() == DIRECTORY
        if user.kind == "ActiveDirectory":
            return user if named and _decoded(sent) == user.password else None
        return user if not named and self._is_hash(sent, user.password) else None

    def _is_hash(self, sent: str, password: str) -> bool:
        if not password and not sent:
            return True
        if self._quirks.upper_case_md5:
            sent = sent.lower()
        return sent == hashed(password)


def hashed(password: str) -> str:
    """Return what stands for a password of an internal user."""
    return md5(password.encode(), usedforsecurity=False).hexdigest()


def _decoded(encoded: str) -> str | None:
    try:
        return b64decode(encoded, validate=True).decode()
    except binascii.Error, ValueError:
        return None
