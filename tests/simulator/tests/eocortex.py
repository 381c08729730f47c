"""A client of Eocortex's servers that says things as the tests want them said."""

from dataclasses import dataclass
from hashlib import md5
import json
from typing import Any
from urllib.parse import urlencode

import aiohttp

from ..client import Simulator

FIRST, SECOND = "cd81195c-9c0e-42f0-8535-c55af9c35161", "9162138b-046a-48ed-82ed-6c6c7f6a52ba"
"""The servers of the guide's examples."""
CAMERA = "7d69e586-25c6-470e-a368-5570d57b2631"
"""The camera of the guide's examples, which is the first one and attached to the first server."""
JSON = {"responsetype": "json"}


@dataclass
class Answer:
    """An answer, read to its end."""

    status: int
    kind: str
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as it stands."""
        return self.body.decode()

    @property
    def json(self) -> Any:
        """The JSON behind whatever stands before it."""
        return json.loads(self.body[min(self.body.index(sign) for sign in (b"{", b"[") if sign in self.body) :])


@dataclass
class Eocortex:
    """Asks the servers, as the senior administrator unless told otherwise."""

    simulator: Simulator
    session: aiohttp.ClientSession
    servers: list[str]
    """Their addresses, the main one first."""

    async def __call__(
        self, path: str, *, server: int = 0, method: str = "GET", user: tuple[str, str] | None = None, **options: Any
    ) -> Answer:
        """Ask with Basic; ``user`` is a login and what is sent for a password."""
        login, sent = user or self.administrator
        header = aiohttp.encode_basic_auth(login, sent, "utf-8")
        return await self.bare(path, server=server, method=method, headers={"Authorization": header}, **options)

    async def bare(self, path: str, *, server: int = 0, method: str = "GET", **options: Any) -> Answer:
        """Ask without credentials."""
        async with self.session.request(method, self.servers[server] + path, **options) as response:
            return Answer(response.status, response.content_type, dict(response.headers), await response.read())

    @property
    def administrator(self) -> tuple[str, str]:
        """Login and hash of the senior administrator."""
        return self.simulator.credentials["login"], hashed(self.simulator.credentials["password"])

    async def configuration(self, **options: Any) -> Any:
        """Return /configex as JSON."""
        return (await self("/configex", params=JSON, **options)).json

    async def states(self, server: int = 0) -> dict[str, Any]:
        """Return the channels' states by id."""
        answer = await self("/command", server=server, params={"type": "getchannelsstates", **JSON})
        return {state["Id"]: state for state in answer.json}

    def rtsp(self, **parameters: str) -> str:
        """Return the address of the first camera's stream."""
        login, sent = self.administrator
        query = urlencode({"channelid": CAMERA, "login": login, "password": sent} | parameters)
        return f"rtsp://127.0.0.1:{self.simulator.announced['rtsp_port']}/rtsp?{query}"


def hashed(password: str) -> str:
    """Return what an internal user sends for a password."""
    return md5(password.encode(), usedforsecurity=False).hexdigest()
