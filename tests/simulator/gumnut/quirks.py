"""Where documentation and SDK leave two readings: which of them is served."""

from dataclasses import dataclass
from typing import Literal

from ..switches import Switches


@dataclass
class Quirks(Switches):
    """Every reading a client has to survive; the defaults are the SDK's, or the likelier guess."""

    errors: Literal["detail", "message", "object"] = "detail"
    """``{"detail": …}``, ``{"error": "…", "message": …}`` or ``{"error": {"code", "message", "details"}}``."""
    nulls: bool = True
    """Whether fields without a value are null or missing."""
    extra_fields: bool = False
    """Whether rows have fields nobody has heard of."""
    unknown_enums: bool = False
    """Whether roles, sources and kinds of change are ones nobody has heard of."""
    signed: Literal["rotating", "stable"] = "rotating"
    """Whether addresses of pictures differ from answer to answer and expire, or are always the same."""
    old_libraries: bool = False
    """Whether libraries lack storage, role and owner, as on older pages."""
    asset_counts: bool = True
    """Whether people have an ``asset_count``, or null: "not computed"."""
    library_missing: Literal["400", "422"] = "400"
    """What is answered where ``library_id`` is left out and there are several libraries."""
    counts_trashed: bool = False
    """Whether a library's ``asset_count`` counts what is in the trash."""
    ping: Literal["text", "json"] = "text"
    """Whether pong is plain text or JSON."""
    ranges: bool = True
    """Whether a part of an original is served where one is asked for, or all of it."""
    photo_minutes: int = 30
    """How many minutes lie between two photos that the world takes and uploads by itself; 0: it does not."""
    processing_seconds: float = 0.0
    """How long after an upload thumbnails, faces and places follow, by the simulated clock."""
    clustering_seconds: float = 0.0
    """How long after that it follows whose the faces are."""
