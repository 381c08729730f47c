"""The databases of faces and plates: which modules have one, and the groups in it, which are those of the world."""

from collections.abc import Mapping
from uuid import uuid5

from aiohttp import web

from ..switches import Json, JsonObject
from ..world import Person, Vehicle
from ..world.places import NAMESPACE
from .rest import FORBIDDEN, api_user
from .system import System
from .wire import Handler, json_answer, parameters, refuse, rest

_PORTION = 1000
_CHANGED = "2026-02-14T02:26:01.423Z"


def group_id(name: str, kind: str = "face") -> str:
    """Return the id of a group."""
    return str(uuid5(NAMESPACE, f"eocortex/{kind}-group/{name}"))


def groups(system: System, kind: type[Person | Vehicle]) -> dict[str, bool]:
    """Return the groups of people or of vehicles at the system's sites, and whether they are intercepted."""
    sites = {camera.place.site_index for camera in system.cameras.values()}
    found: dict[str, bool] = {}
    for site in sorted(sites):
        for subject in system.simulation.world.cast(site):
            if isinstance(subject, Person | Vehicle) and isinstance(subject, kind):
                for name in subject.groups:
                    found[name] = found.get(name, False) or subject.standing == "wanted"
    return found


class Databases:
    """Tells of groups; who is in them is not told yet."""

    def __init__(self, system: System) -> None:
        self._system = system

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        table: list[tuple[str, Handler]] = [
            ("/api/faceconfig", self._face_modules),
            ("/api/carconfig", self._car_modules),
            ("/api/faces-groups", self._face_groups),
            ("/api/cars-groups", self._car_groups),
        ]
        return [web.get(path + "{slash:/?}", rest(handler), allow_head=False) for path, handler in table]

    async def _face_modules(self, request: web.Request) -> web.Response:
        self._admit(request)
        setup, quirks = self._system.setup, self._system.quirks
        modules: list[Json] = [
            {"name": "visitors", "enabled": setup.visitors},
            {"name": quirks.face_module, "enabled": setup.facescomplete},
            {"name": "light", "enabled": False},
        ]
        return json_answer({"faces_modules": modules}, quirks)

    async def _car_modules(self, request: web.Request) -> web.Response:
        self._admit(request)
        setup, quirks = self._system.setup, self._system.quirks
        complete: JsonObject = {"name": "complete", "enabled": setup.platescomplete}
        listed: list[Json] = [complete, {"name": "standard", "enabled": setup.platesstandard}]
        shapes: dict[str, Json] = {"list": listed, "object": complete, "names": {"complete": setup.platescomplete}}
        return json_answer({"auto_modules": shapes[quirks.car_modules]}, quirks)

    async def _face_groups(self, request: web.Request) -> web.Response:
        self._admit(request)
        system, module = self._system, parameters(request).get("module", "")
        if module == "visitors":
            return self._page(request, [])
        if module != system.quirks.face_module:
            refuse(400, "The module is not valid")
        system.require_module("facescomplete")
        return self._page(request, [_group(name, "face", on) for name, on in groups(system, Person).items()])

    async def _car_groups(self, request: web.Request) -> web.Response:
        self._admit(request)
        system = self._system
        if not system.setup.platesstandard:
            system.require_module("platescomplete")
        if system.quirks.car_groups_need_module and parameters(request).get("module") != "complete":
            refuse(400, "module is missing")
        rows = [{**_group(name, "car", on), "open_barrier": False} for name, on in groups(system, Vehicle).items()]
        return self._page(request, rows)

    def _admit(self, request: web.Request) -> None:
        """Let in who may see the databases; the guide closes those of Ultra to operators."""
        if api_user(self._system, request).group == "Operator" and self._system.setup.product == "Ultra":
            refuse(403, FORBIDDEN)

    def _page(self, request: web.Request, rows: list[JsonObject]) -> web.Response:
        query = parameters(request)
        offset, portion = _number(query, "offset", 0), _number(query, "portion", _PORTION)
        if most := self._system.quirks.most_groups:
            portion = min(portion, most)
        page: list[Json] = [*rows[offset : offset + portion]]
        answer: JsonObject = {"offset": offset, "portion": len(page), "total_count": len(rows), "groups": page}
        return json_answer(answer, self._system.quirks)


def _group(name: str, kind: str, intercept: bool) -> JsonObject:
    return {
        "id": group_id(name, kind),
        "external_id": "",
        "name": name,
        "intercept": intercept,
        "modification_time": _CHANGED,
        "external_sys_id": "",
    }


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name) or str(default)
    return int(text) if text.isdecimal() else refuse(400, f"{name} is not valid")
