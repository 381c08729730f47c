"""Whose faces and plates are wanted."""

from collections.abc import Callable
from typing import Any

from hypothesis import given
import pytest

from custom_components.video_analytics.vendors.eocortex.client import EocortexClient
from custom_components.video_analytics.vendors.eocortex.credentials import Credentials
from custom_components.video_analytics.vendors.eocortex.groups import Groups
from custom_components.video_analytics.vendors.eocortex.servers import Servers
from custom_components.video_analytics.vendors.eocortex.wire.databases import enabled_modules
from custom_components.video_analytics.vendors.errors import BadAnswer
from custom_components.video_analytics.vendors.http import Http
from tests.vendors.server import Server, json
from tests.vendors.strategies import json_values, thorough

from .examples import example
from .system import System

FACES, PLATES = "/api/faces-groups", "/api/cars-groups"
FACE_MODULES, PLATE_MODULES = "/api/faceconfig", "/api/carconfig"


@pytest.fixture
async def groups(http: Http, system: System, credentials: Credentials) -> Groups:
    """The groups of a system that tells all there is to know."""
    system.answers = {
        FACE_MODULES: (200, example("faceconfig")),
        FACES: (200, example("faces_groups")),
        PLATES: (200, example("cars_groups")),
    }
    servers = Servers(http, system.servers[0].url, credentials)
    servers.learn(*await servers.configuration())
    await servers.poll()
    return Groups(servers)


def asked(system: System, path: str) -> list[dict[str, str]]:
    """Return how something was asked for."""
    return [dict(sent.query) for server in system.servers for sent in server.requests if sent.path == path]


def page(total: int, *numbers: int, **changes: Any) -> dict[str, Any]:
    """Return a page of groups."""
    rows = [{"id": str(number), "name": f"Group {number}", "intercept": "true"} for number in numbers]
    return {"offset": 0, "portion": len(rows), "total_count": total, "groups": rows, **changes}


async def test_groups_to_intercept(groups: Groups, system: System):
    assert groups.wanted == frozenset()
    await groups.refresh()
    assert groups.wanted == {"thieves", "interception"}
    assert groups.refusal is None
    assert [query.get("module") for query in asked(system, FACES)] == ["basic"]
    assert [query.get("module") for query in asked(system, PLATES)] == [None]


async def test_names_are_compared_as_events_have_them(groups: Groups, system: System):
    system.answers[PLATES] = 200, page(1, 1, groups={"id": 1, "name": " In SEARCH ", "intercept": "True"})
    await groups.refresh()
    assert groups.wanted == {"thieves", "in search"}


async def test_they_are_asked_for_every_hour(groups: Groups, system: System, later: Callable[[float], None]):
    await groups.refresh()
    await groups.refresh()
    assert system.asked(FACES) == 1
    later(3601)
    system.answers[FACES] = 200, page(0)
    await groups.refresh()
    assert groups.wanted == {"interception"}
    system.silent |= set(system.servers)
    later(3601)
    await groups.refresh()
    assert groups.wanted == {"interception"}


async def test_the_first_module_that_answers(groups: Groups, system: System):
    listed = [{"name": "visitors", "enabled": True}, {"name": "off", "enabled": False}, {"name": "on"}]
    system.answers[FACE_MODULES] = 200, {"Faces_Modules": listed}
    system.answers[PLATES] = 400, b""
    system.answers[PLATE_MODULES] = 200, {"auto_modules": {"name": "complete", "enabled": True}}
    await groups.refresh()
    assert [query["module"] for query in asked(system, FACES)] == ["on"]
    assert [query.get("module") for query in asked(system, PLATES)] == [None, "complete"]
    assert groups.wanted == {"thieves"}


@pytest.mark.parametrize("answer", [(403, b""), (404, b""), (200, {"faces_modules": []}), (200, [])])
async def test_without_a_list_of_modules_the_known_ones_are_asked(groups: Groups, system: System, answer):
    system.answers |= {FACE_MODULES: answer, FACES: (400, {"ErrorMessage": "no such module"})}
    await groups.refresh()
    assert [query["module"] for query in asked(system, FACES)] == ["complete", "light"]
    assert groups.wanted == {"interception"}
    assert "400" in (groups.refusal or "")


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_without_the_right_nobody_is_wanted(groups: Groups, system: System, status, later):
    await groups.refresh()
    system.answers = dict.fromkeys((FACE_MODULES, FACES, PLATES, PLATE_MODULES), (status, b""))
    later(3601)
    await groups.refresh()
    assert groups.wanted == frozenset()
    assert groups.refusal


async def test_page_by_page(client: EocortexClient, server: Server):
    server.answer(json(page(5, 1, 2)), json(page(5, 3, 4)), json(page(5, 5)))
    assert [group.id for group in await client.databases.plate_groups("complete")] == ["1", "2", "3", "4", "5"]
    assert [dict(sent.query)["offset"] for sent in server.requests] == ["0", "2", "4"]
    assert {dict(sent.query)["module"] for sent in server.requests} == {"complete"}


@pytest.mark.parametrize(
    ("answer", "count", "requests"),
    [
        (page(9, 1, 2), 2, 2),  # the same page again and again
        (page(9), 0, 1),
        (page(2, 1, 2, total_count=None), 2, 1),
        ({"Groups": {"Id": "1", "Name": None}}, 1, 1),
        ({}, 0, 1),
    ],
)
async def test_pages_that_do_not_go_on(client: EocortexClient, server: Server, answer, count, requests):
    server.answer(json(answer))
    assert len(await client.databases.face_groups("light")) == count
    assert len(server.requests) == requests


async def test_what_is_no_group(client: EocortexClient, server: Server):
    server.answer(json({"groups": [{"name": "without an id"}]}))
    with pytest.raises(BadAnswer, match="api/faces-groups"):
        await client.databases.face_groups("light")


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        (
            [{"name": "a", "enabled": True}, {"name": "b", "enabled": "False"}, {"Name": "c"}, 5, {"name": 5}],
            ("a", "c"),
        ),
        ({"Name": "a", "Enabled": "true"}, ("a",)),
        ({"a": True, "b": False, "c": {"enabled": False}, "d": {"enabled": True}}, ("a", "d")),
        (None, ()),
        ("complete", ()),
    ],
)
def test_which_modules_are_on(listed, names):
    assert enabled_modules(listed) == names


@thorough
@given(json_values)
def test_any_list_of_modules_can_be_read(listed):
    assert all(isinstance(name, str) for name in enabled_modules(listed))
