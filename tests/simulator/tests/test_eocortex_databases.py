"""The groups of faces and plates, in the shapes the guide leaves open."""

from typing import Any

from .eocortex import Eocortex, hashed

FACES, PLATES = "/api/faces-groups", "/api/cars-groups"
COMPLETE = {"module": "complete"}


async def _rows(eocortex: Eocortex, path: str, **query: str) -> list[dict[str, Any]]:
    answer = await eocortex(path, params=query)
    assert answer.status == 200, answer.text
    rows: list[dict[str, Any]] = answer.json["groups"]
    return rows


async def test_groups_are_those_of_the_world(eocortex: Eocortex) -> None:
    faces = await _rows(eocortex, FACES, **COMPLETE)
    assert {row["name"]: row["id"] for row in faces} == await eocortex.simulator.face_groups()
    assert [row["name"] for row in faces if row["intercept"]] == ["Watch list"]
    assert {"Family", "Staff", "Night shift"} < {row["name"] for row in faces}
    plates = await _rows(eocortex, PLATES)
    assert [row["name"] for row in plates if row["intercept"]] == ["Watch list"]
    assert not {row["id"] for row in plates} & {row["id"] for row in faces}
    assert plates[0].keys() - faces[0].keys() == {"open_barrier"}


async def test_pages(eocortex: Eocortex) -> None:
    everything = await _rows(eocortex, FACES, **COMPLETE)
    page = (await eocortex(FACES, params={"offset": "1", "portion": "2", **COMPLETE})).json
    assert page == {"offset": 1, "portion": 2, "total_count": len(everything), "groups": everything[1:3]}
    await eocortex.simulator.quirks(most_groups=1)
    assert await _rows(eocortex, FACES, offset="2", **COMPLETE) == everything[2:3]
    assert await _rows(eocortex, FACES, offset="99", **COMPLETE) == []
    assert (await eocortex(FACES, params={"offset": "x", **COMPLETE})).status == 400


async def test_modules(eocortex: Eocortex) -> None:
    simulator = eocortex.simulator
    listed = (await eocortex("/api/faceconfig")).json["faces_modules"]
    assert [row["name"] for row in listed if row["enabled"]] == ["visitors", "complete"]
    assert await _rows(eocortex, FACES, module="visitors") == []
    assert (await eocortex(FACES)).status == (await eocortex(FACES, params={"module": "light"})).status == 400
    await simulator.quirks(face_module="basic", car_groups_need_module=True)
    assert (await eocortex(FACES, params=COMPLETE)).status == 400
    assert await _rows(eocortex, FACES, module="basic")
    assert (await eocortex(PLATES)).status == 400
    assert await _rows(eocortex, PLATES, **COMPLETE)
    shapes = {"list": list, "object": dict, "names": dict}
    for shape, kind in shapes.items():
        await simulator.quirks(car_modules=shape)
        assert isinstance((await eocortex("/api/carconfig")).json["auto_modules"], kind)


async def test_who_may_see_them(eocortex: Eocortex) -> None:
    simulator = eocortex.simulator
    await simulator.add_user("guest", "secret")
    guest = ("guest", hashed("secret"))
    paths = (FACES, PLATES, "/api/faceconfig", "/api/carconfig")
    assert [(await eocortex(path, params=COMPLETE, user=guest)).status for path in paths] == [403] * 4
    await simulator.setup(product="Enterprise")
    assert [(await eocortex(path, params=COMPLETE, user=guest)).status for path in paths] == [200] * 4
    await simulator.setup(facescomplete=False, platescomplete=False, platesstandard=False)
    assert [(await eocortex(path, params=COMPLETE)).status for path in paths] == [403, 403, 200, 200]
