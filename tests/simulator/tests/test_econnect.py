"""eConnect's server: tokens, permissions, people, detections, files, and every reading of what is not documented."""

import base64
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest

from ..client import ControlError
from ..econnect.access import PERMISSIONS, claims_of
from .econnect import USER, Econnect

NOBODY = "11111111-2222-3333-4444-555555555555"
PICTURE = base64.b64encode(b"\xff\xd8\xff a picture").decode()
SIGHTING = {"detectorName": "Cam", "ianaTimeZone": "UTC", "detectTimeUtc": "2026-06-16T18:32:05Z"}
ENDPOINTS: dict[str, list[tuple[str, str]]] = {
    "Read All Identity": [
        ("GET", f"/people/{NOBODY}"),
        ("GET", f"/people?tagId={NOBODY}"),
        ("GET", "/people?entityFieldName=a"),
        ("GET", "/people/entityField/a/entityValue/b"),
        *(("GET", f"/people/{NOBODY}/{section}") for section in ("aliases", "tags", "notes", "entityFields")),
    ],
    "Mutate All Identity": [
        *(("PUT", f"/people/{NOBODY}/{part}") for part in ("aliases", "tags", "notes", "entityFields", "addresses")),
        *(("DELETE", f"/people/{NOBODY}/{section}/1") for section in ("aliases", "tags", "notes", "entityFields")),
    ],
    "Read Detections": [
        ("GET", f"/people/detections/personId/{NOBODY}"),
        ("GET", f"/people/detections/faceId/{NOBODY}"),
    ],
    "Read Identity Files": [("GET", f"/people/{NOBODY}/fileDocuments/1/data")],
    "Add Identity Files": [("POST", "/people/fileDocuments/upload")],
    "Read Tags": [("GET", "/Tags"), ("GET", f"/Tags/{NOBODY}")],
    "Add Tags": [("POST", "/Tags")],
    "Edit Tags": [("PUT", f"/Tags/{NOBODY}")],
    "Delete Tags": [("DELETE", f"/Tags/{NOBODY}")],
    "Face Publishing": [("POST", "/faceEdge/publish"), ("POST", "/faceEdge/publishWithResponse")],
    "Face Recognize": [("POST", "/faceEdge/recognize"), ("POST", "/faceEdge/lookup")],
    "Face Enrollment": [("POST", "/faces/faceEnroll")],
    "Face Detection": [
        ("POST", "/faces/faceDetect"),
        ("POST", "/faces/faceCompare"),
        ("GET", "/faces/checkImageReference/a"),
    ],
}
ANYBODY = [("GET", "/renewToken"), ("GET", "/people/enrollmentPhoto/a"), ("GET", "/people/detectionPhoto/a/b")]


async def now(econnect: Econnect) -> datetime:
    """Return the simulated time."""
    return datetime.fromisoformat(str((await econnect.simulator.state())["now"]))


async def test_signing_in(econnect: Econnect) -> None:
    answer = await econnect.authenticate()
    assert answer.json.keys() == {"username", "token"}
    claims = claims_of(answer.json["token"])
    assert claims["unique_name"] == USER
    life = int(str(claims["exp"])) - (await now(econnect)).timestamp()
    assert 295 <= life <= 301
    for changes in ({"password": "wrong"}, {"username": "nobody"}):
        assert (await econnect.authenticate(**changes)).status == 401
    assert (await econnect.bare("POST", "/authenticate", data=b"nothing")).status == 400


async def test_tokens_end_and_are_renewed_before(econnect: Econnect) -> None:
    first = await econnect.sign_in()
    await econnect.simulator.advance(250)
    second = (await econnect("GET", "/renewToken")).json["token"]
    assert first != second
    await econnect.simulator.advance(100)
    assert (await econnect("GET", "/Tags")).status == 401
    assert (await econnect("GET", "/renewToken")).status == 401
    assert (await econnect("GET", "/Tags", token=second)).status == 200
    assert (await econnect.bare("GET", "/Tags")).status == 401


async def test_a_restart_forgets_tokens_unless_told_otherwise(econnect: Econnect) -> None:
    await econnect.sign_in()
    await econnect.simulator.refuse()
    with pytest.raises(aiohttp.ClientConnectionError):
        await econnect("GET", "/Tags")
    await econnect.simulator.refuse(False)
    assert (await econnect("GET", "/Tags")).status == 401
    await econnect.simulator.quirks(restart_forgets=False)
    await econnect.sign_in()
    await econnect.simulator.refuse()
    await econnect.simulator.refuse(False)
    assert (await econnect("GET", "/Tags")).status == 200


@pytest.mark.parametrize("permission", PERMISSIONS)
async def test_each_endpoint_needs_its_permission(econnect: Econnect, permission: str) -> None:
    await econnect.simulator.quirks(rights_of="user", error_body="problem")
    await econnect.sign_in()
    await econnect.simulator.permit(*(name for name in PERMISSIONS if name != permission), username=USER)
    for needed, endpoints in ENDPOINTS.items():
        for method, path in endpoints:
            answer = await econnect(method, path)
            assert (answer.status == 403) == (needed == permission), f"{method} {path}"
            if answer.status == 403:
                assert answer.json["detail"] == f"The user lacks the {permission} permission."
    for method, path in ANYBODY:
        assert (await econnect(method, path)).status != 403


async def test_a_token_has_the_rights_of_its_time(econnect: Econnect) -> None:
    await econnect.simulator.permit("Read Tags", username=USER)
    await econnect.sign_in()
    await econnect.simulator.permit("Read Detections", username=USER)
    assert (await econnect("GET", "/Tags")).status == 200
    renewed = (await econnect("GET", "/renewToken")).json["token"]
    assert (await econnect("GET", "/Tags", token=renewed)).status == 200
    await econnect.sign_in()
    assert (await econnect("GET", "/Tags")).status == 403
    with pytest.raises(ControlError):
        await econnect.simulator.permit("Read Minds", username=USER)


async def test_a_person(econnect: Econnect) -> None:
    await econnect.sign_in()
    anna = await econnect.person()
    found = (await econnect("GET", f"/people/{anna['id']}")).json
    assert found.keys() == {"personId", "aliases", "addresses", "entityFields", "tags", "notes"}
    assert found["aliases"][0].keys() == {"personAliasId", "firstName", "lastName", "middleName", "title"}
    assert found["tags"][0].keys() == {"tagId", "expires", "created"}
    assert (await econnect("GET", f"/people/{NOBODY}")).status == 404
    assert (await econnect("GET", "/people")).status == 400
    await econnect.simulator.quirks(nulls=False, extra_fields=True, unknown_person="empty")
    found = (await econnect("GET", f"/people/{anna['id']}")).json
    assert "title" not in found["aliases"][0]
    assert "collection" in found
    assert (await econnect("GET", f"/people/{NOBODY}")).body == b""


async def detections(econnect: Econnect, person: str, **query: Any) -> list[dict[str, Any]]:
    """Return detections."""
    answer = await econnect("GET", f"/people/detections/personId/{person}", params=query)
    assert answer.status == 200
    found: list[dict[str, Any]] = answer.json
    return found


async def test_detections_are_those_of_the_world(econnect: Econnect) -> None:
    await econnect.sign_in()
    anna = await econnect.person()
    end = int((await now(econnect)).timestamp() * 1000) - 60_000
    period = {"epochStartMs": end - 3_600_000, "epochEndMs": end}
    found = await detections(econnect, anna["id"], take=100, **period)
    assert len(found) > 5
    assert found[0].keys() == {"confidence", "dateTimeUtc", "timeZone", "detector", "image"}
    times = [row["dateTimeUtc"] for row in found]
    assert times == sorted(times)
    assert base64.b64decode(found[0]["image"]).startswith(b"\xff\xd8")
    pages = [
        row for skip in range(0, 100, 3) for row in await detections(econnect, anna["id"], skip=skip, take=3, **period)
    ]
    assert pages == found
    newest = await detections(econnect, anna["id"], take=1, dateAscending="false", **period)
    assert newest == found[-1:]
    assert await detections(econnect, anna["id"], take=100, **period) == found
    by_face = await econnect("GET", f"/people/detections/faceId/{anna['faces'][0]}", params={"take": 100, **period})
    assert by_face.json == found
    assert await detections(econnect, NOBODY) == []
    assert len(await detections(econnect, anna["id"])) == 10
    for wrong in ({"take": "many"}, {"skip": -1}, {"dateAscending": "maybe"}, {"epochStartMs": "now"}):
        answer = await econnect("GET", f"/people/detections/personId/{anna['id']}", params=wrong)
        assert answer.status == 400


async def test_other_readings_of_detections(econnect: Econnect) -> None:
    anna, (detector, *_) = await econnect.person(), await econnect.simulator.cameras()
    at = await now(econnect) + timedelta(hours=1)
    await econnect.simulator.advance(3600)
    await econnect.sign_in()
    await econnect.simulator.inject_event(str(detector["id"]), person=anna["id"], at=f"{at:%Y-%m-%dT%H:%M:%S}.250Z")
    query = {"epochStartMs": int(at.timestamp() * 1000) + 250, "epochEndMs": int(at.timestamp() * 1000) + 250}
    for quirks, expected in (
        ({"dates": "seconds"}, {"dateTimeUtc": f"{at:%Y-%m-%dT%H:%M:%S}Z"}),
        ({"dates": "milliseconds"}, {"dateTimeUtc": f"{at:%Y-%m-%dT%H:%M:%S}.250Z"}),
        ({"dates": "fractions7"}, {"dateTimeUtc": f"{at:%Y-%m-%dT%H:%M:%S}.2500000Z"}),
        ({"images": "null"}, {"image": None}),
        ({"detectors": "N/A"}, {"detector": "N/A"}),
        ({"detectors": "null"}, {"detector": None}),
    ):
        await econnect.simulator.quirks(**quirks)
        (row,) = await detections(econnect, anna["id"], **query)
        assert row.items() >= expected.items()
    await econnect.simulator.quirks(largest_take=2)
    assert len(await detections(econnect, anna["id"], take=50)) == 2


async def test_what_is_published_is_detected_once(econnect: Econnect) -> None:
    await econnect.sign_in()
    anna = await econnect.person()
    (row,) = await detections(econnect, anna["id"], take=1, dateAscending="false")
    shot = {
        "expanded": row["image"],
        **SIGHTING,
        "detectTimeUtc": (await now(econnect)).isoformat(),
        "includePerson": True,
    }
    first = (await econnect("POST", "/faceEdge/publishWithResponse", json=shot)).json["faces"][0]
    assert first["person"]["personId"] == anna["id"]
    assert (await econnect("POST", "/faceEdge/publish", json=shot)).body == b""
    (newest,) = await detections(econnect, anna["id"], take=1, dateAscending="false")
    assert newest["detector"] == "Cam"
    photo = await econnect("GET", f"/people/detectionPhoto/{first['faceId']}/{first['detectionId']}")
    assert (photo.status, photo.kind) == (200, "image/jpeg")
    for missing in ("expanded", "detectorName", "ianaTimeZone", "detectTimeUtc"):
        body = {key: value for key, value in shot.items() if key != missing}
        assert (await econnect("POST", "/faceEdge/publish", json=body)).status == 400


async def test_uploads_that_make_no_sense(econnect: Econnect) -> None:
    await econnect.sign_in()
    anna = await econnect.person()
    assert (await econnect("POST", "/people/fileDocuments/upload", json={})).status == 400
    for missing in ("personId", "name", "file"):
        form = aiohttp.FormData()
        for key, value in {"personId": anna["id"], "name": "a"}.items():
            if key != missing:
                form.add_field(key, value)
        if missing != "file":
            form.add_field("file", b"content", filename="a.pdf")
        else:
            form.add_field("note", "b", content_type="text/plain")
        assert (await econnect("POST", "/people/fileDocuments/upload", data=form)).status == 400
    assert await econnect.simulator.documents() == []


async def test_the_start_comes_back(econnect: Econnect) -> None:
    await econnect.sign_in()
    anna = await econnect.person()
    await econnect("POST", "/faces/faceEnroll", json={"faceImage": PICTURE})
    await econnect.simulator.remove_person(anna["id"])
    await econnect.simulator.key("rotate")
    assert (await econnect.authenticate()).status == 401
    state = await econnect.simulator.state()
    await econnect.simulator.reset()
    assert (await econnect("GET", "/Tags")).status == 401
    await econnect.sign_in()
    assert await econnect.person() == anna
    assert state["people"] == (await econnect.simulator.state())["people"]
