"""Who is let in, and to what: users, rights, licences."""

from base64 import b64encode
from typing import Any

import pytest

from .eocortex import CAMERA, JSON, Eocortex, hashed

EVERYWHERE = (
    "/configex?responsetype=json",
    "/command?type=gettime",
    "/api/channels",
    "/webapi/license",
    "/configure/servers",
)
OPERATOR, SECRET = "operator", "päss wörd"
AS_OPERATOR = (OPERATOR, hashed(SECRET))
NOTHING = "d41d8cd98f00b204e9800998ecf8427e"
"""The hash of an empty password."""
MODULE = f"/configure/channels/{CAMERA}/facescomplete"


async def test_the_guides_hash() -> None:
    assert hashed("1234") == "81dc9bdb52d04dc20036dbd8313ed055"


@pytest.mark.parametrize("path", EVERYWHERE)
async def test_basic_and_query_with_the_hash(eocortex: Eocortex, path: str) -> None:
    login, sent = eocortex.administrator
    assert (await eocortex(path)).status == 200
    assert (await eocortex(path, user=(login, sent.upper()))).status == 200
    assert (await eocortex.bare(path, params={"Login": login, "Password": sent, **JSON})).status == 200
    for wrong in (eocortex.simulator.credentials["password"], "", NOTHING, sent[:-1]):
        assert (await eocortex(path, user=(login, wrong))).status == 401
        assert (await eocortex.bare(path, params={"login": login, "password": wrong})).status == 401
    assert (await eocortex.bare(path)).status == 401
    assert (await eocortex.bare(path, headers={"Authorization": "Basic !"})).status == 401


async def test_readings_of_hash_and_password(eocortex: Eocortex) -> None:
    login, sent = eocortex.administrator
    await eocortex.simulator.quirks(upper_case_md5=False, plain_password=True)
    assert (await eocortex("/configex", user=(login, sent.upper()))).status == 401
    assert (await eocortex("/configex", user=(login, eocortex.simulator.credentials["password"]))).status == 200


@pytest.mark.parametrize("query", [{}, {"password": ""}, {"password": NOTHING}])
async def test_an_empty_password(eocortex: Eocortex, query: dict[str, str]) -> None:
    await eocortex.simulator.add_user("guest", "")
    assert (await eocortex.bare("/api/channels", params={"login": "guest", **query})).status == 200
    assert (await eocortex("/api/channels", user=("guest", query.get("password", "")))).status == 200
    assert (await eocortex("/api/channels", user=("guest", "x"))).status == 401


async def test_users_of_a_directory(eocortex: Eocortex) -> None:
    name, password = "novikov@ent.eocortex.com", "Pässword"
    await eocortex.simulator.add_user(name, password, kind="ActiveDirectory")
    basic = {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}
    assert (await eocortex.bare("/api/channels", headers=basic)).status == 401
    assert (await eocortex.bare("/api/channels", headers=basic | {"UserType": "ActiveDirectory"})).status == 200
    query = {"login": name, "usertype": "ActiveDirectory", "password": b64encode(password.encode()).decode()}
    assert (await eocortex.bare("/api/channels", params=query)).status == 200
    assert (await eocortex.bare("/api/channels", params=query | {"usertype": "internal"})).status == 401
    assert (await eocortex.bare("/api/channels", params=query | {"password": hashed(password)})).status == 401
    await eocortex.simulator.quirks(directory_header=False)
    assert (await eocortex.bare("/api/channels", headers=basic)).status == 200


@pytest.mark.parametrize(
    ("quirks", "status", "kind"),
    [
        ({}, 401, "text/plain"),
        ({"login_failed": "html"}, 401, "text/html"),
        ({"login_failed": "html_200"}, 200, "text/html"),
        ({"denied": "403"}, 403, "text/plain"),
    ],
)
async def test_how_a_failed_login_looks(eocortex: Eocortex, quirks: dict[str, Any], status: int, kind: str) -> None:
    await eocortex.simulator.quirks(**quirks)
    answer = await eocortex.bare("/configex", params=JSON)
    assert (answer.status, answer.kind) == (status, kind)
    assert "Configuration" not in answer.text
    rest = await eocortex.bare("/api/channels")
    assert (rest.status, rest.json.keys()) == (int(quirks.get("denied", 401)), {"ErrorMessage"})


async def test_a_licence_that_is_not_activated_looks_like_a_failed_login(eocortex: Eocortex) -> None:
    await eocortex.simulator.setup(activated=False)
    assert [(await eocortex(path)).status for path in EVERYWHERE] == [401] * len(EVERYWHERE)


async def test_without_the_right_to_configure(eocortex: Eocortex) -> None:
    await eocortex.simulator.add_user(OPERATOR, SECRET)
    statuses = [(await eocortex(path, user=AS_OPERATOR)).status for path in EVERYWHERE]
    assert statuses == [200, 200, 200, 200, 403]
    refused = await eocortex(MODULE, user=AS_OPERATOR)
    assert (refused.status, refused.json) == (403, {"ErrorMessage": "Resource is forbidden for user"})
    rights = (await eocortex.configuration(user=AS_OPERATOR))["UserGroup"]
    assert rights["CanConfigure"] is False
    assert (await eocortex.configuration())["UserGroup"]["CanConfigure"] is True
    await eocortex.simulator.quirks(api_for="senior")
    statuses = [(await eocortex(path, user=AS_OPERATOR)).status for path in EVERYWHERE]
    assert statuses == [200, 200, 403, 200, 403]


async def test_without_archive_and_without_some_cameras(eocortex: Eocortex) -> None:
    other = next(iter(await eocortex.states(server=1)))
    await eocortex.simulator.add_user(OPERATOR, SECRET, archive=False, cameras=CAMERA)
    channels = {channel["Id"]: channel for channel in (await eocortex.configuration(user=AS_OPERATOR))["Channels"]}
    assert (channels[CAMERA]["AllowedRealtime"], channels[CAMERA]["AllowedArchive"]) == (True, False)
    assert channels[other]["AllowedRealtime"] is False
    days = f"/webapi/cameras/{CAMERA}/archive_days"
    assert (await eocortex(days, user=AS_OPERATOR)).status == 403
    still = {"channelid": CAMERA, "withcontenttype": "true"}
    assert (await eocortex("/site", user=AS_OPERATOR, params=still)).kind == "image/jpeg"
    assert (await eocortex("/site", user=AS_OPERATOR, params=still | {"mode": "archive"})).status == 403
    assert (await eocortex("/site", user=AS_OPERATOR, params=still | {"channelid": other})).status == 403
    assert (await eocortex("/hls", user=AS_OPERATOR, params={"channelid": other})).status == 403
    await eocortex.simulator.patch_user(OPERATOR, archive=True, web=False)
    assert (await eocortex(days, user=AS_OPERATOR)).status == 200
    assert (await eocortex("/site", user=AS_OPERATOR, params=still)).status == 403
    await eocortex.simulator.quirks(web_right=False)
    assert (await eocortex("/site", user=AS_OPERATOR, params=still)).status == 200


async def test_licences(eocortex: Eocortex) -> None:
    assert (await eocortex(MODULE)).status == 200
    await eocortex.simulator.setup(facescomplete=False)
    refused = await eocortex(MODULE)
    assert refused.status == 403
    assert refused.json["ErrorMessage"].startswith("License error")
    usage = (await eocortex("/webapi/license")).json["CompleteFaceRecognitionChannels"]
    assert usage == {"OnServer": 0, "Used": 0, "Total": 0}
    await eocortex.simulator.setup(facescomplete=True, product="Enterprise")
    assert (await eocortex(MODULE)).status == 200
    await eocortex.simulator.quirks(configure_needs="ultra")
    assert (await eocortex(MODULE)).status == 403


async def test_the_administrators_password_changes(eocortex: Eocortex) -> None:
    fresh = await eocortex.simulator.key("rotate")
    assert (await eocortex("/configex")).status == 401
    assert (await eocortex("/configex", user=("root", hashed(fresh)))).status == 200
    await eocortex.simulator.reset()
    assert (await eocortex("/configex")).status == 200


async def test_a_password_in_an_address_is_noted(eocortex: Eocortex) -> None:
    login, sent = eocortex.administrator
    await eocortex.simulator.forget_requests()
    await eocortex("/api/channels")
    await eocortex.bare("/api/channels", params={"login": login, "password": sent})
    asked = await eocortex.simulator.requests()
    assert [(request["has_key"], request["leaked_key"]) for request in asked] == [(True, False), (True, True)]
    assert sent not in str(asked)
