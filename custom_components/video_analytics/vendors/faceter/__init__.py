"""Faceter: cloud video surveillance (https://faceter.cam)."""

from typing import override

from .. import contract
from ..addresses import base_url
from ..budget import Pace
from ..contract import VERIFY_TLS, FieldKind, SignInField, SignInValues
from ..errors import BadAddress
from ..http import Http
from ..models.state import AccountIdentity
from ..secret import Secret
from .account import FaceterAccount


class Faceter(contract.Vendor):
    """Faceter's entry in the registry."""

    key = "faceter"
    manufacturer = "Faceter"
    docs_url = "https://wiki.faceter.cam/en/integration-api/methods/"
    pace = Pace()
    fields = (
        SignInField(name="key", kind=FieldKind.PASSWORD, secret=True),
        SignInField(name="url", kind=FieldKind.URL, default="https://cloud.faceter.cam/integration-api", advanced=True),
        VERIFY_TLS,
    )

    @override
    async def accounts(self, http: Http, values: SignInValues) -> tuple[AccountIdentity, ...]:
        return (await self._open(http, values).identify(),)

    @override
    def open(self, http: Http, values: SignInValues, account_id: str) -> FaceterAccount:
        return self._open(http, values)

    def _open(self, http: Http, values: SignInValues) -> FaceterAccount:
        try:
            base = base_url(str(values["url"]), scheme="https", path="/integration-api")
        except ValueError as error:
            raise BadAddress(f"url: {error}") from None
        return FaceterAccount(http, base, Secret(str(values["key"]).strip()))


VENDOR = Faceter()
