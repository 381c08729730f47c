"""A real Home Assistant in a process of its own, and its API."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
import json
from pathlib import Path
import shutil
import signal
import socket
import sys
from typing import Any, Self

import aiohttp

ROOT = Path(__file__).resolve().parents[2]
MEDIA = "media"
"""The media folder, inside Home Assistant's."""
USER = "demo"
PASSWORD = "demo"
TIME_ZONE = "Europe/Berlin"
EVERYWHERE = "0.0.0.0"

type JsonObject = dict[str, Any]

_CONFIG = Path(__file__).with_name("config")
_START_SECONDS = 180
_POLL_SECONDS = 0.2

# What a new Home Assistant loads, less what the demo does not need and what does not build everywhere (voice, Bluetooth,
# the cloud, discovery).
CONFIGURATION = """\
homeassistant:
  name: Harbour House
  latitude: 53.5436
  longitude: 9.9883
  elevation: 8
  unit_system: metric
  currency: EUR
  country: DE
  time_zone: {time_zone}
  internal_url: http://127.0.0.1:{port}
  media_dirs:
    local: {media}
frontend:
config:
automation: !include automations.yaml
history:
input_button:
  doorbell:
    name: Doorbell
    icon: mdi:doorbell
logbook:
logger:
  default: warning
media_source:
my:
person:
recorder:
  commit_interval: 5
script: !include scripts.yaml
stream:
sun:
system_health:
"""


class HomeFailed(Exception):
    """Home Assistant did not start, or answered with an error."""


class Home:
    """A running Home Assistant whose user is signed in."""

    def __init__(self, url: str, session: aiohttp.ClientSession, process: asyncio.subprocess.Process) -> None:
        """`Home.run` is the way here."""
        self.url = url
        self._session = session
        self._process = process
        self._token = ""

    @classmethod
    @asynccontextmanager
    async def run(cls, folder: Path, *, host: str = "127.0.0.1", port: int) -> AsyncIterator[Self]:
        """Start Home Assistant in a folder, with its onboarding done, and stop it in the end."""
        _prepare(folder, host, port)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "homeassistant", "--config", str(folder), "--skip-pip", "--log-no-color",
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            async with aiohttp.ClientSession() as session:
                home = cls(f"http://{'127.0.0.1' if host == EVERYWHERE else host}:{port}", session, process)
                async with _ending(process, folder), asyncio.timeout(_START_SECONDS):
                    await home._sign_in()
                    await home._started()
                yield home
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
                try:
                    async with asyncio.timeout(60):
                        await process.wait()
                except TimeoutError:
                    process.kill()
                    await process.wait()

    async def kill(self) -> None:
        """End Home Assistant as a power failure would."""
        self._process.kill()
        await self._process.wait()

    async def get(self, path: str) -> Any:
        """GET of the REST API."""
        return await self._request("GET", path)

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """POST to the REST API."""
        return await self._request("POST", path, body)

    async def command(self, type_: str, **values: Any) -> Any:
        """Send one command of the WebSocket API and return its result."""
        async with self._session.ws_connect(f"{self.url}/api/websocket", max_msg_size=0) as socket_:
            await socket_.receive_json()
            await socket_.send_json({"type": "auth", "access_token": self._token})
            await socket_.receive_json()
            await socket_.send_json({"id": 1, "type": type_, **values})
            answer = await socket_.receive_json()
        if not answer["success"]:
            raise HomeFailed(f"{type_}: {answer['error']['message']}")
        return answer["result"]

    async def add_account(self, vendor: str, sign_in: Mapping[str, Any]) -> JsonObject:
        """Set an account up through the integration's own config flow."""
        flow: JsonObject = await self.post("/api/config/config_entries/flow", {"handler": "video_analytics"})
        path = f"/api/config/config_entries/flow/{flow['flow_id']}"
        await self.post(path, {"next_step_id": vendor})
        done: JsonObject = await self.post(path, sign_in)
        if done["type"] != "create_entry":
            raise HomeFailed(f"the account was not set up: {done.get('errors') or done.get('reason')}")
        return done

    async def watch_people(self, entry_id: str, forms: Iterable[JsonObject]) -> None:
        """Watch people of an account through the integration's own flow."""
        path = "/api/config/config_entries/subentries/flow"
        flow: JsonObject = await self.post(path, {"handler": [entry_id, "people"]})
        for form in forms:
            flow = await self.post(f"{path}/{flow['flow_id']}", form)
        if flow["type"] != "create_entry":
            raise HomeFailed(f"nobody is watched: {flow.get('errors') or flow.get('reason')}")

    async def _sign_in(self) -> None:
        client_id = f"{self.url}/"
        if await self._is_new():
            user = {"name": "Demo", "username": USER, "password": PASSWORD, "client_id": client_id, "language": "en"}
            code = (await self.post("/api/onboarding/users", user))["auth_code"]
        else:
            flow = await self.post(
                "/auth/login_flow",
                {"client_id": client_id, "handler": ["homeassistant", None], "redirect_uri": client_id},
            )
            sign_in = {"client_id": client_id, "username": USER, "password": PASSWORD}
            code = (await self.post(f"/auth/login_flow/{flow['flow_id']}", sign_in))["result"]
        form = {"grant_type": "authorization_code", "code": code, "client_id": client_id}
        async with self._session.post(f"{self.url}/auth/token", data=form) as response:
            self._token = (await response.json())["access_token"]

    async def _is_new(self) -> bool:
        """Wait for the sign-in page, and tell whether there is no user yet; an earlier start may have been broken off."""
        while True:
            try:
                async with self._session.get(f"{self.url}/auth/providers") as response:
                    if response.ok:
                        return False
                    if response.status == HTTPStatus.BAD_REQUEST:
                        await self._until_served("/api/onboarding")
                        return True
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(_POLL_SECONDS)

    async def _started(self) -> None:
        """Wait until everything is set up."""
        await self._until_served("/api/config")
        while (await self.get("/api/config"))["state"] != "RUNNING":  # noqa: ASYNC110  # in another process
            await asyncio.sleep(_POLL_SECONDS)

    async def _until_served(self, path: str) -> None:
        """Wait until a path is served; Home Assistant serves its parts as they come up."""
        while True:
            try:
                async with self._session.get(f"{self.url}{path}", headers=self._headers) as response:
                    if response.ok:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(_POLL_SECONDS)

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    async def _request(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        url = f"{self.url}{path}"
        async with self._session.request(method, url, json=body, headers=self._headers) as response:
            if not response.ok:
                raise HomeFailed(f"{method} {path}: {response.status} {await response.text()}")
            return await response.json()


def free_port(preferred: int, host: str = "127.0.0.1") -> int:
    """Return a port that is free: the preferred one if it is."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise HomeFailed(f"nothing can listen at {host}: give an IPv4 address of this machine, or {EVERYWHERE} for all")


@asynccontextmanager
async def _ending(process: asyncio.subprocess.Process, folder: Path) -> AsyncIterator[None]:
    """Give up waiting when Home Assistant ends before it has started."""
    waiting = asyncio.current_task()
    assert waiting is not None
    ended = False

    async def watch() -> None:
        nonlocal ended
        await process.wait()
        ended = True
        waiting.cancel()

    watcher = asyncio.create_task(watch())
    try:
        yield
    except TimeoutError:
        raise HomeFailed(
            f"Home Assistant did not start (scripts/demo --reset starts afresh); see {folder / 'home-assistant.log'}"
        ) from None
    except asyncio.CancelledError:
        if ended and waiting.uncancel() == 0:
            raise HomeFailed(f"Home Assistant ended; see {folder / 'home-assistant.log'}") from None
        raise
    finally:
        watcher.cancel()


def _prepare(folder: Path, host: str, port: int) -> None:
    """Write the configuration, and link the integration of this checkout."""
    storage = folder / ".storage"
    storage.mkdir(parents=True, exist_ok=True)
    link = folder / "custom_components"
    if not link.exists():
        link.unlink(missing_ok=True)
        link.symlink_to(ROOT / "custom_components", target_is_directory=True)
    for file in _CONFIG.iterdir():
        if not (folder / file.name).exists():
            shutil.copy(file, folder)
    media = folder / MEDIA
    media.mkdir(exist_ok=True)
    configuration = CONFIGURATION.format(port=port, time_zone=TIME_ZONE, media=json.dumps(str(media.resolve())))
    (folder / "configuration.yaml").write_text(configuration)
    # Home Assistant no longer reads this from YAML, and takes what its pages save for a trial that has to be confirmed.
    listening = {
        "server_host": [host],
        "server_port": port,
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": False,
        "ssl_profile": "modern",
        "use_x_frame_options": True,
        "created_at": "2026-01-01T00:00:00+00:00",
        "error": None,
        "error_message": None,
    }
    _store(storage, "http", 2, {"stable": listening, "pending": None, "yaml_migration_done": True}, minor_version=2)
    if not (storage / "onboarding").exists():
        # Only the user is left to be made. The other steps would set up a weather service and count installations.
        _store(storage, "onboarding", 4, {"done": ["core_config", "analytics", "integration"]})


def _store(storage: Path, key: str, version: int, data: JsonObject, *, minor_version: int = 1) -> None:
    """Write one of Home Assistant's stores."""
    content = {"version": version, "minor_version": minor_version, "key": key, "data": data}
    (storage / key).write_text(json.dumps(content))
