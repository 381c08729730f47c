"""Objects come out whole, wherever the bytes of the stream are cut."""

from base64 import b64encode
from itertools import pairwise
import json
from random import Random
from time import process_time
from typing import Any

from hypothesis import given, strategies as st
import orjson
import pytest

from custom_components.video_analytics.vendors.eocortex.events.splitter import LARGEST, Splitter
from tests.vendors.strategies import json_values, thorough

PLATE = """{
\t"EventId" : "c9d6d086-c965-4cf8-aef6-85b3894e3a4a",
\t"Comment" : "a { brace, a \\"quote\\" and a backslash \\\\",
\t"Numberplate" : "A123BC"
}"""
FORMS = (
    lambda value: json.dumps(value),
    lambda value: json.dumps(value, ensure_ascii=False, indent="\t", separators=(",", " : ")).replace("\n", "\r\n"),
    lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")),
)
BETWEEN = st.sampled_from(["", "\n", "\r\n", "\ufeff", " , ", "]\n["])
OBJECTS = st.dictionaries(st.text(max_size=8), json_values, max_size=4)


def cut(body: bytes, places: list[int]) -> list[bytes]:
    """Cut bytes at some places."""
    edges = sorted({0, len(body), *(place % (len(body) + 1) for place in places)})
    return [body[a:b] for a, b in pairwise(edges)]


def split(chunks: list[bytes], splitter: Splitter | None = None) -> list[Any]:
    """Return the objects in the chunks."""
    splitter = splitter or Splitter()
    return [orjson.loads(found) for chunk in chunks for found in splitter.feed(chunk)]


@thorough
@given(st.lists(st.tuples(OBJECTS, st.sampled_from(FORMS), BETWEEN), max_size=5), st.lists(st.integers(0), max_size=30))
def test_any_objects_cut_anywhere(parts, places):
    body = "\ufeff" + "".join(between + form(value) for value, form, between in parts)
    assert split(cut(body.encode(), places)) == [value for value, _, _ in parts]


@thorough
@given(st.lists(OBJECTS, min_size=1, max_size=4))
def test_byte_by_byte(values):
    body = "".join(FORMS[1](value) for value in values).encode()
    assert split([bytes([byte]) for byte in body]) == values


@thorough
@given(st.binary(max_size=200) | st.text('{}[]":,\\\n a', max_size=60).map(str.encode), st.lists(st.integers(0)))
def test_any_bytes_are_objects_or_nothing_and_cuts_make_no_difference(body, places):
    whole, pieces = Splitter(), Splitter()
    at_once = whole.feed(body)
    assert [found for chunk in cut(body, places) for found in pieces.feed(chunk)] == at_once
    for found in at_once:
        assert found.startswith(b"{")
        assert found.endswith(b"}")


def test_an_object_comes_with_its_last_byte():
    splitter = Splitter()
    assert splitter.feed(PLATE[:-1].encode()) == []
    assert splitter.feed(b"}") == [PLATE.encode()]


def test_adjacent_objects_and_what_stands_around_them():
    assert len(split([b"\xef\xbb\xbf[" + PLATE.encode() + b"," + PLATE.encode() + b"}{}] { "])) == 3


@pytest.mark.parametrize("size", [1, 7, 64, 1 << 16])
def test_an_inline_picture(size):
    picture = b64encode(Random(1).randbytes(400_000)).decode()
    body = FORMS[1]({"ImageBytes": picture, "Last": 1}).encode() * 2
    found = split([body[at : at + size] for at in range(0, len(body), size)])
    assert found == [{"ImageBytes": picture, "Last": 1}] * 2


@pytest.mark.parametrize("size", [1, 3, 50, 100_000])
@pytest.mark.parametrize("large", ["x" * 2000, '\\"' * 1000, "\\\\" * 1000, "}" * 2000])
def test_an_object_that_is_too_large_is_skipped(size, large):
    body = b'{"a": 1}{"large": {"text": "' + large.encode() + b'", "more": [{}]}}{"b": 2}'
    splitter = Splitter(largest=500)
    assert split([body[at : at + size] for at in range(0, len(body), size)], splitter) == [{"a": 1}, {"b": 2}]
    assert splitter.skipped == 1


def test_what_is_kept_is_bounded():
    splitter = Splitter(largest=10_000)
    for _ in range(1000):
        splitter.feed(b'{"deep": "' + b"x" * 1000)
        assert len(splitter._buffer) <= 11_100
    between = Splitter()
    for _ in range(100):
        assert between.feed(b"no object " * 100) == []
        assert not between._buffer


def test_a_quote_too_many_costs_one_object():
    broken = b'{\r\n\t"Comment" : "said "hello" " loudly",\r\n\t"Id" : "1"\r\n}\r\n'
    found = Splitter().feed(PLATE.encode() + broken + PLATE.encode())
    assert (found[0], found[-1]) == (PLATE.encode(), PLATE.encode())
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(found[1])


def cost(size: int) -> float:
    """Return the time that one object in small chunks takes."""
    body = b'{"ImageBytes": "' + b"x" * size + b'"}'
    splitter, begun = Splitter(), process_time()
    for at in range(0, len(body), 1024):
        splitter.feed(body[at : at + 1024])
    return process_time() - begun


def test_time_is_linear():
    small, large = (min(cost(size) for _ in range(3)) for size in (LARGEST // 16, LARGEST // 2))
    assert large < small * 8 * 4  # a quadratic one would take 64 times as long
