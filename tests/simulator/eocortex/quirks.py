"""Where the vendor's guide and the known clients leave two readings: which of them is served."""

from dataclasses import dataclass
from typing import Literal

from ..switches import Switches


@dataclass
class Quirks(Switches):
    """Every reading a client has to survive; the defaults are the likelier ones."""

    bom: bool = True
    """Whether the root resources' text begins with a byte order mark."""
    preamble: bool = True
    """Whether four lines of text stand before the body of ``/command``."""
    string_ports: bool = True
    """Whether the ports of ``/configex`` are strings."""
    fractions: Literal["7", "3", "0"] = "7"
    """Digits after the seconds in dates."""
    keys: Literal["pascal", "camel", "lower"] = "pascal"
    """How keys are spelt: ``IsSoundOn``, ``isSoundOn`` or ``issoundon``."""
    booleans: Literal["json", "lower", "title"] = "json"
    """``true``, ``"true"`` or ``"True"``."""
    revision: Literal["RevNum", "Revision", "both"] = "RevNum"
    """The key of ``/configex`` that counts changes."""
    people_counting: Literal["IsPeopleCountingOn", "IsPeopleCountingEnabled", "both"] = "IsPeopleCountingOn"
    """The key of a channel that tells whether people are counted."""
    login_failed: Literal["status", "html", "html_200"] = "status"
    """What ``/configex`` answers to a failed login: a bare status, a page with that status, or a page with 200."""
    denied: Literal["401", "403", "400"] = "401"
    """The status of a failed login; the guide does not know 401."""
    upper_case_md5: bool = True
    """Whether a hash in capitals is taken by HTTP; RTSP wants small letters either way."""
    plain_password: bool = False
    """Whether Basic takes the password itself, too."""
    directory_header: bool = True
    """Whether Basic needs the header ``UserType: ActiveDirectory`` for users of a directory."""
    api_for: Literal["everybody", "senior"] = "everybody"
    """Who may ask ``api``: the guide says both."""
    configure_needs: Literal["enterprise", "ultra"] = "enterprise"
    """From which product on there is ``configure``: the guide says both."""
    configure_elsewhere: Literal["404", "served"] = "404"
    """What servers other than the main one answer to ``configure``; the status is chosen here."""
    listing: Literal["own", "all"] = "own"
    """Whose cameras getchannelsstates and ``webapi/cameras`` list: those of the asked server or of the system."""
    foreign_cameras: bool = True
    """Whether a server answers for a camera that is attached to another one that runs."""
    web_right: bool = True
    """Whether CanAccessVideoViaWeb decides about ``/site``, ``/mobile`` and ``/hls``."""
    good_status: Literal["Ok", "OK"] = "Ok"
    """The status of a camera without issues: the guide's example, or its table."""
    stream_statuses: Literal["missing", "object", "list"] = "missing"
    """``StreamsStatuses`` of a status: in the table but not in the example; the shapes are chosen here."""
    channel: Literal["brief", "full"] = "brief"
    """What ``api/channels/{id}`` tells: the guide's brief object, or newer servers' full one."""
    online_state: str = "Active"
    """The state of a stream that is received; chosen here, known is only NoConnection."""
    sensitivity: Literal["FaceDetectorSenstivity", "FaceDetectorSensitivity"] = "FaceDetectorSenstivity"
    """The key of the guide's examples, or of its tables."""
    threshold: Literal["UnknownFaceThreshold", "UnknownTreshold"] = "UnknownFaceThreshold"
    """The key of ``visitors`` in the guide's examples, or in its table."""
    put: Literal["replace", "merge"] = "replace"
    """Whether what is missing from a PUT falls back to its default or stays."""
    put_answer: Literal["empty", "body"] = "empty"
    """What a PUT is answered with."""
    offline_still: Literal["page", "empty", "404"] = "page"
    """What ``/site`` answers for a camera that is offline: 200 with a page, 200 with nothing, or a status."""
    image_type: bool = True
    """Whether ``withcontenttype=true`` makes ``/site`` and ``/mobile`` name what they send."""
    extra_fields: bool = False
    """Whether objects have fields nobody has heard of."""
    unknown_enums: bool = False
    """Whether enumerations have values nobody has heard of."""


@dataclass
class Setup(Switches):
    """How the system is set up and what it is licensed for: not readings, but states of the real thing."""

    activated: bool = True
    """Whether the licence is activated; until then every request is refused as if the login had failed."""
    product: str = "Ultra"
    """The product that is licensed; ``configure`` needs Enterprise or Ultra."""
    version: str = "4.6.21"
    rtsp: bool = True
    """Whether the RTSP server is switched on."""
    tls: bool = True
    """Whether ``/configex`` names the ports with TLS, which are there either way."""
    hls: bool = True
    """Whether ``/hls`` is available."""
    facescomplete: bool = True
    """Whether this module is licensed; so the next five."""
    peoplecounter: bool = True
    platescomplete: bool = True
    platesstandard: bool = True
    queuecounter: bool = True
    visitors: bool = True
