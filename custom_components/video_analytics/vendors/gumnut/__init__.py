"""Gumnut: a photo library in the cloud that groups faces (https://www.gumnut.ai)."""

from typing import override

from yarl import URL

from .. import contract
from ..addresses import base_url
from ..budget import Pace
from ..contract import VERIFY_TLS, FieldKind, SignInField, SignInValues
from ..errors import BadAddress, NotPermitted, SignInFailed
from ..http import Http
from ..models.state import AccountIdentity
from ..secret import Secret
from .account import GumnutAccount
from .client import GumnutClient


class Gumnut(contract.Vendor):
    """Gumnut's entry in the registry."""

    key = "gumnut"
    manufacturer = "Gumnut"
    docs_url = "https://docs.gumnut.ai/guides/authentication/api-keys"
    pace = Pace()
    fields = (
        SignInField(name="key", kind=FieldKind.PASSWORD, secret=True),
        SignInField(name="url", kind=FieldKind.URL, default="https://api.gumnut.ai", advanced=True),
        VERIFY_TLS,
    )

    @override
    async def accounts(self, http: Http, values: SignInValues) -> tuple[AccountIdentity, ...]:
        """Return the libraries behind the key, which may be none."""
        client, base = _client(http, values)
        try:
            user = await client.libraries.me(urgent=True)
        except NotPermitted as error:
            # Every key may read; one that may not even this is none.
            raise SignInFailed(str(error)) from None
        if user.is_active is False:
            raise SignInFailed("GET /api/users/me: the user is not active")
        return tuple(
            AccountIdentity(id=library.id, title=library.name or f"{self.manufacturer} {library.id}", url=str(base))
            for library in await client.libraries.list(urgent=True)
        )

    @override
    def open(self, http: Http, values: SignInValues, account_id: str) -> GumnutAccount:
        client, _ = _client(http, values)
        return GumnutAccount(http, client, account_id)


def _client(http: Http, values: SignInValues) -> tuple[GumnutClient, URL]:
    try:
        base = base_url(str(values["url"]), scheme="https")
    except ValueError as error:
        raise BadAddress(f"url: {error}") from None
    return GumnutClient(http, base, Secret(str(values["key"]).strip())), base


VENDOR = Gumnut()
