"""The demo's dashboard: live video and states."""

from typing import Any

from .home import Home

URL_PATH = "harbour-house"
LIVE_CAMERAS = 4

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


async def _config(home: Home) -> Card:
    entities = [
        entity
        for entity in await home.command("config/entity_registry/list")
        if entity["platform"] == "video_analytics" and entity["disabled_by"] is None
    ]
    states = {state["entity_id"]: state["state"] for state in await home.get("/api/states")}
    cameras = sorted(_of("camera", entities), key=lambda entity_id: states[entity_id] == "unavailable")
    video = [_live(camera) for camera in cameras[:LIVE_CAMERAS]] + [_still(camera) for camera in cameras[LIVE_CAMERAS:]]
    summary = [{**_tile(sensor), "grid_options": {"columns": 12}} for sensor in _of("sensor", entities)]
    connectivity = [{**_tile(sensor), "name": {"type": "device"}} for sensor in _of("binary_sensor", entities)]
    return {
        "views": [
            {
                "title": "Live",
                "path": "live",
                "icon": "mdi:cctv",
                "type": "sections",
                "max_columns": 3,
                "sections": [
                    {"type": "grid", "column_span": 2, "cards": [_heading("Cameras", "mdi:cctv"), *video]},
                    {
                        "type": "grid",
                        "cards": [
                            _heading("Site", "mdi:home-city"),
                            *summary,
                            _heading("Connectivity", "mdi:lan-connect"),
                            *connectivity,
                        ],
                    },
                ],
            }
        ]
    }


def _of(domain: str, entities: list[Card]) -> list[str]:
    return [entity["entity_id"] for entity in entities if entity["entity_id"].startswith(f"{domain}.")]


def _heading(title: str, icon: str) -> Card:
    return {"type": "heading", "heading": title, "icon": icon}


def _live(entity_id: str) -> Card:
    return {**_still(entity_id), "camera_view": "live"}


def _still(entity_id: str) -> Card:
    return {
        "type": "picture-entity",
        "entity": entity_id,
        "show_state": False,
        "show_name": False,
        "grid_options": {"columns": 12},
    }


def _tile(entity_id: str) -> Card:
    return {"type": "tile", "entity": entity_id}
