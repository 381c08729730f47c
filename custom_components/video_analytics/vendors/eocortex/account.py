"""An Eocortex system seen through the contract."""

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial
from time import monotonic
from typing import override

from yarl import URL

from .. import contract
from ..errors import NotFound, NotPermitted, Rejected, SignInFailed, Unreachable, VendorError
from ..http import Http
from ..models.state import AccountIdentity, AccountState, Feature, License, Part, Wanted
from ..rows import Rows
from .counters import Counters
from .credentials import Credentials
from .events.history import EocortexHistory
from .events.source import EocortexMoments
from .groups import Groups
from .live import EocortexLive, EocortexStills, Way
from .modules import EocortexModules
from .occasional import Occasional, OfCameras
from .reports import EocortexReports
from .servers import Link, Servers, by_id
from .state import Abilities, Cameras, Inputs, licenses, server
from .visitors import VisitorsToday
from .wire.channels import ChannelStatus
from .wire.configuration import Channel, Configuration
from .writer import EocortexWriter

_CONFIGURATION_EVERY = 600.0
_STATES_EVERY = 25.0
"""Seconds, a little less than between two polls of states."""
_AGAIN = 60.0
_RIGHTS_EVERY = 3600.0
_STATUS_EVERY = 60.0
_STATUS_AT_ONCE = 100
_PATIENCE = 10.0


class EocortexAccount(contract.Account):
    """A system of one or several servers, as one user sees it."""

    archive = exports = episodes = None
    faces = plates = people = recognition = documents = dossier = None
    ptz = admin = photos = hook = None

    def __init__(self, http: Http, base: URL, credentials: Credentials) -> None:
        """Open a system; nothing is requested yet."""
        self._base = base
        self._servers = Servers(http, base, credentials)
        self._configuration: Configuration | None = None
        self._versions: dict[str, str | None] = {}
        self._rows = Rows(by_id("configex"), lambda row: Channel.read(row, "channel"))
        self._channels: Mapping[str, Channel] = {}
        self._cameras = Cameras()
        self._configuration_due = 0.0
        self._main = Occasional(self._find_main, _RIGHTS_EVERY)
        self._may_see_statuses = Occasional(self._try_statuses, _RIGHTS_EVERY)
        self._licenses: dict[str, Occasional[tuple[License, ...]]] = {}
        self._statuses: OfCameras[ChannelStatus] = OfCameras(self._ask_status, _STATUS_EVERY, _STATUS_AT_ONCE)
        self._counters = Counters()
        self._groups = Groups(self._servers)
        self._states_due = 0.0
        self._modules = EocortexModules(lambda: self._main.value)
        self.modules: EocortexModules | None = None
        self.live = EocortexLive(self._way)
        self.stills = EocortexStills(self._way)
        self.moments = EocortexMoments(http, self._servers, self._link, self.stills, lambda: self._groups.wanted)
        self.history = EocortexHistory(self._servers, self._link, self.moments.kinds_at, lambda: self._groups.wanted)
        self.writer = EocortexWriter(self._link, lambda: http.present)
        self.reports = EocortexReports(self._servers, self._link)
        self._visitors = VisitorsToday(self.reports, lambda: http.present)

    async def identify(self) -> AccountIdentity:
        """Sign in with one fresh attempt."""
        configuration, asked = await self._servers.configuration(urgent=True)
        self._servers.learn(configuration, asked)
        server = self._servers.entry.server
        title = f"Eocortex {server.name}" if server and server.name else "Eocortex"
        return AccountIdentity(id=configuration.system.id, title=title, url=str(self._base))

    @property
    @override
    def switched_off(self) -> Mapping[str, str]:
        asked = {
            "states": next((link.refusal for link in self._servers.in_order if link.refusal), None),
            "modules": self._main.refusal,
            "camera_status": self._may_see_statuses.refusal,
            "licenses": next((known.refusal for known in self._licenses.values() if known.refusal), None),
            "counters": self._counters.refusal,
            "visitors": self._visitors.refusal,
            "groups": self._groups.refusal,
            "event_stream": self.moments.status.refusal,
        }
        configured = Abilities.of(self._configuration.system).missing if self._configuration else {}
        return {name: reason for name, reason in asked.items() if reason} | configured

    @override
    async def fetch(self, previous: AccountState | None, wanted: Wanted) -> AccountState:
        configuration = await self._refresh_configuration()
        if monotonic() >= self._states_due:  # counters are asked for more often
            self._states_due = monotonic() + _STATES_EVERY
            if await self._servers.poll():
                self._configuration_due = 0.0
        await self._refresh_the_rest(wanted)
        return self._compose(configuration, previous or AccountState())

    @override
    async def close(self) -> None:
        """Nothing is held open."""

    async def _refresh_configuration(self) -> Configuration:
        """Ask when it is time; when it fails, the last one goes on, unless the user is refused."""
        known = self._configuration
        if known and monotonic() < self._configuration_due:
            return known
        try:
            configuration, asked = await self._servers.configuration()
            self._channels = self._rows.update(configuration.channels)
        except SignInFailed, NotPermitted:
            raise
        except VendorError:
            if known is None:
                raise
            self._configuration_due = monotonic() + _AGAIN
            return known
        self._servers.learn(configuration, asked)
        self._configuration = configuration
        self._configuration_due = monotonic() + _CONFIGURATION_EVERY
        system = configuration.system
        self._versions[system.sender_id or self._servers.entry.id or ""] = system.server_version
        return configuration

    async def _refresh_the_rest(self, wanted: Wanted) -> None:
        """Ask for what costs requests of its own, and may be refused."""
        await asyncio.gather(
            self._main.refresh(),
            self._may_see_statuses.refresh(),
            self._groups.refresh(),
            self._counters.refresh(self._servers.links, looked_at=bool(wanted.of(Part.COUNTERS))),
            *(known.refresh() for known in self._licenses_to_ask_for(looked_at=bool(wanted.of(Part.LICENSES)))),
        )
        self.modules = self._modules if self._main.value else None
        await asyncio.gather(
            self._statuses.refresh(
                self._answering(wanted.of(Part.CAMERA_STATUS) if self._may_see_statuses.value else ())
            ),
            self._modules.refresh(self._answering(wanted.of(Part.MODULES) if self.modules else ())),
            self._visitors.refresh(self._answering(self._with_faces), wanted.of(Part.VISITORS), wanted.zone),
        )

    def _licenses_to_ask_for(self, *, looked_at: bool) -> list[Occasional[tuple[License, ...]]]:
        """Return what to ask each server for: once, to know the kinds of licences, and then while somebody looks."""
        links = self._servers.links
        self._licenses = {
            key: self._licenses.get(key) or Occasional(partial(self._ask_licenses, key), _RIGHTS_EVERY) for key in links
        }
        return [known for key, known in self._licenses.items() if links[key].online and (known.is_new or looked_at)]

    def _answering(self, cameras: Iterable[str]) -> frozenset[str]:
        """Return those of the cameras that are there, at servers that answer."""
        return frozenset(camera for camera in cameras if camera in self._channels and self._link(camera).online)

    @property
    def _with_faces(self) -> Iterable[str]:
        """Return the cameras that recognize faces, by which visitors are counted."""
        return (key for key, channel in self._channels.items() if channel.is_face_rec_on)

    def _compose(self, configuration: Configuration, previous: AccountState) -> AccountState:
        """Put the state together; what did not change is the previous state's own."""
        links = self._servers.links
        abilities = Abilities.of(
            configuration.system, statuses=bool(self._may_see_statuses.value), visitors=self._visitors.offered
        )
        rows: dict[str, Inputs] = {}
        for key, channel in self._channels.items():
            link = self._link(key)
            rows[key] = (
                channel,
                configuration.places.get(key, ()),
                link.id,
                link.online,
                link.states.get(key),
                self._statuses.get(key),
                self._modules.of(key),
                abilities,
            )
        licenses = {found.id: found for known in self._licenses.values() for found in known.value or ()}
        cameras = self._cameras.update(rows, previous.cameras)
        visited = (key for key, camera in cameras.items() if Feature.VISITORS in camera.supports)
        state = AccountState(
            cameras=cameras,
            servers=_kept(
                previous.servers, {key: server(link, key, self._versions.get(key)) for key, link in links.items()}
            ),
            zones=_kept(
                previous.zones, {key: zone for key, zone in self._counters.zones.items() if zone.camera in rows}
            ),
            visitors=_kept(previous.visitors, {key: self._visitors.of(key) for key in visited}),
            licenses=_kept(previous.licenses, licenses),
            incomplete=frozenset() if self._counters.complete else frozenset({"zones"}),
        )
        return previous if previous == state else state

    def _link(self, camera: str) -> Link:
        channel = self._channels.get(camera)
        return self._servers.of(channel.attached_to_server if channel else None)

    def _way(self, camera: str) -> Way | None:
        if self._configuration is None or (channel := self._channels.get(camera)) is None:
            return None
        system = self._configuration.system
        port = system.rtsp.tcp_port if system.rtsp else None
        return Way(channel, self._link(camera), Abilities.of(system), port)

    async def _find_main(self) -> Link:
        """Return the server that lets this user configure; the guide calls it the main one, and nothing says which."""
        group = self._configuration.system.user_group if self._configuration else None
        if group and group.can_configure is False:
            raise NotPermitted("configure: this user may not")
        failure: VendorError | None = None
        for link in self._servers.in_order:
            try:
                await link.ask(lambda client: client.configure.servers(), _PATIENCE)
            except (NotFound, Rejected, Unreachable) as error:
                failure = failure or error
            else:
                return link
        raise failure or Unreachable("configure: no server answers")

    async def _try_statuses(self) -> bool:
        """Tell whether this user may use `/api`, about which the guide contradicts itself."""
        await self._first_answering.ask(lambda client: client.api.channels(), _PATIENCE)
        return True

    async def _ask_licenses(self, server: str) -> tuple[License, ...]:
        """Ask a server, which tells of the cameras linked to it (guide, "GET /license")."""
        link = self._servers.of(server)
        return licenses(await link.ask(lambda client: client.webapi.license(), _PATIENCE), server)

    async def _ask_status(self, camera: str) -> ChannelStatus:
        return await self._link(camera).ask(lambda client: client.api.status(camera), _PATIENCE)

    @property
    def _first_answering(self) -> Link:
        return next((link for link in self._servers.in_order if link.online), self._servers.entry)


def _kept[T](previous: Mapping[str, T], present: Mapping[str, T]) -> Mapping[str, T]:
    """Return the present things, as the previous objects where they are equal."""
    return {
        key: before if (before := previous.get(key)) == value and before else value for key, value in present.items()
    }
