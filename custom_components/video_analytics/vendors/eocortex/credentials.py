"""Who asks: the vendor's three ways of saying it (guide, "Authorization methods")."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import md5

from ..errors import SignInFailed
from ..secret import Secret


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user of the system itself, or one of Active Directory."""

    login: str = field(repr=False)
    password: Secret
    in_directory: bool = False

    @property
    def headers(self) -> Mapping[str, Secret]:
        """Return HTTP Basic with the hash of the password; users of Active Directory send the password itself.

        An empty password is sent as it is: it may be left out. Raises `SignInFailed` for a login that Basic cannot
        carry.
        """
        if ":" in self.login:
            raise SignInFailed("sign-in: the login contains a colon, which cannot be sent")
        word = self.password.reveal() if self.in_directory else self._hash
        basic = {"Authorization": Secret(f"Basic {_base64(f'{self.login}:{word}')}")}
        return {**basic, "UserType": Secret("ActiveDirectory")} if self.in_directory else basic

    @property
    def query(self) -> Mapping[str, str]:
        """Return parameters for the addresses that players open, which carry nothing else."""
        if self.in_directory:
            word = _base64(self.password.reveal())
            return {"login": self.login, "password": word, "usertype": "ActiveDirectory"}
        return {"login": self.login, **({"password": self._hash} if self._hash else {})}

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Return what nobody may repeat."""
        password = self.password.reveal()
        return tuple(Secret(text) for text in (self._hash, _base64(password), password) if text)

    @property
    def _hash(self) -> str:
        # Lower case: upper case is understood in HTTP Basic, but not in the addresses of RTSP.
        password = self.password.reveal()
        return md5(password.encode(), usedforsecurity=False).hexdigest() if password else ""


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()
