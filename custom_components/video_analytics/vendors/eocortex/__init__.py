"""Eocortex (sold as Macroscop in Russia): video management on the premises."""

from typing import override

from .. import contract
from ..addresses import base_url
from ..budget import Pace
from ..contract import VERIFY_TLS, FieldKind, SignInField, SignInValues
from ..errors import BadAddress, MaybeUnlicensed
from ..http import Http
from ..models.state import AccountIdentity
from ..secret import Secret
from .account import EocortexAccount
from .credentials import Credentials

_PORT = 8080
_IN_DIRECTORY = "active_directory"


class Eocortex(contract.Vendor):
    """Eocortex' entry in the registry."""

    key = "eocortex"
    manufacturer = "Eocortex"
    docs_url = "https://doc.eocortex.com/mobile/web/launch.htm"
    pace = Pace(rate=10.0, burst=20.0)
    refusal = MaybeUnlicensed
    fields = (
        SignInField(name="url", kind=FieldKind.URL),
        SignInField(name="login", kind=FieldKind.TEXT),
        SignInField(name="password", kind=FieldKind.PASSWORD, required=False, secret=True),
        SignInField(
            name="user_type",
            kind=FieldKind.CHOICE,
            default="internal",
            choices=("internal", _IN_DIRECTORY),
            advanced=True,
        ),
        VERIFY_TLS,
    )

    @override
    async def accounts(self, http: Http, values: SignInValues) -> tuple[AccountIdentity, ...]:
        return (await self._open(http, values).identify(),)

    @override
    def open(self, http: Http, values: SignInValues, account_id: str) -> EocortexAccount:
        return self._open(http, values)

    def _open(self, http: Http, values: SignInValues) -> EocortexAccount:
        try:
            base = base_url(str(values["url"]), scheme="http", port=_PORT)
        except ValueError as error:
            raise BadAddress(f"url: {error}") from None
        credentials = Credentials(
            login=str(values["login"]).strip(),
            password=Secret(str(values.get("password") or "")),
            in_directory=values.get("user_type") == _IN_DIRECTORY,
        )
        return EocortexAccount(http, base, credentials)


VENDOR = Eocortex()
