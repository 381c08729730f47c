"""A client of eConnect's server that says things as the tests want them said."""

from dataclasses import dataclass
import json
from typing import Any

import aiohttp

from ..client import Simulator

USER = "home-assistant"


@dataclass
class Answer:
    """An answer, read to its end."""

    status: int
    kind: str
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Econnect:
    """Asks the server, as its user unless told otherwise."""

    simulator: Simulator
    session: aiohttp.ClientSession
    token: str = ""

    async def __call__(self, method: str, path: str, *, token: str | None = None, **options: Any) -> Answer:
        """Ask with a token; ``path`` starts behind ``/api/v1``."""
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        return await self.bare(method, path, headers=headers, **options)

    async def bare(self, method: str, path: str, **options: Any) -> Answer:
        """Ask without credentials."""
        url = f"{self.simulator.url}/api/v1{path}"
        async with self.session.request(method, url, **options) as response:
            return Answer(response.status, response.content_type, await response.read())

    async def authenticate(self, **changes: str) -> Answer:
        """Ask for a token."""
        return await self.bare("POST", "/authenticate", json={**self.simulator.credentials, **changes})

    async def sign_in(self) -> str:
        """Take a token and use it from now on."""
        self.token = (await self.authenticate()).json["token"]
        return self.token

    async def person(self, name: str = "Anna Lindqvist") -> dict[str, Any]:
        """Return somebody, as the control port does."""
        people: list[dict[str, Any]] = await self.simulator.people()
        return next(person for person in people if person["name"] == name)
