"""The servers of a system, and which of them is asked for what."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic

from yarl import URL

from ..addresses import base_url
from ..errors import BadAnswer, NotFound, NotPermitted, Rejected, Unreachable, VendorError
from ..http import Http
from ..json import JsonObject
from ..rows import Rows
from .client import EocortexClient
from .credentials import Credentials
from .wire.channels import ChannelState
from .wire.configuration import Configuration, Server
from .wire.row import value

_PATIENCE = 10.0
"""Seconds that a poll waits for a server: the cameras of the others must not wait for long."""
_GRACE = 90.0
"""Seconds that a server may be silent before its cameras count as offline, as after a restart."""


class Link:
    """One server, at whichever of its addresses answers."""

    def __init__(
        self, http: Http, credentials: Credentials, addresses: tuple[URL, ...], server: Server | None = None
    ) -> None:
        """`server` is not known before the first configuration; without addresses it is always silent."""
        self.server = server
        self.addresses = addresses
        self._clients = [EocortexClient(http, address, credentials) for address in addresses]
        self._rows = Rows(by_id("getchannelsstates"), lambda row: ChannelState.read(row, "channel state"))
        self._states: Mapping[str, ChannelState] = {}
        self._answered: float | None = None
        self.refusal: str | None = None
        """Why the last answer did not tell the states of channels."""

    @property
    def id(self) -> str | None:
        """Return the server's id, as far as it is known which server this is."""
        return self.server.id if self.server else None

    @property
    def client(self) -> EocortexClient | None:
        """Return the client of the best address."""
        return self._clients[0] if self._clients else None

    @property
    def online(self) -> bool:
        """Tell whether the server answered lately."""
        return self._answered is not None and monotonic() - self._answered < _GRACE

    @property
    def states(self) -> Mapping[str, ChannelState]:
        """Return the states of the last answer, by channel."""
        return self._states

    async def ask[T](self, call: Callable[[EocortexClient], Awaitable[T]], patience: float | None = None) -> T:
        """Ask at the best address, and at the others while there is no answer.

        Raises the call's errors, and `Unreachable` where no address is known or no answer comes within `patience`.
        """
        failure = Unreachable("the server has no address for the protocol that was entered")
        for client in tuple(self._clients):
            try:
                async with asyncio.timeout(patience):
                    answer = await call(client)
            except TimeoutError:
                failure = Unreachable("no answer in time")
            except Unreachable as error:
                failure = error
            else:
                self._clients.sort(key=lambda known: known is not client)
                return answer
        raise failure

    async def poll(self) -> VendorError | None:
        """Ask for the states of all channels; return what went wrong."""
        try:
            self._states = self._rows.update(await self.ask(lambda client: client.root.channels_states(), _PATIENCE))
        except (NotPermitted, NotFound, Rejected) as error:
            self._states, self.refusal = {}, str(error)
        except VendorError as error:
            return error
        else:
            self.refusal = None
        self._answered = monotonic()
        return None


class Servers:
    """All servers of a system, found through any of them."""

    def __init__(self, http: Http, base: URL, credentials: Credentials) -> None:
        """Begin with the address that the user entered."""
        self._http = http
        self._base = base
        self._credentials = credentials
        self.entry = Link(http, credentials, (base,))
        self.links: Mapping[str, Link] = {}

    @property
    def in_order(self) -> tuple[Link, ...]:
        """Return the servers, that of the entered address first."""
        return (self.entry, *(link for link in self.links.values() if link is not self.entry))

    def of(self, server: str | None) -> Link:
        """Return a server; one that is not listed is asked through the entered address."""
        return self.links.get(server or "", self.entry)

    async def configuration(self, *, urgent: bool = False) -> tuple[Configuration, Link]:
        """Return the configuration, and which server it is from: the first that answers."""
        failure: VendorError | None = None
        for link in self.in_order:
            try:
                return await link.ask(lambda client: client.root.configuration(urgent=urgent)), link
            except Unreachable as error:
                failure = failure or error
        raise failure or Unreachable("no server answers")

    async def poll(self) -> bool:
        """Ask all servers for the states of their channels. Raises the first error when none answers.

        Returns whether one of them refuses to tell what it told before: the user may have changed.
        """
        links = tuple(self.links.values())
        told = [link for link in links if link.refusal is None]
        errors = [error for error in await asyncio.gather(*(link.poll() for link in links)) if error]
        if len(errors) == len(links):
            raise errors[0]
        return any(link.refusal for link in told)

    def learn(self, configuration: Configuration, asked: Link) -> None:
        """Take note of the servers in a configuration, and which of them answered."""
        system = configuration.system
        servers = system.servers or (Server(id=system.sender_id or system.id),)
        here = self.entry.id or self._id_of_entry(servers, system.sender_id if asked is self.entry else None)
        links = {}
        for server in servers:
            addresses = (self._base,) if server.id == here else _addresses(server, self._base.scheme)
            link = self.links.get(server.id)
            if link is None or link.addresses != addresses:
                link = Link(self._http, self._credentials, addresses)
            link.server = server
            links[server.id] = link
        self.links = links
        self.entry = links.get(here or "", self.entry)

    def _id_of_entry(self, servers: tuple[Server, ...], sender: str | None) -> str | None:
        """Return which server the entered address leads to: the one that answered there."""
        if sender:
            return sender
        if len(servers) == 1:
            return servers[0].id
        return next((server.id for server in servers if self._base in _addresses(server, self._base.scheme)), None)


def by_id(what: str) -> Callable[[JsonObject], tuple[str, JsonObject]]:
    """Return how `Rows` tells the vendor's rows apart: by their `Id`, all else counts."""

    def stable(row: JsonObject) -> tuple[str, JsonObject]:
        row_id = value(row, "Id")
        if not isinstance(row_id, str) or not row_id:
            raise BadAnswer(f"{what}: a row without an Id")
        return row_id, row

    return stable


def _addresses(server: Server, scheme: str) -> tuple[URL, ...]:
    """Return where a server is to be found, the inner address first.

    HTTPS has a port of its own; a server without one is not asked over HTTP instead, where everybody could listen.
    """
    if scheme == "https":
        pairs = ((server.primary_ip, server.primary_ssl_port), (server.secondary_ip, server.secondary_ssl_port))
    else:
        pairs = ((server.primary_ip, server.primary_port), (server.secondary_ip, server.secondary_port))
    texts = [f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in pairs if host and port]
    if scheme == "http" and server.url and ":" in server.url:
        texts.append(server.url)
    found: dict[URL, None] = {}
    for text in texts:
        try:
            found[base_url(f"{scheme}://{text.removeprefix(f'{scheme}://')}", scheme=scheme)] = None
        except ValueError:
            continue  # an address that is none is left out
    return tuple(found)
