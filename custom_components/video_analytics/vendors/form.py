"""Forms with files (multipart/form-data), sent as they are read."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
import re
from typing import override

import aiohttp

_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class FormFile:
    """A file of a form."""

    name: str = field(repr=False)
    content: bytes | AsyncIterator[bytes] = field(repr=False)
    content_type: str = "application/octet-stream"


class Form:
    """Texts and files by the names of their fields."""

    def __init__(self, texts: Mapping[str, str], files: Mapping[str, FormFile]) -> None:
        """Files that come in chunks are read while they are sent, and never held."""
        self._texts = texts
        self._files = files
        self._on_progress: Callable[[], None] = lambda: None
        self.failure: Exception | None = None
        """What went wrong in reading a file: aiohttp would call it a broken connection."""

    @property
    def is_repeatable(self) -> bool:
        """Tell whether it can be sent again."""
        return all(isinstance(file.content, bytes) for file in self._files.values())

    def on_progress(self, tell: Callable[[], None]) -> None:
        """Have it told whenever another chunk is sent."""
        self._on_progress = tell

    def encode(self) -> aiohttp.MultipartWriter:
        """Return the body; a form that is not repeatable has one only."""
        data = aiohttp.FormData(quote_fields=False)  # as browsers and curl write names of files
        for name, text in self._texts.items():
            data.add_field(name, text)
        for name, file in self._files.items():
            content = file.content if isinstance(file.content, bytes) else _Source(self, file.content)
            filename = _UNSPEAKABLE.sub("_", file.name) or "file"
            data.add_field(name, content, filename=filename, content_type=file.content_type)
        body = data()
        if not isinstance(body, aiohttp.MultipartWriter):
            raise TypeError("a form needs a file")
        return body

    def note_progress(self) -> None:
        """Take note that a chunk was read."""
        self._on_progress()


class _Source(AsyncIterator[bytes]):
    """Reads a file."""

    def __init__(self, form: Form, chunks: AsyncIterator[bytes]) -> None:
        self._form = form
        self._chunks = chunks

    @override
    async def __anext__(self) -> bytes:
        try:
            chunk = await anext(self._chunks)
        except StopAsyncIteration:
            raise
        except Exception as error:
            self._form.failure = error
            raise
        self._form.note_progress()
        return chunk
