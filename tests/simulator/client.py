"""Starts a simulator as a process of its own and steers it: what tests use.

In a test's own loop::

    async with Simulator.running(cameras=2) as simulator:
        await simulator.advance(60)

For a session-scoped fixture, which lives outside of any loop::

    simulator = Simulator.launch()
    yield simulator
    simulator.stop()
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
import json
from pathlib import Path
import subprocess
import sys
from typing import TypedDict, Unpack, cast

import aiohttp

from .switches import Json, JsonObject

ROOT = Path(__file__).resolve().parents[2]
STOP_SECONDS = 10


class Options(TypedDict, total=False):
    """Those of the command, see ``__main__.py``; the vendor is Faceter unless another is named."""

    vendor: str
    host: str
    port: int
    control_port: int
    cameras: int
    servers: int
    seed: int
    time_zone: str
    ahead: float


class ControlError(Exception):
    """The control port did not like a request."""


class Simulator:
    """A running simulator; ``url`` and ``credentials`` are what a user would type in."""

    def __init__(self, process: subprocess.Popen[str], announced: JsonObject) -> None:
        self._process = process
        self.vendor = str(announced["vendor"])
        self.url = str(announced["url"])
        self.control = str(announced["control"])
        self.credentials = cast(dict[str, str], announced["credentials"])
        self.announced = announced

    @classmethod
    def launch(cls, **options: Unpack[Options]) -> Simulator:
        """Start a process and wait until it serves."""
        command = [sys.executable, "-m", "tests.simulator"]
        for name, value in ({"vendor": "faceter"} | options).items():
            command += [f"--{name.replace('_', '-')}", str(value)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise RuntimeError(f"the simulator did not start, exit status {process.wait()}")
        return cls(process, json.loads(line))

    @classmethod
    @asynccontextmanager
    async def running(cls, **options: Unpack[Options]) -> AsyncIterator[Simulator]:
        """Start a process, and stop it at the end."""
        simulator = await asyncio.to_thread(cls.launch, **options)
        try:
            yield simulator
        finally:
            await asyncio.to_thread(simulator.stop)

    def stop(self) -> int:
        """Stop the process as Ctrl-C would, and return its exit status."""
        self._process.terminate()
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        finally:
            if self._process.stdout:
                self._process.stdout.close()

    async def state(self) -> JsonObject:
        """Return everything there is to know."""
        return cast(JsonObject, await self._ask("GET", "/state"))

    async def reset(self) -> None:
        """Return everything to the start."""
        await self._ask("POST", "/reset")

    async def advance(self, seconds: float) -> None:
        """Move the simulated clock."""
        await self._ask("POST", "/clock", {"advance": seconds})

    async def set_time(self, moment: str) -> None:
        """Set the simulated clock to an ISO date."""
        await self._ask("POST", "/clock", {"set": moment})

    async def begin_at_noon(self) -> None:
        """Set the simulated clock to noon of today, UTC: what is counted by the day begins anew neither soon nor in hours."""
        await self.set_time(datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0).isoformat())

    async def set_rate(self, rate: float) -> None:
        """Let the simulated clock run at a rate; 0 stops it."""
        await self._ask("POST", "/clock", {"rate": rate})

    async def settings(self, **values: Json) -> None:
        """Change settings, see ``settings.py``."""
        await self._ask("POST", "/settings", values)

    async def quirks(self, **values: Json) -> None:
        """Change quirks, see the vendor's ``quirks.py``."""
        await self._ask("POST", "/quirks", values)

    async def fault(self, match: str = "", **rule: Json) -> None:
        """Add a rule of faults, see ``control.py``."""
        await self._ask("POST", "/faults", {"match": match, **rule})

    async def refuse(self, refused: bool = True, server: str | None = None) -> None:
        """Refuse connections, or accept them again: of all the vendor's servers, or of the one with this id."""
        await self._ask("POST", "/faults", {"refuse": refused, "server": server})

    async def setup(self, **values: Json) -> None:
        """Change the setup and the licences of Eocortex, see ``eocortex/quirks.py``."""
        await self._ask("POST", "/system", values)

    async def add_user(self, login: str, password: str, **rights: Json) -> None:
        """Add a user of Eocortex, see ``eocortex/access.py``."""
        await self._ask("POST", "/users", {"login": login, "password": password, **rights})

    async def patch_user(self, login: str, **values: Json) -> None:
        """Change a user of Eocortex."""
        await self._ask("PATCH", f"/users/{login}", values)

    async def event_streams(self) -> list[JsonObject]:
        """Return who listens to Eocortex's events, see ``eocortex/control.py``."""
        return cast(list[JsonObject], await self._ask("GET", "/event_streams"))

    async def disturb_events(self, action: str, server: str | None = None) -> None:
        """Cut event streams of Eocortex or silence servers, see ``eocortex/control.py``."""
        await self._ask("POST", "/event_streams", {"action": action, "server": server})

    async def reset_counters(self, camera_id: str) -> None:
        """Let the counters of a camera of Eocortex begin again."""
        await self._ask("POST", f"/cameras/{camera_id}/counters/reset")

    async def face_groups(self) -> dict[str, str]:
        """Return the ids of Eocortex's groups of faces by name."""
        return cast(dict[str, str], await self._ask("GET", "/face_groups"))

    async def permit(self, *permissions: str, username: str) -> None:
        """Leave a user of eConnect these permissions and no others."""
        await self._ask("PATCH", f"/users/{username}", {"permissions": list(permissions)})

    async def forget_tokens(self) -> int:
        """Make all tokens of eConnect invalid, and return how often somebody has signed in."""
        return int(str(cast(JsonObject, await self._ask("POST", "/tokens"))["sign_ins"]))

    async def people(self) -> list[JsonObject]:
        """Return the people that eConnect knows: id, name, tags, faces."""
        return cast(list[JsonObject], await self._ask("GET", "/people"))

    async def put_item(self, person: str, section: str, **values: Json) -> JsonObject:
        """Put an item into a section of somebody whom eConnect knows, see ``econnect/control.py``."""
        return cast(JsonObject, await self._ask("POST", f"/people/{person}/{section}", values))

    async def remove_person(self, person: str) -> None:
        """Let eConnect know somebody no more."""
        await self._ask("DELETE", f"/people/{person}")

    async def documents(self) -> list[JsonObject]:
        """Return the files that eConnect keeps."""
        return cast(list[JsonObject], await self._ask("GET", "/documents"))

    async def libraries(self) -> list[JsonObject]:
        """Return Gumnut's libraries, see ``gumnut/control.py``."""
        return cast(list[JsonObject], await self._ask("GET", "/libraries"))

    async def add_library(self, name: str, **fields: Json) -> str:
        """Add a library of Gumnut and return its id."""
        return str(cast(JsonObject, await self._ask("POST", "/libraries", {"name": name, **fields}))["id"])

    async def patch_library(self, library_id: str, **fields: Json) -> None:
        """Change a library of Gumnut."""
        await self._ask("PATCH", f"/libraries/{library_id}", fields)

    async def add_photo(self, *people: str, **fields: Json) -> str:
        """Let somebody else upload a photo of people to Gumnut, and return its id."""
        return str(cast(JsonObject, await self._ask("POST", "/photos", {"people": [*people], **fields}))["id"])

    async def patch_photo(self, photo: str, **fields: Json) -> None:
        """Put a photo of Gumnut into the trash, or into another library."""
        await self._ask("PATCH", f"/photos/{photo}", fields)

    async def restore_feed(self) -> None:
        """Put Gumnut's database back in time: cursors are not good any more."""
        await self._ask("POST", "/feed", {"action": "restore"})

    async def patch_user_settings(self, **fields: Json) -> None:
        """Change the user of Gumnut."""
        await self._ask("PATCH", "/user", fields)

    async def servers(self) -> list[JsonObject]:
        """Return the vendor's servers: id, url, secure_url, accepting."""
        return cast(list[JsonObject], await self._ask("GET", "/servers"))

    async def clear_faults(self) -> None:
        """Remove all rules."""
        await self._ask("DELETE", "/faults")

    async def key(self, action: str, **details: Json) -> str:
        """Act on credentials and return the key it is about."""
        answer = cast(JsonObject, await self._ask("POST", "/credentials", {"action": action, **details}))
        return str(answer["key"])

    async def cameras(self) -> list[JsonObject]:
        """Return the main account's cameras."""
        return cast(list[JsonObject], await self._ask("GET", "/cameras"))

    async def camera(self, camera_id: str) -> JsonObject:
        """Return one camera."""
        return cast(JsonObject, await self._ask("GET", f"/cameras/{camera_id}"))

    async def add_camera(self, **fields: Json) -> str:
        """Add a camera and return its id."""
        return str(cast(JsonObject, await self._ask("POST", "/cameras", fields))["id"])

    async def patch_camera(self, camera_id: str, **fields: Json) -> JsonObject:
        """Replace fields of a camera and return it."""
        return cast(JsonObject, await self._ask("PATCH", f"/cameras/{camera_id}", fields))

    async def remove_camera(self, camera_id: str) -> None:
        """Take a camera away."""
        await self._ask("DELETE", f"/cameras/{camera_id}")

    async def inject_event(self, camera_id: str, **fields: Json) -> str:
        """Put an event on a camera's timeline and return its id; of Eocortex: that of its kind.

        A camera of eConnect is a detector, see ``econnect/control.py``.
        """
        return str(cast(JsonObject, await self._ask("POST", f"/cameras/{camera_id}/events", fields))["id"])

    async def requests(self) -> list[JsonObject]:
        """Return what the vendor's port was asked."""
        return cast(list[JsonObject], await self._ask("GET", "/requests"))

    async def forget_requests(self) -> None:
        """Forget them."""
        await self._ask("DELETE", "/requests")

    async def callbacks(self) -> list[JsonObject]:
        """Return the calls made when exports ended."""
        return cast(list[JsonObject], await self._ask("GET", "/callbacks"))

    async def streams(self) -> list[JsonObject]:
        """Return the running encoders."""
        return cast(list[JsonObject], await self._ask("GET", "/streams"))

    async def _ask(self, method: str, path: str, body: JsonObject | None = None) -> Json:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.control + path, json=body) as answer,
        ):
            content: Json = await answer.json()
            if answer.status != 200:
                raise ControlError(f"{method} {path}: {content}")
            return content
