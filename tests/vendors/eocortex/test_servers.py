"""Several servers in one system: which of them is asked, and what becomes of those that are silent."""

import asyncio

import pytest
from yarl import URL

from custom_components.video_analytics.vendors.eocortex import servers as servers_module
from custom_components.video_analytics.vendors.eocortex.account import EocortexAccount
from custom_components.video_analytics.vendors.eocortex.client.api import ChannelsApi
from custom_components.video_analytics.vendors.eocortex.servers import Link, Servers
from custom_components.video_analytics.vendors.eocortex.wire.configuration import Configuration
from custom_components.video_analytics.vendors.errors import Unreachable
from custom_components.video_analytics.vendors.http import Http
from custom_components.video_analytics.vendors.models.media import StreamKind
from custom_components.video_analytics.vendors.models.state import AccountState, Part, Wanted
from tests.vendors.server import Server

from .system import System, camera_id, server_id
from .test_account import CONFIGEX, status_path

ONE, TWO = camera_id(1), camera_id(2)


async def fetch(account: EocortexAccount, previous: AccountState | None = None) -> AccountState:
    """Ask for the state."""
    return await account.fetch(previous, Wanted())


async def test_each_camera_is_asked_for_at_its_server(account: EocortexAccount, system: System):
    await account.fetch(None, Wanted({Part.CAMERA_STATUS: frozenset({ONE, TWO})}))
    await account.stills.still(TWO)
    first, second = system.servers
    assert status_path(1) in first.paths
    assert status_path(2) not in first.paths
    assert status_path(2) in second.paths
    assert "/site" in second.paths
    assert CONFIGEX not in second.paths
    assert {server.url.host for server in system.servers} == {"127.0.0.1"}


async def test_a_silent_server_takes_its_own_cameras_along(account: EocortexAccount, system: System, later):
    state = await fetch(account)
    system.silent.add(system.servers[1])
    assert await fetch(account, state) is state  # a restart is no outage
    later(91)
    after = await fetch(account, state)
    assert after.cameras[ONE] is state.cameras[ONE]
    assert after.servers[server_id(1)] is state.servers[server_id(1)]
    assert (after.cameras[TWO].online, after.cameras[TWO].recording) == (False, None)
    assert after.servers[server_id(2)].online is False
    system.silent.clear()
    assert await fetch(account, after) == state


async def test_a_server_that_was_silent_from_the_start(account: EocortexAccount, system: System):
    system.silent.add(system.servers[1])
    state = await account.fetch(None, Wanted({Part.CAMERA_STATUS: frozenset({ONE, TWO})}))
    assert [camera.online for camera in state.cameras.values()] == [True, False]
    assert [server.online for server in state.servers.values()] == [True, False]
    assert status_path(2) not in system.servers[1].paths


async def test_the_entered_server_may_fall_silent_too(account: EocortexAccount, system: System, later):
    state = await fetch(account)
    system.silent.add(system.servers[0])
    system.channels[1]["Name"] = "Gate"
    later(601)
    after = await fetch(account, state)
    assert system.servers[1].paths.count(CONFIGEX) == 1
    assert after.cameras[TWO].name == "Gate"
    assert [server.online for server in after.servers.values()] == [False, True]
    assert after.servers[server_id(1)].url == str(system.servers[0].url)
    assert after.servers[server_id(2)].version == "4.6.21"


async def test_all_silent_is_an_outage(account: EocortexAccount, system: System):
    state = await fetch(account)
    system.silent |= set(system.servers)
    with pytest.raises(Unreachable):
        await fetch(account, state)


async def test_nobody_waits_long_for_a_server(account: EocortexAccount, system: System, monkeypatch):
    await fetch(account)

    async def never(_: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(servers_module, "_PATIENCE", 0.05)
    monkeypatch.setattr(ChannelsApi, "channels", never)
    link = account._servers.of(server_id(2))
    with pytest.raises(Unreachable, match="in time"):
        await link.ask(lambda client: client.api.channels(), 0.05)


async def test_a_restricted_server_behind_another_address(http: Http, system: System, credentials):
    """Addresses in the configuration are those of the inside; the entered one is what the user can reach."""
    system.configuration = {
        "Servers": [system.server_row(1, PrimaryIp="192.0.2.1"), system.server_row(2, SecondaryIp="192.0.2.2")]
    }
    account = EocortexAccount(http, system.servers[0].url, credentials)
    state = await fetch(account)
    assert [camera.online for camera in state.cameras.values()] == [True, True]
    assert state.servers[server_id(1)].url == str(system.servers[0].url)


async def test_the_other_address_is_tried(account: EocortexAccount, system: System, server: Server):
    port = str(system.servers[1].url.port)
    row = system.server_row(2, PrimaryIp="127.0.0.1", PrimaryPort="9", SecondaryIp="127.0.0.1", SecondaryPort=port)
    system.configuration = {"Servers": [system.server_row(1), row]}
    state = await fetch(account)
    assert state.cameras[TWO].online is True
    assert state.servers[server_id(2)].url == str(system.servers[1].url)
    assert "9" not in {str(address.port) for address in [account._servers.of(server_id(2)).client.base]}


def learned(http: Http, credentials, base: str, *rows: dict[str, object], sender: str | None = None) -> Servers:
    """Return what becomes of a list of servers."""
    servers = Servers(http, URL(base), credentials)
    configuration = Configuration.read({"Id": "system", "SenderId": sender, "Servers": list(rows)}, "configex")
    servers.learn(configuration, servers.entry)
    return servers


def addresses(link: Link) -> list[str]:
    """Return where a server is looked for."""
    return [str(address) for address in link.addresses]


BOTH = {
    "PrimaryIp": "10.0.0.2",
    "PrimaryPort": "8081",
    "PrimarySslPort": "18443",
    "SecondaryIp": "vms.example.com",
    "SecondaryPort": 81,
    "SecondarySslPort": 0,
}


@pytest.mark.parametrize(
    ("base", "row", "found"),
    [
        ("http://a:8080", BOTH, ["http://10.0.0.2:8081", "http://vms.example.com:81"]),
        ("https://a", BOTH, ["https://10.0.0.2:18443"]),
        ("https://a", {"PrimaryIp": "10.0.0.2", "PrimaryPort": "8080", "PrimarySslPort": "0"}, []),
        ("http://a", {"PrimaryIp": "fd00::2", "PrimaryPort": "8080"}, ["http://[fd00::2]:8080"]),
        ("http://a", {"Url": "10.0.0.2:8080"}, ["http://10.0.0.2:8080"]),
        (
            "http://a",
            {"Url": "10.0.0.2:8080", "PrimaryIp": "10.0.0.2", "PrimaryPort": "8080"},
            ["http://10.0.0.2:8080"],
        ),
        ("http://a", {"Url": "http://10.0.0.2:8080"}, ["http://10.0.0.2:8080"]),
        ("https://a", {"Url": "10.0.0.2:8080"}, []),
        ("http://a", {"PrimaryIp": "", "PrimaryPort": "", "Url": ""}, []),
        ("http://a", {"PrimaryIp": "no host", "PrimaryPort": "8080"}, []),
        ("http://a", {"PrimaryIp": "10.0.0.2", "PrimaryPort": "99999"}, []),
    ],
)
def test_where_another_server_is(http: Http, credentials, base, row, found):
    servers = learned(http, credentials, base, {"Id": "here"}, {"Id": "there", **row}, sender="here")
    assert addresses(servers.of("there")) == found
    assert addresses(servers.of("here")) == [base] == addresses(servers.entry)


@pytest.mark.parametrize(
    ("rows", "sender", "entry"),
    [
        ([{"Id": "a"}, {"Id": "b"}], "b", "b"),
        ([{"Id": "a"}], None, "a"),
        ([], "a", "a"),
        ([], None, "system"),
        ([{"Id": "a"}, {"Id": "b", "PrimaryIp": "vms", "PrimaryPort": "8080"}], None, "b"),
        ([{"Id": "a"}, {"Id": "b"}], None, None),
        ([{"Id": "a"}, {"Id": "b"}], "elsewhere", None),
    ],
)
def test_which_server_the_entered_address_leads_to(http: Http, credentials, rows, sender, entry):
    servers = learned(http, credentials, "http://vms:8080", *rows, sender=sender)
    assert servers.entry.id == entry
    assert addresses(servers.entry) == ["http://vms:8080"]
    assert addresses(servers.of("unknown")) == addresses(servers.of(None)) == ["http://vms:8080"]


def test_a_server_is_kept_until_its_address_changes(http: Http, credentials):
    rows = [{"Id": "here"}, {"Id": "there", "PrimaryIp": "10.0.0.2", "PrimaryPort": "8080", "Name": "Old"}]
    servers = learned(http, credentials, "http://a", *rows, sender="here")
    here, there = servers.of("here"), servers.of("there")

    def again(**changes: object) -> None:
        row = {**rows[1], **changes}
        configuration = Configuration.read({"Id": "system", "SenderId": "there", "Servers": [rows[0], row]}, "x")
        servers.learn(configuration, there)

    again(Name="New")
    assert (servers.of("here"), servers.of("there")) == (here, there)
    assert there.server.name == "New"
    again(PrimaryPort="8081")
    assert servers.of("there") is not there
    assert servers.entry is here


async def test_a_camera_of_no_listed_server_is_asked_for_where_the_user_pointed(account, system: System):
    system.channels[1]["AttachedToServer"] = "00000000-0000-0000-0000-000000000000"
    state = await fetch(account)
    assert state.cameras[TWO].server == server_id(1)
    await account.stills.still(TWO)
    assert "/site" in system.servers[0].paths
    assert account.live.addresses(TWO, StreamKind.MAIN)


async def test_a_system_without_a_list_of_servers(account: EocortexAccount, system: System):
    system.configuration = {"Servers": None}
    state = await fetch(account)
    assert list(state.servers) == [server_id(1)]
    assert state.cameras[ONE].online is True


async def test_a_server_without_an_address_is_silent(account: EocortexAccount, system: System):
    system.configuration = {"Servers": [system.server_row(1), {"Id": server_id(2)}]}
    state = await fetch(account)
    assert state.servers[server_id(2)].online is False
    assert (state.servers[server_id(2)].url, state.servers[server_id(2)].name) == (None, server_id(2))
    assert state.cameras[TWO].online is False
    assert account.live.addresses(TWO, StreamKind.MAIN) == ()
    with pytest.raises(Unreachable, match="no address"):
        await account.stills.still(TWO)
