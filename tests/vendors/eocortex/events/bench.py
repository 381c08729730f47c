"""What cutting a stream of events costs per megabyte, beside decoding the same bytes at once: `scripts/bench`."""

from base64 import b64encode
from collections.abc import Callable
import json
from random import Random
import sys
from time import process_time

import orjson

from custom_components.video_analytics.vendors.eocortex.events.splitter import Splitter

_SIZE = 8 * 1024 * 1024
_ROUNDS = 5


def events(picture: int) -> list[bytes]:
    """Return pretty-printed events, each with a picture of so many bytes."""
    dice = Random(7)
    row = {f"Field{number}" if number else "Comment": f'a "value" {number}' for number in range(25)}
    inline = {"ImageBytes": b64encode(dice.randbytes(picture)).decode()} if picture else {}
    body = json.dumps(row | inline, indent="\t", separators=(",", " : ")).replace("\n", "\r\n").encode()
    return [body] * max(1, _SIZE // len(body))


def cost(work: Callable[[], object], size: int) -> float:
    """Return the milliseconds of processor time per megabyte, in the best of some rounds."""
    times = []
    for _ in range(_ROUNDS):
        begun = process_time()
        work()
        times.append(process_time() - begun)
    return min(times) * 1000 / (size / 1e6)


def cut(body: bytes, chunk: int, decode: Callable[[bytes], object] | None = None) -> int:
    """Cut a stream that comes in chunks; return the number of objects."""
    splitter, found = Splitter(), 0
    for at in range(0, len(body), chunk):
        for row in splitter.feed(body[at : at + chunk]):
            found += 1
            if decode:
                decode(row)
    return found


def main() -> None:
    """Print a table."""
    out = sys.stdout.write
    out(f"{'ms per MB':24}{'json':>8}{'orjson':>8}{'cut':>8}{'cut+orjson':>12}\n")
    for picture in (0, 30_000, 300_000):
        rows = events(picture)
        body, listed = b"\r\n".join(rows), b"[" + b",".join(rows) + b"]"
        for chunk in (1 << 16, 1 << 12):
            name = f"{picture // 1000} kB, chunks of {chunk >> 10} K"
            figures = (
                cost(lambda listed=listed: json.loads(listed), len(body)),  # type: ignore[misc]
                cost(lambda listed=listed: orjson.loads(listed), len(body)),  # type: ignore[misc]
                cost(lambda body=body, chunk=chunk: cut(body, chunk), len(body)),  # type: ignore[misc]
                cost(lambda body=body, chunk=chunk: cut(body, chunk, orjson.loads), len(body)),  # type: ignore[misc]
            )
            out(
                f"{name:24}"
                + "".join(f"{figure:{w}.2f}" for figure, w in zip(figures, (8, 8, 8, 12), strict=True))
                + "\n"
            )


if __name__ == "__main__":
    main()
