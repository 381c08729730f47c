"""Files of people: written to disk as they come, sent as they lie there."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
import shutil
from tempfile import mkdtemp

from aiohttp import BodyPartReader, web

from ..faults import SENT_FILE
from ..switches import JsonObject
from .access import Access
from .api import Row, guarded
from .people import People
from .quirks import Quirks
from .wire import refuse

_CHUNK = 1 << 16


@dataclass(frozen=True)
class Document:
    """A file, and what came with it."""

    person: str
    name: str
    description: str | None
    file_name: str
    content_type: str
    path: Path


@dataclass
class Documents:
    """All files, in a temporary folder."""

    access: Access
    people: People
    quirks: Quirks
    by_id: dict[str, Document] = field(default_factory=dict)
    _folder: Path | None = None

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        table: list[Row] = [
            ("POST", "/people/fileDocuments/upload", "Add Identity Files", self._upload),
            ("GET", "/people/{person}/fileDocuments/{document}/data", "Read Identity Files", self._download),
        ]
        return guarded(table, self.access, self.quirks)

    async def close(self) -> None:
        """Remove the folder and all that is in it."""
        self.by_id.clear()
        if self._folder:
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
            self._folder = None

    def as_json(self) -> list[JsonObject]:
        """Return what is known of all files."""
        return [
            {
                "id": key,
                "person": document.person,
                "name": document.name,
                "description": document.description,
                "file": document.file_name,
                "bytes": document.path.stat().st_size,
            }
            for key, document in self.by_id.items()
        ]

    async def _upload(self, request: web.Request) -> web.Response:
        if not request.content_type.startswith("multipart/"):
            refuse(400, "This is not a multipart request")
        texts: dict[str, str] = {}
        stored: tuple[Path, str, str] | None = None
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            if part.filename is not None:
                stored = await self._store(part), part.filename, part.headers.get("Content-Type", "")
            elif part.name:
                texts[part.name] = await part.text()
        if not texts.get("personId") or not texts.get("name") or stored is None:
            refuse(400, "personId, name and a file are required")
        path, file_name, content_type = stored
        self.people.get(texts["personId"])
        document_id = texts.get("publicId") or self.people.new_id()
        self.by_id[document_id] = Document(
            person=texts["personId"],
            name=texts["name"],
            description=texts.get("description"),
            file_name=file_name,
            content_type=content_type or "application/octet-stream",
            path=path,
        )
        return web.Response()

    async def _store(self, part: BodyPartReader) -> Path:
        if self._folder is None:
            self._folder = Path(await asyncio.to_thread(mkdtemp, prefix="econnect-"))
        path = self._folder / self.people.new_id()
        file = await asyncio.to_thread(path.open, "wb")
        try:
            while chunk := await part.read_chunk(_CHUNK):
                await asyncio.to_thread(file.write, chunk)
        finally:
            await asyncio.to_thread(file.close)
        return path

    async def _download(self, request: web.Request) -> web.StreamResponse:
        document = self.by_id.get(request.match_info["document"])
        if document is None or document.person != request.match_info["person"]:
            refuse(404, "There is no such document")
        request[SENT_FILE] = document.path
        return web.FileResponse(document.path, headers={"Content-Type": document.content_type})
