"""Where the vendor's pages leave two readings: which of them is served."""

from dataclasses import dataclass
from typing import Literal

from ..switches import Switches


@dataclass
class Quirks(Switches):
    """Every reading a client has to survive; the defaults are the pages' samples, or the likelier guess."""

    wrong_password: Literal["400", "401", "403"] = "401"
    """What ``authenticate`` answers to a wrong password."""
    expiry: bool = True
    """Whether tokens say in ``exp`` when they end."""
    renewal: bool = True
    """Whether ``renewToken`` renews; 401 otherwise."""
    restart_forgets: bool = True
    """Whether a restart of the server makes all tokens invalid."""
    rights_of: Literal["token", "user"] = "token"
    """Whether a request has the permissions of the time of its sign-in, or those of now."""
    dates: Literal["seconds", "milliseconds", "fractions7"] = "seconds"
    """How the times of detections are written; they are tested in milliseconds whatever is written."""
    images: Literal["inline", "stock", "null"] = "inline"
    """Whether detections carry their pictures, one and the same for all of a place (drawing takes 20 ms each), or none."""
    detectors: Literal["named", "N/A", "null"] = "named"
    """Whether detections name their detector."""
    largest_take: int = 0
    """How many detections come at most, however many are asked for; 0 is no limit."""
    unknown_person: Literal["404", "empty"] = "404"
    """What is answered where a person does not exist: 404, or 200 with nothing."""
    nobody_seen: Literal["empty", "400", "404"] = "empty"
    """What is answered where detections are asked for of a person or a face that does not exist."""
    unknown_tag: Literal["empty", "400", "404"] = "empty"
    """What is answered where people are asked for by a tag that does not exist."""
    enrolled: Literal["object", "text"] = "object"
    """Whether ``faceEnroll`` answers ``{"personId": …}`` or the id alone."""
    written: Literal["object", "text", "empty"] = "object"
    """What PUT and POST of people and tags answer: the item, its id or nothing."""
    nulls: bool = True
    """Whether fields without a value are null or missing."""
    extra_fields: bool = False
    """Whether objects have fields nobody has heard of."""
    error_body: Literal["problem", "text", "empty"] = "empty"
    """What stands in an error: ``application/problem+json``, plain text or nothing."""
