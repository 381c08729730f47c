"""The vendor's guide is read as it is meant, and no further."""

import json

import pytest

from .examples import ERRATA, NAMES, example, printed

BROKEN = sorted({erratum.block for erratum in ERRATA})


@pytest.mark.parametrize("name", NAMES)
def test_every_block_is_json_after_the_errata(name):
    assert isinstance(example(name), dict | list)


@pytest.mark.parametrize("name", BROKEN)
def test_every_block_with_errata_needs_them(name):
    with pytest.raises(json.JSONDecodeError):
        json.loads(printed(name))


@pytest.mark.parametrize("erratum", ERRATA, ids=lambda erratum: f"{erratum.block}: {erratum.reason}")
def test_every_erratum_is_needed(erratum):
    text = printed(erratum.block)
    for other in ERRATA:
        if other.block == erratum.block and other is not erratum:
            text = other.correct(text)
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)


def test_the_guide_is_complete():
    # 19 blocks are misprinted and one list is shortened; the others are as they should be.
    assert (len(NAMES), len(BROKEN)) == (96, 20)
