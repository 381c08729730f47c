"""Cuts a stream of JSON objects into objects."""

import re

LARGEST = 8 * 1024 * 1024
"""Bytes of an object; a picture has some hundreds of kilobytes."""

_OPEN, _CLOSE, _QUOTE, _BACKSLASH = b'{}"\\'
# Whole strings and all that is neither a brace nor a string. A raw line break cannot be part of a string, so that a
# quote too many damages one line and not all that follows.
_PLAIN = re.compile(rb'(?:[^"{}]++|"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+")*+')


class Splitter:
    """Finds where objects begin and end, wherever the chunks are cut, and leaves reading them to others.

    Between objects anything may stand: white space, commas, a byte order mark, lines of text without braces. Every byte
    is looked at a few times, however many chunks an object comes in; of an object that is too large nothing is kept.
    """

    def __init__(self, largest: int = LARGEST) -> None:
        """`largest` is in bytes."""
        self.skipped = 0
        """How many objects were too large."""
        self._largest = largest
        self._buffer = bytearray()
        self._looked = 0
        """How much of the buffer has been looked at."""
        self._depth = 0
        self._string: int | None = None
        """Where the string began in which the look ended."""
        self._skipping = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take the next bytes; return the objects that are complete with them."""
        found: list[bytes] = []
        self._buffer += chunk
        begin = 0
        while self._looked < len(self._buffer):
            if self._string is not None:
                self._look_in_string(self._string)
            elif self._depth:
                self._looked = _PLAIN.match(self._buffer, self._looked).end()  # type: ignore[union-attr]  # may be empty
                if self._looked < len(self._buffer) and self._step():
                    self._end(begin, found)
            elif (begin := self._buffer.find(_OPEN, self._looked)) >= 0:
                self._depth = 1
                self._looked = begin + 1
            else:
                break
        self._forget(begin)
        return found

    def _look_in_string(self, start: int) -> None:
        """Go to the end of a string, or of what there is of it."""
        buffer = self._buffer
        quote = buffer.find(_QUOTE, self._looked)
        line_end = buffer.find(b"\n", self._looked, len(buffer) if quote < 0 else quote)
        if line_end >= 0:
            self._looked, self._string = line_end + 1, None
        elif quote < 0:
            self._looked = len(buffer)
        else:
            self._looked = quote + 1
            if self._backslashes(quote, start) % 2 == 0:
                self._string = None

    def _backslashes(self, before: int, start: int) -> int:
        at = before
        while at - 1 > start and self._buffer[at - 1] == _BACKSLASH:
            at -= 1
        return before - at

    def _step(self) -> bool:
        """Pass a brace, or the quote of a string that is not complete; tell whether an object ended."""
        byte = self._buffer[self._looked]
        if byte == _QUOTE:
            self._string = self._looked
        else:
            self._depth += 1 if byte == _OPEN else -1
        self._looked += 1
        return not self._depth

    def _end(self, begin: int, found: list[bytes]) -> None:
        if self._skipping or self._looked - begin > self._largest:
            self.skipped += 1
            self._skipping = False
        else:
            found.append(bytes(self._buffer[begin : self._looked]))

    def _forget(self, begin: int) -> None:
        """Keep only the object that has begun."""
        buffer = self._buffer
        if not self._depth:
            buffer.clear()
        elif self._skipping or len(buffer) - begin > self._largest:
            self._skipping = True
            string = self._string
            odd = string is not None and self._backslashes(len(buffer), string) % 2 == 1
            buffer[:] = b"\\" if odd else b""
            self._string = None if string is None else -1
        else:
            del buffer[:begin]
            if self._string is not None:
                self._string -= begin
        self._looked = len(buffer)
