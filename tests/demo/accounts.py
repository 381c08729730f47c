"""The simulated accounts: how one signs in to them, and what tells their cameras apart."""

from collections.abc import Callable, Mapping
from typing import Any

import aiohttp

type JsonObject = dict[str, Any]

VENDORS = ("faceter", "eocortex", "econnect", "gumnut")
SIMULATOR_PORTS = 9
"""How many ports in a row they take: one of Faceter; of Eocortex two servers, RTSP, and both servers with TLS; of eConnect
one server, and it with TLS; one of Gumnut."""
WATCHED = ("Anna Lindqvist", "Marek Novak")
FAMILY = ("Anna Lindqvist", "Sofia Novak")
PHOTO_MINUTES = 3
"""Between two photos: somebody who looks sees one come, and a day brings no more than a party does."""

_FORMS: Mapping[str, Callable[[str, JsonObject], JsonObject]] = {
    "faceter": lambda url, credentials: {**credentials, "advanced": {"url": url, "verify_tls": True}},
    "eocortex": lambda url, credentials: {
        "url": url,
        **credentials,
        "advanced": {"user_type": "internal", "verify_tls": True},
    },
    "econnect": lambda url, credentials: {"url": url, **credentials, "advanced": {"verify_tls": True}},
    "gumnut": lambda url, credentials: {**credentials, "advanced": {"url": url, "verify_tls": True}},
}


def sign_in(vendor: str, url: str, credentials: JsonObject) -> JsonObject:
    """Return what a person enters in the vendor's form."""
    return _FORMS[vendor](url, credentials)


async def watching(control: str) -> list[JsonObject]:
    """Return what a person enters to watch two of the people whom eConnect knows."""
    async with aiohttp.ClientSession(control, raise_for_status=True) as session, session.get("/people") as answer:
        people = {person["name"]: person["id"] for person in await answer.json()}
    return [
        {"next_step_id": "by_field"},
        {"field_name": "LoyaltyTier"},
        {"people": [people[name] for name in WATCHED], "seen_recently": 5},
    ]


def everybody() -> list[JsonObject]:
    """Return what a person enters to watch all who have a name in Gumnut's library."""
    return [{"next_step_id": "everybody"}, {"most": 50}]


async def take_photos(control: str) -> None:
    """Let people photograph more often than the simulated world does by itself."""
    async with aiohttp.ClientSession(control, raise_for_status=True) as session:
        await session.post("/quirks", json={"photo_minutes": PHOTO_MINUTES})


async def take_photo(control: str) -> None:
    """Let somebody upload a photo of the family now."""
    async with aiohttp.ClientSession(control, raise_for_status=True) as session:
        await session.post("/photos", json={"people": FAMILY})


async def number_cameras(control: str) -> None:
    """Number the cameras of an Eocortex system: they look at the same places as Faceter's, and should not be called so."""
    async with aiohttp.ClientSession(control, raise_for_status=True) as session:
        async with session.get("/cameras") as answer:
            cameras = await answer.json()
        for number, camera in enumerate(cameras, 1):
            await session.patch(f"/cameras/{camera['Id']}", json={"Name": f"{number:02} {camera['Name']}"})
