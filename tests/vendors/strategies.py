"""Values that servers might send."""

from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, settings, strategies as st

thorough = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
"""The same examples in every run, so that a failure is one of the change that is being made."""

over_http = settings(thorough, max_examples=50)
"""For tests that speak to a server in every example."""

odd_texts = st.sampled_from(
    [
        *("", " ", "\x00", "NULL", "true", "False", "1", "1,5", "1e400", "-0", "nan", "²", "1 - InQueue"),
        *("2026-04-10T08:00:00Z", "2026-04-10T08:00:00.1234567Z", "2026-13-01", "2026-W01"),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"),
    ]
)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),  # what the decoder makes of larger ones is a float
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    odd_texts,
)

json_values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def damaged(example: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects like `example`, with fields that are as they should be, missing, or anything."""
    return st.fixed_dictionaries(
        {},
        optional={
            key: st.just(value) | json_values | (damaged(value) if isinstance(value, Mapping) else st.nothing())
            for key, value in example.items()
        },
    )
