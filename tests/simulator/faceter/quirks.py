"""Where the vendor's page leaves two readings: which of them is served."""

from dataclasses import dataclass
from typing import Literal

from ..switches import Switches


@dataclass
class Quirks(Switches):
    """Every reading a client has to survive; the defaults are the page's samples, or the likelier guess."""

    invalid_key: Literal["false", "401", "403"] = "false"
    """What validate answers to a bad key: 200 and ``isValid`` false, or a status. Other calls: 401, or that status."""
    attributes: Literal["list", "object", "null", "pairs"] = "list"
    """Shape of an event's attributes: ``[{…}]``, ``{…}``, null or ``[{"key": …, "value": …}]``."""
    attribute_keys: Literal["invented", "documented"] = "invented"
    """Which attributes events carry: those of ``events.py``, or ``confidence`` only."""
    rights: Literal["400", "403", "404"] = "403"
    """What is answered where the right to the archive or to sound is missing."""
    dates: Literal["seconds", "fractions7", "offset"] = "seconds"
    """``…00Z``, ``…00.1234567Z`` or ``…00+03:00``."""
    running_status: str = "Processing"
    """The undocumented name of an export that runs."""
    failed_status: str = "Failed"
    """The undocumented name of an export that failed."""
    rotate: bool = True
    """Whether tokens, signed addresses and ``lastOnlineDate`` differ from answer to answer."""
    nulls: bool = True
    """Whether fields without a value are null or missing."""
    offline_urls: Literal["null", "kept"] = "null"
    """What becomes of a camera's preview and live addresses while it is offline."""
    extra_fields: bool = False
    """Whether cameras and events have fields nobody has heard of."""
    unknown_enums: bool = False
    """Whether cameras are of an unknown platform, and every event is of an unknown type."""
    window: Literal["start", "overlap"] = "start"
    """Whether an event belongs to a period in which it starts, or to every period it touches."""
    unsorted: Literal["Asc", "Desc"] = "Asc"
    """The order of events for ``sortOrder`` None or none at all."""
    dates_required: bool = False
    """Whether asking for events without both dates is a 400."""
    error_body: Literal["problem", "text", "empty"] = "problem"
    """What stands in an error: ``application/problem+json``, plain text or nothing."""
