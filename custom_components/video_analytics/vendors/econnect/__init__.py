"""eConnect Identities: a face recognition server for venues (https://docs.econnectcloud.com)."""

from typing import override

from yarl import URL

from .. import contract
from ..addresses import base_url
from ..budget import Pace
from ..contract import VERIFY_TLS, FieldKind, SignInField, SignInValues
from ..errors import BadAddress
from ..http import Http
from ..models.state import AccountIdentity
from ..secret import Secret
from .account import EconnectAccount

_CLOUDS = (".econnectcloud.com", ".econnectclouddev.com")
_CLOUD_PATH = "/identities"
_PORT = 5009


class Econnect(contract.Vendor):
    """eConnect's entry in the registry."""

    key = "econnect"
    manufacturer = "eConnect"
    docs_url = "https://docs.econnectcloud.com/docs/dev-guides/identities/Getting-Started"
    pace = Pace(rate=2.0, burst=8.0)
    """No limit is documented. Fifty people, which is many, are asked for twice a minute."""
    fields = (
        SignInField(name="url", kind=FieldKind.URL),
        SignInField(name="username", kind=FieldKind.TEXT),
        SignInField(name="password", kind=FieldKind.PASSWORD, secret=True),
        VERIFY_TLS,
    )

    @override
    async def accounts(self, http: Http, values: SignInValues) -> tuple[AccountIdentity, ...]:
        account = self._open(http, values)
        try:
            return (await account.identify(),)
        finally:
            await account.close()

    @override
    def open(self, http: Http, values: SignInValues, account_id: str) -> EconnectAccount:
        return self._open(http, values)

    def _open(self, http: Http, values: SignInValues) -> EconnectAccount:
        try:
            base = server_url(str(values["url"]))
        except ValueError as error:
            raise BadAddress(f"url: {error}") from None
        return EconnectAccount(http, base, str(values["username"]).strip(), Secret(str(values["password"])))


def server_url(text: str) -> URL:
    """Read the address of a server: behind the cloud's proxy there is a path, on the premises a port.

    So says the page "Getting Started". What was typed stays: a proxy of one's own may have any path. Raises ValueError.
    """
    host = base_url(text, scheme="https").host or ""
    if host.endswith(_CLOUDS):
        return base_url(text, scheme="https", path=_CLOUD_PATH)
    return base_url(text, scheme="https", port=_PORT)


VENDOR = Econnect()
