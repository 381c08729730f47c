"""``/api/people`` and ``/api/faces``."""

from typing import cast

from aiohttp import web

from ..switches import Json, JsonObject
from .house import House, base_of
from .ids import make_id
from .library import Face, Library, Person
from .rows import Rows
from .wire import (
    Call,
    Values,
    behind,
    birthday,
    choice,
    chosen,
    invalid,
    page,
    read_ids,
    read_object,
    refuse,
    several,
    text,
    values_of,
)

_SORTS = ("created_at_desc", "created_at_asc", "name_asc", "name_desc", "asset_count_desc", "asset_count_asc")


class People:
    """The calls about people and their faces."""

    def __init__(self, house: House) -> None:
        self._house = house

    def routes(self) -> list[tuple[str, str, Call]]:
        """Return the calls."""
        return [
            ("GET", "/api/people", self._list),
            ("POST", "/api/people", self._create),
            ("GET", "/api/people/{id}", self._get),
            ("PATCH", "/api/people/{id}", self._update),
            ("DELETE", "/api/people/{id}", self._delete),
            ("POST", "/api/people/{id}/merge", self._merge),
            ("GET", "/api/faces", self._list_faces),
            ("POST", "/api/faces", self._create_face),
            ("GET", "/api/faces/{id}", self._get_face),
            ("PATCH", "/api/faces/{id}", self._update_face),
            ("DELETE", "/api/faces/{id}", self._delete_face),
        ]

    async def _list(self, request: web.Request) -> web.Response:
        values = values_of(request)
        library = self._house.asked(request, values)
        metrics = bool(chosen(values, "include", ("cluster_metrics",)))
        people = _sorted(library, self._wanted(library, values), choice(values, "sort", _SORTS, _SORTS[0]))
        shown, more = behind(people, [person.id for person in people], values)
        rows = Rows(self._house, base_of(request))
        return page([rows.person(library, person, metrics=metrics) for person in shown], more)

    def _wanted(self, library: Library, values: Values) -> list[Person]:
        ids, name = several(values, "ids"), text(values, "name")
        names = choice(values, "name_filter", ("named", "unnamed", "all"), "all" if ids else "named")
        hidden = choice(values, "include_hidden", ("true", "false"), "true" if ids else "false") == "true"
        asset, album = text(values, "asset_id"), text(values, "album_id")
        people = [*library.people.values()]
        if ids:
            people = [person for person in people if person.id in ids]
        if asset:
            people = library.people_of(asset) if asset in library.assets else []
        if album:
            inside = set(library.albums[album].assets) if album in library.albums else set()
            people = [person for person in people if library.photos_of(person.id) & inside]
        return [
            person
            for person in people
            if (names == "all" or bool(person.name) is (names == "named"))
            and (hidden or not person.hidden)
            and (name is None or name.strip().casefold() in (person.name or "").casefold())
        ]

    async def _create(self, request: web.Request) -> web.Response:
        house, body = self._house, await read_object(request)
        library = house.library(house.keys.of(request), cast(str | None, body.get("library_id")))
        house.may_write(library)
        name, rows = _name(body), Rows(house, base_of(request))
        if name and (known := library.named(name)):
            if any(
                _field(known, key) != body[key]
                for key in ("birth_date", "is_favorite", "is_hidden")
                if body.get(key) is not None
            ):
                refuse(409, "Somebody else has this name")
            return web.json_response(rows.person(library, known))
        person = Person(make_id("person", library.id, house.now, len(library.people)), house.now, house.now)
        library.people[person.id] = person
        self._change(library, person, body)
        library.tell("person", person.id, "person_created", house.now)
        return web.json_response(rows.person(library, person), status=201)

    async def _get(self, request: web.Request) -> web.Response:
        library, person = self._asked(request)
        metrics = bool(chosen(values_of(request), "include", ("cluster_metrics",)))
        return web.json_response(Rows(self._house, base_of(request)).person(library, person, metrics=metrics))

    async def _update(self, request: web.Request) -> web.Response:
        library, person = self._asked(request)
        self._house.may_write(library)
        body = await read_object(request)
        name = _name(body)
        if name and library.named(name, besides=person.id):
            refuse(409, "Somebody else has this name")
        self._change(library, person, body)
        person.updated = self._house.now
        library.tell("person", person.id, "person_updated", self._house.now)
        return web.json_response(Rows(self._house, base_of(request)).person(library, person))

    def _change(self, library: Library, person: Person, body: JsonObject) -> None:
        if "name" in body:
            person.name = _name(body)
        if "birth_date" in body:
            person.birthday = birthday(body["birth_date"])
        if isinstance(favorite := body.get("is_favorite"), bool):
            person.favorite = favorite
        if isinstance(hidden := body.get("is_hidden"), bool):
            person.hidden = hidden
        if isinstance(thumbnail := body.get("thumbnail_face_id"), str):
            person.thumbnail = thumbnail if thumbnail in library.faces else refuse(404, "There is no such face")

    async def _delete(self, request: web.Request) -> web.Response:
        library, person = self._asked(request)
        self._house.may_write(library)
        for face in [face for face in library.faces.values() if face.person == person.id]:
            self._assign(library, face, None)
        self._remove(library, person)
        return web.json_response({})

    async def _merge(self, request: web.Request) -> web.Response:
        library, person = self._asked(request)
        self._house.may_write(library)
        sources = read_ids(await read_object(request), "source_person_ids")
        if person.id in sources or not sources:
            invalid("nobody merges with themselves", "body", "source_person_ids")
        people = [library.people.get(key) or refuse(404, "There is no such person") for key in sources]
        for source in people:
            for face in [face for face in library.faces.values() if face.person == source.id]:
                self._assign(library, face, person.id)
            self._remove(library, source)
        if person.name is None and not any(source.name for source in people) and not library.photos_of(person.id):
            self._remove(library, person)
            return web.Response(status=204)
        return web.json_response(Rows(self._house, base_of(request)).person(library, person))

    def _remove(self, library: Library, person: Person) -> None:
        del library.people[person.id]
        library.tell("person", person.id, "person_deleted", self._house.now)

    def _assign(self, library: Library, face: Face, person: str | None) -> None:
        before, face.person, face.updated = face.person, person, self._house.now
        library.tell("face", face.id, "face_updated", face.updated, person_id=person, previous_person_id=before)

    async def _list_faces(self, request: web.Request) -> web.Response:
        values = values_of(request)
        library = self._house.asked(request, values)
        asset, person, ids = text(values, "asset_id"), text(values, "person_id"), several(values, "ids")
        faces = [
            face
            for face in library.live_faces()
            if asset in (None, face.asset) and person in (None, face.person) and (not ids or face.id in ids)
        ]
        faces.sort(key=lambda face: (face.created, face.id), reverse=True)
        shown, more = behind(faces, [face.id for face in faces], values)
        return page([self._face_row(request, library, face) for face in shown], more)

    def _face_row(self, request: web.Request, library: Library, face: Face) -> JsonObject:
        diagnostics: JsonObject | None = None
        if chosen(values_of(request), "include", ("cluster_assignment",)):
            others: list[Json] = [
                {"person_id": person.id, "distance": 0.61, "name": person.name}
                for person in library.people.values()
                if person.id != face.person and not person.hidden
            ]
            diagnostics = {"distance_to_person": 0.18 if face.person else None, "candidates": others[:3]}
        return Rows(self._house, base_of(request)).face(face, diagnostics=diagnostics)

    async def _create_face(self, request: web.Request) -> web.Response:
        house, body = self._house, await read_object(request)
        library = house.library(house.keys.of(request), cast(str | None, body.get("library_id")))
        house.may_write(library)
        asset = library.assets.get(str(body.get("asset_id"))) or refuse(404, "There is no such asset in this library")
        box, person = body.get("bounding_box"), body.get("person_id")
        if not isinstance(box, dict):
            invalid("Field required", "body", "bounding_box")
        x, y, w, h = (_pixels(box, side) for side in "xywh")
        if w < 1 or h < 1:
            invalid("Input should be greater than 0", "body", "bounding_box", "w")
        if x + w > asset.width or y + h > asset.height:
            refuse(422, "The box does not fit into the picture")
        if person is not None and person not in library.people:
            refuse(404, "There is no such person")
        face = Face(
            make_id("face", asset.id, house.now, len(library.faces)), asset.id, (x, y, w, h), house.now, house.now
        )
        face.person, face.manual = person, True
        library.add_face(face)
        return web.json_response(self._face_row(request, library, face), status=201)

    async def _get_face(self, request: web.Request) -> web.Response:
        return web.json_response(self._face_row(request, *self._asked_face(request)))

    async def _update_face(self, request: web.Request) -> web.Response:
        library, face = self._asked_face(request)
        self._house.may_write(library)
        body = await read_object(request)
        if "person_id" in body:
            person = body["person_id"]
            if person is not None and person not in library.people:
                refuse(404, "There is no such person")
            self._assign(library, face, person)
        return web.json_response(self._face_row(request, library, face))

    async def _delete_face(self, request: web.Request) -> web.Response:
        library, face = self._asked_face(request)
        self._house.may_write(library)
        library.remove_face(face, self._house.now)
        return web.json_response({})

    def _asked(self, request: web.Request) -> tuple[Library, Person]:
        person_id = request.match_info["id"]
        library = self._house.owner_of(request, lambda library: library.people)
        return library, library.people[person_id]

    def _asked_face(self, request: web.Request) -> tuple[Library, Face]:
        library = self._house.asked(request, values_of(request))
        face = library.faces.get(request.match_info["id"]) or refuse(404, "There is no such face")
        return library, face


def _name(body: JsonObject) -> str | None:
    name = body.get("name")
    if name is None:
        return None
    return (
        name.strip() if isinstance(name, str) and name.strip() else invalid("a name must not be blank", "body", "name")
    )


def _field(person: Person, key: str) -> Json:
    birth = person.birthday.isoformat() if person.birthday else None
    return {"birth_date": birth, "is_favorite": person.favorite, "is_hidden": person.hidden}[key]


def _pixels(box: JsonObject, side: str) -> int:
    value = box.get(side)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        invalid("Input should be a whole number from 0 on", "body", "bounding_box", side)
    return value


def _sorted(library: Library, people: list[Person], order: str) -> list[Person]:
    backwards = order.endswith("_desc")
    if order.startswith("name"):
        named = sorted(
            (person for person in people if person.name), key=lambda person: person.name or "", reverse=backwards
        )
        return [*named, *(person for person in people if not person.name)]
    if order.startswith("asset_count"):
        return sorted(people, key=lambda person: (len(library.photos_of(person.id)), person.id), reverse=backwards)
    return sorted(people, key=lambda person: (person.created, person.id), reverse=backwards)
