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
    language: Literal["en", "ru"] = "en"
    """The language of the server: names of kinds, descriptions, directions, types of vehicles."""
    event_clock: Literal["utc", "local", "mixed"] = "utc"
    """What stands in an event's three dates: UTC in all of them, the server's clock in all of them, or UTC but for
    ``ZonedTimestamp``, which is right. Its offset is the server's either way, and ``BinaryTimestamp`` says UTC."""
    event_dates: Literal["padded", "short_hour", "dots"] = "padded"
    """``09.06.2015 03:28:44``, ``09.06.2015 3:28:44`` or ``09.06.2015 03.28.44``."""
    decimals: Literal["comma", "point"] = "comma"
    """How numbers with decimals are written in events."""
    detail_keys: Literal["mixed", "pascal"] = "mixed"
    """``lastName`` and ``direction``, or ``LastName`` and ``Direction``."""
    event_lists: bool = False
    """Whether ``direction`` and ``Emotion`` are lists."""
    event_fields: Literal["4.x", "2015"] = "4.x"
    """Which fields all events have: old servers send few."""
    events_of: Literal["own", "all"] = "own"
    """Whose events a server tells, live and past: those of its own cameras or of the system's."""
    split_events: bool = False
    """Whether the details of a plate come as a second object without ``EventId``; reported by one client, doubtful."""
    bom_between: bool = False
    """Whether every object of the stream has a byte order mark of its own."""
    event_chunk: int = 0
    """Bytes that the stream writes at a time, 0 for whole objects."""
    face_pictures: Literal["small", "large", "stock", "missing"] = "small"
    """``ImageBytes`` of faces: some 20 kB of base64, some hundreds of kB, the same one for all faces of a camera (a
    small one takes 20 ms to draw, which is long for a page of a thousand), or none."""
    plate_pictures: bool = False
    """Whether plates have ``ImageBytes``, too; not documented."""
    genders: Literal["Female", "Woman"] = "Female"
    """``Female`` and ``Male``, or ``Woman`` and ``Man``."""
    stream_denied: Literal["403", "401"] = "403"
    """What a user is answered who may not hear events."""
    eventid_required: bool = True
    """Whether ``/specialarchiveevents`` needs ``eventid``, as all known clients send it, or tells all kinds."""
    archive_channels: Literal["any", "channelIds", "cameraIds"] = "any"
    """Which key of ``/archive_events`` names the cameras; others are not looked at."""
    archive_answer: Literal["list", "object"] = "list"
    """What ``/archive_events`` answers: a list, or an object with ``events``."""
    counting_path: Literal["plural", "singular", "both"] = "plural"
    """Where counters are: ``api/objects_counting``, ``api/object_counting``, or at both."""
    counters: Literal["documented", "object", "list"] = "documented"
    """An object for one named camera and else a list; an object wherever it is one camera; always a list."""
    report_dates: Literal["both", "documented", "example"] = "both"
    """Which dates a counting report takes: ``22.12.2022 18:00:00.000``, or ``"2022.12.22 18:00:00"`` in quotes."""
    visitor_shares: Literal["text", "example"] = "text"
    """Whom the shares of a visitor report are of: by its text ``uniqueonly`` decides; in its example they are of unique
    visitors although it says false."""
    visitor_channels: bool = True
    """Whether a visitor report names the camera of each part; in its example it is null."""
    face_module: Literal["complete", "basic"] = "complete"
    """What the module that recognizes faces is called: as in the guide's requests, or as in an example of its answers."""
    car_modules: Literal["list", "object", "names"] = "list"
    """What ``auto_modules`` is, whose example has braces that do not balance: a list, one module, or modules by name."""
    car_groups_need_module: bool = False
    """Whether ``/api/cars-groups`` needs a module, which only some of its examples name."""
    most_groups: int = 0
    """How many groups an answer has at most whatever ``portion`` says, 0 for all."""
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
    keep_alive_seconds: float = 2.0
    """Real seconds between keep-alives of the event stream; the facts only let guess one to three."""
    counter_hours: int = 24
    """After how many hours counters of lines begin again, at the server's midnight; the facts do not say when."""
    objectcounting: bool = True
    """Whether objects are counted; what is answered otherwise is chosen after the face database's."""
    facescomplete: bool = True
    """Whether this module is licensed; so the next five."""
    peoplecounter: bool = True
    platescomplete: bool = True
    platesstandard: bool = True
    queuecounter: bool = True
    visitors: bool = True
