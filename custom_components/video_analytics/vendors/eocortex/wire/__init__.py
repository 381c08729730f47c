"""What Eocortex sends and takes, by resource.

"Guide" is the vendor's REST API guide, quoted by its headings; the resources at the root of the server are described in
the vendor's HTTP API guide, which is not published as a whole. Hardly anything says what may be missing, so everything
but identifiers may. Enumerations stay text: values that nobody knows yet must pass.
"""

from collections.abc import Mapping
from typing import Any


def as_lists(row: dict[Any, Any], *keys: str) -> dict[Any, Any]:
    """Return a row in which a single object under these keys counts as a list of one."""
    return {key: [value] if key in keys and isinstance(value, Mapping) else value for key, value in row.items()}
