"""``/command``: states of channels, the clock, the directory of events, and events from outside."""

from typing import cast
from xml.etree import ElementTree as ET

from aiohttp import web

from ..switches import Json
from .access import User
from .happening import Event
from .kinds import BY_ID, KINDS
from .rest import FORBIDDEN
from .system import SERVER, System
from .wire import dressed, iso, parameters, pretty, refuse, root, root_body, text_of, wants_json, xml

type _Answer = tuple[Json, ET.Element]


class Commands:
    """Does what a command says; every answer is JSON or XML behind a few lines of text."""

    def __init__(self, system: System) -> None:
        self._system = system

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        command = root(self._command, self._system.quirks)
        return [web.get("/command", command), web.post("/command", command)]

    async def _command(self, request: web.Request) -> web.Response:
        user, query = self._system.user(request), parameters(request)
        match query.get("type", "").lower():
            case "getchannelsstates":
                value, document = self._states(request)
            case "gettime":
                now = iso(self._system.now, self._system.quirks)
                value, document = now, ET.Element("string")
                document.text = now
            case "getallregisteredevents":
                value, document = self._registered()
            case "generateexternalevent":
                value, document = self._external(request, user)
            case _:
                refuse(400, "Unknown command")
        quirks = self._system.quirks
        text = pretty(dressed(value, quirks)) if wants_json(query) else xml(document)
        body = root_body(text, quirks)
        if quirks.preamble:
            head = f"Timestamp: {iso(self._system.now, quirks)}\r\nError code: 0\r\nMessage: OK\r\n"
            body = f"{head}Body-length: {len(body)}\r\n".encode() + body
        return web.Response(body=body, content_type="text/plain")

    def _states(self, request: web.Request) -> _Answer:
        system, states = self._system, list[Json]()
        document = ET.Element("ArrayOfChannelState")
        for camera in system.listed(request):
            if camera.disabled:
                continue
            streams = [("MainVideo", system.quirks.online_state if camera.online else "NoConnection")]
            if system.quirks.extra_fields:
                streams.append(("Teleport", "NoConnection"))
            recording = camera.recording(system.simulation.world, system.now)
            parts: list[Json] = [{"Type": kind, "State": state} for kind, state in streams]
            states.append({"Id": camera.id, "IsRecordingOn": recording, "StreamsStates": parts})
            element = ET.SubElement(document, "ChannelState")
            ET.SubElement(element, "Id").text = camera.id
            ET.SubElement(element, "IsRecordingOn").text = text_of(recording)
            rows = ET.SubElement(element, "StreamsStates")
            for kind, state in streams:
                row = ET.SubElement(rows, "Stream")
                ET.SubElement(row, "Type").text = kind
                ET.SubElement(row, "State").text = state
        return states, document

    def _registered(self) -> _Answer:
        """Return the directory of events; names inside its XML other than EventInfo are those of the JSON."""
        language = self._system.quirks.language
        document = ET.Element("ArrayOfEventInfo")
        kinds: list[Json] = [{"Id": kind.id, "GuiName": kind.name(language)} for kind in BY_ID.values()]
        for kind in BY_ID.values():
            element = ET.SubElement(document, "EventInfo")
            ET.SubElement(element, "Id").text = kind.id
            ET.SubElement(element, "GuiName").text = kind.name(language)
        return kinds, document

    def _external(self, request: web.Request, user: User) -> _Answer:
        """Raise an event; which of its fields carry name and information, and the answer, are chosen here."""
        query, system = parameters(request), self._system
        camera = system.reachable(query.get("channelid", ""), request.app[SERVER])
        name = query.get("systemname", "")
        if camera is None:
            refuse(404, "Channel is not found")
        if not name:
            refuse(400, "systemname is missing")
        if not user.knows(camera.id):
            refuse(403, FORBIDDEN)
        system.log.write(
            Event(
                KINDS["external"].id,
                camera.id,
                system.log.now,
                description=name,
                initiator="ExternalEvent",
                comment=query.get("information", ""),
            )
        )
        document = ET.Element("string")
        document.text = "OK"
        return cast(Json, "OK"), document
