"""Rows as the simulator writes them, for tests that damage them."""

from typing import Any

URL = "https://assets.example.com/a.jpg?token=t"
VARIANT = {"url": URL, "mimetype": "image/jpeg", "width": 360}
LIBRARY: dict[str, Any] = {
    "id": "lib_1",
    "name": "House",
    "asset_count": 3,
    "role": "owner",
    "owner": {"id": "intuser_1", "display_name": None},
    "storage_used_bytes": 10,
    "storage_limit_bytes": None,
}
USER: dict[str, Any] = {
    "id": "intuser_1",
    "is_active": True,
    "face_detection_preference": None,
    "face_detection_available": True,
    "storage_used_bytes": 10,
    "storage_limit_bytes": 100,
}
FACE: dict[str, Any] = {
    "id": "face_1",
    "asset_id": "asset_1",
    "bounding_box": {"x": 1, "y": 2, "w": 3, "h": 4},
    "source": "automatic",
    "created_at": "2026-04-10T08:00:00Z",
    "updated_at": "2026-04-10T08:00:00Z",
    "person_id": "person_1",
    "confidence": 0.9,
    "timestamp_ms": None,
    "asset_urls": {"thumbnail": VARIANT},
    "cluster_assignment": {"distance_to_person": 0.2, "candidates": [{"person_id": "person_2", "distance": 0.5}]},
}
PERSON: dict[str, Any] = {
    "id": "person_1",
    "name": "Anna",
    "is_favorite": False,
    "is_hidden": False,
    "birth_date": "1988-04-12",
    "asset_count": 3,
    "thumbnail_face_id": "face_1",
    "asset_urls": {"thumbnail": VARIANT},
}
ASSET: dict[str, Any] = {
    "id": "asset_1",
    "mime_type": "image/jpeg",
    "original_file_name": "a.jpg",
    "kind": "original",
    "width": 1280,
    "height": 720,
    "duration": None,
    "file_size_bytes": 100,
    "local_datetime": "2026-04-10T10:00:00+02:00",
    "created_at": "2026-04-10T08:00:00Z",
    "trashed_at": None,
    "description": "A gate",
    "asset_urls": {"preview": VARIANT, "original": VARIANT},
    "metadata": {"display_label": "House", "latitude": 1.5, "longitude": 2.5, "rating": 0},
    "people": [PERSON],
    "faces": [FACE],
}
ALBUM: dict[str, Any] = {
    "id": "album_1",
    "name": "Family",
    "asset_count": 2,
    "album_cover_asset_id": "asset_1",
    "asset_urls": {"thumbnail": VARIANT},
}
TASK: dict[str, Any] = {"id": "btask_1", "status": "pending", "task_type": "embedding", "asset_id": None}
BUCKET: dict[str, Any] = {"time_bucket": "2026-04-10T00:00:00", "count": 3}
FOUND: dict[str, Any] = {"asset": ASSET, "distance": 0.5}
CHANGE: dict[str, Any] = {
    "cursor": "c",
    "entity_type": "face",
    "entity_id": "face_1",
    "event_type": "face_updated",
    "created_at": "2026-04-10T08:00:00Z",
    "payload": {"person_id": "person_1", "previous_person_id": None},
}
CHANGES: dict[str, Any] = {"data": [CHANGE], "has_more": False, "next_cursor": "c", "as_of": "c"}
