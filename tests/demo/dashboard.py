"""The demo's dashboard: live video and states, and what happened."""

import asyncio
from collections.abc import Iterable, Mapping, Set
from itertools import chain
from typing import Any

from .home import Home

URL_PATH = "harbour-house"
LIVE_CAMERAS = 4

_FILLED_SECONDS = 30
_FILLS = ("_last_event", "_last_photographed", "_newest_photo", "_portrait")
_HOURS = 0.2
"""That graphs show: the demo has no long history."""
_NOTHING = ["unknown", "unavailable"]
_DOORBELL = "input_button.doorbell"
_EXPORT = "script.export_the_last_minute"

type Card = dict[str, Any]


async def make_dashboard(home: Home) -> None:
    """Make the dashboard and open it by default, unless an earlier run did: it may have been changed since."""
    dashboards = await home.command("lovelace/dashboards/list")
    if any(dashboard["url_path"] == URL_PATH for dashboard in dashboards):
        return
    await home.command(
        "lovelace/dashboards/create",
        url_path=URL_PATH,
        title="Harbour House",
        icon="mdi:cctv",
        show_in_sidebar=True,
        require_admin=False,
    )
    await home.command("lovelace/config/save", url_path=URL_PATH, config=await _config(home))
    await home.command("frontend/set_system_data", key="core", value={"default_panel": URL_PATH})


async def filled(home: Home) -> None:
    """Wait until the last event of each camera and the last photo of everybody are known; what comes later shows by itself."""
    for _ in range(_FILLED_SECONDS):
        states = await home.get("/api/states")
        if not any(state["entity_id"].endswith(_FILLS) and state["state"] == "unknown" for state in states):
            return
        await asyncio.sleep(1)


async def _config(home: Home) -> Card:
    rows = await home.get("/api/states")
    states = {state["entity_id"]: state["state"] for state in rows}
    classes = {state["entity_id"]: state["attributes"].get("state_class") for state in rows}
    devices = {device["id"]: device for device in await home.command("config/device_registry/list")}
    manufacturers = {
        device["config_entry_id"]: device["manufacturer"]
        for device in devices.values()
        if device.get("entry_type") == "service"  # parts of cameras have none
    }
    accounts: dict[str, list[str]] = {}
    cameras_of: dict[str, str] = {}
    for entity in await home.command("config/entity_registry/list"):
        if entity["platform"] == "video_analytics" and entity["disabled_by"] is None:
            accounts.setdefault(entity["config_entry_id"], []).append(entity["entity_id"])
            device = devices[entity["device_id"]]
            whole = devices.get(device.get("parent_device_id"), device)
            cameras_of[entity["entity_id"]] = whole["name_by_user"] or whole["name"]
    first, *others = accounts
    every = [_cameras(ours, states) for ours in accounts.values()]
    views = [
        _live_view("Live", accounts[first], every[0], tries=_tries(accounts[first])),
        _events_view([name for cameras in every for name in cameras], {*chain.from_iterable(accounts.values())}),
        *(
            _live_view(manufacturers[account], accounts[account], cameras)
            for account, cameras in zip(others, every[1:], strict=True)
            if cameras
        ),
    ]
    if people := [name for name in cameras_of if name.startswith("image.") and name.endswith("_last_picture")]:
        views.append(_people_view([name.removeprefix("image.").removesuffix("_last_picture") for name in people]))
    if any(map(_is_count, cameras_of)):
        views.append(_counting_view(cameras_of, classes))
    if libraries := [name for name in cameras_of if name.startswith("event.") and name.endswith("_changes")]:
        views.append(_photos_view(libraries[0].removeprefix("event.").removesuffix("_changes"), cameras_of))
    return {"views": views}


def _cameras(ours: Iterable[str], states: Mapping[str, str]) -> list[str]:
    """Return the cameras by the names that their entities have, those that are offline last."""
    return sorted(
        (entity_id.removeprefix("camera.") for entity_id in ours if entity_id.startswith("camera.")),
        key=lambda name: states[f"camera.{name}"] == "unavailable",
    )


def _live_view(title: str, ours: list[str], cameras: list[str], *, tries: Iterable[Card] = ()) -> Card:
    """Show the live video of an account, and its states as far as it has them."""
    video = [
        {**_picture(f"camera.{name}"), "camera_view": "live" if number < LIVE_CAMERAS else "auto", **_columns(12)}
        for number, name in enumerate(cameras)
    ]
    site = [
        _tile(entity_id, columns=12) for entity_id in ours if entity_id.endswith(("_cameras_online", "_access_expires"))
    ]
    connectivity = [f"binary_sensor.{name}_connectivity" for name in cameras]
    people = [entity_id for name in cameras if (entity_id := f"binary_sensor.{name}_person") in ours]
    servers = [entity_id for entity_id in ours if entity_id.endswith("_connectivity") and entity_id not in connectivity]
    recording = [f"camera.{name}" for name in cameras] if servers else []
    return _view(
        title,
        [_heading("Cameras", "mdi:cctv"), *video],
        [
            *tries,
            _heading("Site", "mdi:home-city"),
            *site,
            *_tiles("Servers", "mdi:server-network", servers),
            *_tiles("Recording", "mdi:record-rec", recording),
            *_tiles("People", "mdi:account", people, icon="mdi:account"),
            *_tiles("Connectivity", "mdi:lan-connect", connectivity),
        ],
    )


def _tries(ours: list[str]) -> list[Card]:
    """Return what to press, and what came of it."""
    return [
        _heading("Try it", "mdi:gesture-tap"),
        _button(_DOORBELL, "Ring the doorbell", "input_button.press"),
        _button(_EXPORT, "Export the front door's last minute", "script.turn_on"),
        *(_last_export(entity_id) for entity_id in ours if entity_id.endswith("_export")),
    ]


def _events_view(cameras: list[str], ours: Set[str]) -> Card:
    """Show what happened at all cameras that tell; subjects have no entities before the first one."""
    last_events = [name for name in cameras if f"image.{name}_last_event" in ours]
    detections = [entity_id for name in cameras if (entity_id := f"event.{name}_detection") in ours]
    subjects = [
        *_subjects("Faces", "mdi:face-recognition", [f"{name}_last_face" for name in cameras]),
        *_subjects("Number plates", "mdi:car-search", [f"{name}_last_number_plate" for name in cameras]),
    ]
    pictures = [_heading("Last events", "mdi:motion-sensor"), *map(_last_event, last_events)] if last_events else []
    return _view(
        "Events",
        pictures or subjects,
        [
            *(subjects if pictures else ()),
            _heading("Activity", "mdi:format-list-bulleted"),
            {"type": "logbook", "target": {"entity_id": detections}, "hours_to_show": 1},
        ],
    )


def _is_count(entity_id: str) -> bool:
    return entity_id.startswith("sensor.") and any(
        part in entity_id for part in ("_crossing_of_", "_counting_objects_")
    )


def _counting_view(cameras: Mapping[str, str], classes: Mapping[str, str | None]) -> Card:
    """Show what crosses lines, what is in areas, and who came today; `cameras` are the names of each entity's."""
    lines = [name for name in cameras if _is_count(name) and classes.get(name) == "total_increasing"]
    areas = [name for name in cameras if _is_count(name) and name not in lines and name.endswith(("_people", "_cars"))]
    visitors = [name for name in cameras if name.endswith("_visitors_today")]
    return _view(
        "Counting",
        [_heading("Across the lines", "mdi:counter"), *(_history(name, cameras[name]) for name in lines)],
        [
            _heading("Visitors", "mdi:account-group"),
            *(_tile(name, columns=12) for name in visitors),
            _heading("In the areas now", "mdi:vector-square"),
            *(_tile(name, name=cameras[name]) for name in areas),
        ],
    )


def _people_view(people: list[str]) -> Card:
    """Show who was seen last where, with the picture, and the way that everybody took."""
    pictures = [
        {
            "type": "vertical-stack",
            "cards": [
                _picture(f"image.{name}_last_picture"),
                _of_device(f"sensor.{name}_last_seen_at"),
            ],
            **_columns(12),
        }
        for name in people
    ]
    places = [f"sensor.{name}_last_seen_at" for name in people]
    return _view(
        "People",
        [_heading("Last seen", "mdi:account-eye"), *pictures],
        [
            *_tiles("When", "mdi:clock-outline", [f"sensor.{name}_last_seen" for name in people]),
            *_tiles(
                "Seen in the last minutes",
                "mdi:account-clock",
                [f"binary_sensor.{name}_seen_recently" for name in people],
            ),
            _heading("Where they were", "mdi:map-marker-account"),
            {"type": "logbook", "target": {"entity_id": places}, "hours_to_show": 1},
        ],
    )


def _photos_view(library: str, names: Mapping[str, str]) -> Card:
    """Show the newest photo of a library, its people, and what happens in it; `names` are those of entities' devices."""
    people = sorted(
        entity_id.removeprefix("image.").removesuffix("_portrait")
        for entity_id in names
        if entity_id.startswith("image.") and entity_id.endswith("_portrait")
    )
    family = [person for person in people if f"sensor.{person}_birthday" in names]
    others = [person for person in people if person not in family]
    events = [f"event.{person}_photographed" for person in people]
    changes = f"event.{library}_changes"
    return _view(
        "Photos",
        [
            _heading("Newest photo", "mdi:image"),
            {**_picture(f"image.{library}_newest_photo"), **_columns("full")},
            _tile(
                f"sensor.{library}_newest_photo_taken", columns="full", name="Taken", state_content=["state", "place"]
            ),
            *([_heading("Family", "mdi:account-heart"), *_people_in_photos(family)] if family else ()),
        ],
        [
            _heading("Library", "mdi:image-multiple"),
            _tile(f"sensor.{library}_photos_and_videos", columns=12, name={"type": "entity"}),
            *(_tile(f"sensor.{library}_{key}", name={"type": "entity"}) for key in ("taken_today", "named_people")),
            *_tiles(
                "Last photographed",
                "mdi:camera-account",
                [f"sensor.{person}_last_photographed" for person in others],
                icon="mdi:account",
            ),
            _heading("Activity", "mdi:format-list-bulleted"),
            _tile(
                changes,
                columns=12,
                name="Last change",
                state_content=["event_type", "person", "state"],
                visibility=[_is_known(changes)],
            ),
            *([{"type": "logbook", "target": {"entity_id": events}, "hours_to_show": 1}] if events else ()),
        ],
    )


def _people_in_photos(people: list[str]) -> list[Card]:
    """Show three people side by side, or on narrow screens one below the other."""
    return [
        {
            "type": "vertical-stack",
            "cards": [
                _picture(f"image.{person}_portrait"),
                _of_device(f"sensor.{person}_last_photographed"),
                {
                    "type": "entities",
                    "entities": [
                        {"entity": f"sensor.{person}_{key}", "name": {"type": "entity"}}
                        for key in ("photos", "birthday")
                    ],
                },
            ],
            "visibility": [{"condition": "screen", "media_query": screen}],
            **_columns(columns),
        }
        for columns, screen in ((8, "(min-width: 1000px)"), (12, "(max-width: 999px)"))
        for person in people
    ]


def _history(entity_id: str, camera: str) -> Card:
    counted = [{"entity": entity_id, "name": f"{camera}: {entity_id.rpartition('_')[2]}"}]
    return {"type": "history-graph", "entities": counted, "hours_to_show": _HOURS, **_columns(12)}


def _last_event(name: str) -> Card:
    """Show the last picture; under it what it was and when, or only when, while it comes from the history."""
    image, event = f"image.{name}_last_event", f"event.{name}_detection"
    return {
        "type": "vertical-stack",
        "cards": [
            _picture(image),
            {**_of_device(image, icon="mdi:motion-sensor"), "visibility": [_is_unknown(event)]},
            {**_of_device(event, state_content=["event_type", "state"]), "visibility": [_is_known(event)]},
        ],
        "visibility": [_is_known(image)],
        **_columns(12),
    }


def _subjects(title: str, icon: str, names: list[str]) -> list[Card]:
    """Show the last faces or plates, and whose they are; their entities exist as soon as one was seen."""
    any_known = {"condition": "or", "conditions": [_is_known(f"image.{name}") for name in names]}
    cards = [
        {
            "type": "vertical-stack",
            "cards": [_picture(f"image.{name}"), _of_device(f"sensor.{name}", icon=icon)],
            "visibility": [_is_known(f"image.{name}")],
            **_columns(6),
        }
        for name in names
    ]
    return [{**_heading(title, icon), "visibility": [any_known]}, *cards]


def _last_export(entity_id: str) -> Card:
    return _tile(
        entity_id,
        columns=12,
        name="Last export",
        state_content=["event_type", "camera", "state"],
        tap_action={"action": "navigate", "navigation_path": "/media-browser"},
        visibility=[_is_known(entity_id)],
    )


def _view(title: str, wide: list[Card], narrow: list[Card]) -> Card:
    return {
        "title": title,
        "path": title.lower(),
        "type": "sections",
        "max_columns": 3,
        "sections": [{"type": "grid", "column_span": 2, "cards": wide}, {"type": "grid", "cards": narrow}],
    }


def _heading(title: str, icon: str) -> Card:
    return {"type": "heading", "heading": title, "icon": icon}


def _tiles(title: str, icon: str, entity_ids: list[str], /, **options: Any) -> list[Card]:
    """Return tiles below a heading, nothing if there are none."""
    return (
        [_heading(title, icon), *(_of_device(entity_id, **options) for entity_id in entity_ids)] if entity_ids else []
    )


def _picture(entity_id: str) -> Card:
    return {"type": "picture-entity", "entity": entity_id, "show_state": False, "show_name": False}


def _tile(entity_id: str, *, columns: int | str = 6, **options: Any) -> Card:
    return {"type": "tile", "entity": entity_id, **_columns(columns), **options}


def _of_device(entity_id: str, **options: Any) -> Card:
    return _tile(entity_id, name={"type": "device"}, **options)


def _button(entity_id: str, name: str, action: str) -> Card:
    tap = {"action": "perform-action", "perform_action": action, "target": {"entity_id": entity_id}}
    return _tile(entity_id, columns=12, name=name, hide_state=True, tap_action=tap)


def _columns(columns: int | str) -> Card:
    return {"grid_options": {"columns": columns}}


def _is_unknown(entity_id: str) -> Card:
    return {"condition": "state", "entity": entity_id, "state": _NOTHING}


def _is_known(entity_id: str) -> Card:
    return {"condition": "state", "entity": entity_id, "state_not": _NOTHING}
