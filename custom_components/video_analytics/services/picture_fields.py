"""Pictures that an action takes: of an entity, from a file, at an address, or in base64."""

from base64 import b64decode
from binascii import Error as Base64Error
from http import HTTPStatus
import re

import aiohttp
import probatio
from yarl import URL

from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components import camera, image
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, ServiceCall, split_entity_id
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.typing import VolDictType

from ..const import DOMAIN
from ..pictures import content_type_of
from .reading import async_opened
from .targets import async_permission

_LARGEST = 10 * 1024 * 1024
_CHUNK = 64 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=30)
_SOURCES = {
    "entity": cv.entity_domain([Platform.CAMERA, Platform.IMAGE]),
    "file": cv.string,
    "url": cv.string,
    "base64": cv.string,
}
_DATA_URL = re.compile(r"data:image/[\w.+-]+;base64,")
_SPACE = re.compile(r"\s+")


def picture_fields(name: str) -> VolDictType:
    """Return the fields of one picture, for an action's schema."""
    return {probatio.Optional(f"{name}_{source}"): kind for source, kind in _SOURCES.items()}


def given_picture(call: ServiceCall, name: str) -> tuple[str, str] | None:
    """Return the field that a call gives a picture in, and its value; raises ServiceValidationError for several."""
    given = {field: value for source in _SOURCES if (value := call.data.get(field := f"{name}_{source}"))}
    if not given:
        return None
    if len(given) > 1:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="several_pictures",
            translation_placeholders={"fields": ", ".join(given)},
        )
    [(field, value)] = given.items()
    return field, value


async def async_read_picture(call: ServiceCall, name: str) -> bytes | str | None:
    """Return the picture of a call, or its address if that was given; None where there is neither.

    Raises ServiceValidationError for a picture that cannot be taken.
    """
    given = given_picture(call, name)
    if given is None:
        return None
    field, value = given
    match field.removeprefix(f"{name}_"):
        case "url":
            return _address(field, value)
        case "file":
            async with async_opened(call.hass, value) as file:
                # A byte more than is allowed is enough to see that it is too large.
                content = await call.hass.async_add_executor_job(file.read, _LARGEST + 1)
        case "base64":
            content = _decode(field, value)
        case _:
            content = await _of_entity(call, value)
    return _checked(field, content)


async def async_take_picture(call: ServiceCall, name: str) -> bytes:
    """Return the picture of a call, which has to have one; Home Assistant opens its address, where it may.

    Raises ServiceValidationError for a picture that cannot be taken, HomeAssistantError for one that does not come.
    """
    picture = await async_read_picture(call, name)
    if picture is None:
        fields = ", ".join(f"{name}_{source}" for source in _SOURCES)
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_picture", translation_placeholders={"fields": fields}
        )
    if isinstance(picture, bytes):
        return picture
    field = f"{name}_url"
    if not call.hass.config.is_allowed_external_url(picture):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="url_not_allowed", translation_placeholders={"field": field}
        )
    return _checked(field, await _fetch(call.hass, picture, field))


async def _fetch(hass: HomeAssistant, url: str, field: str) -> bytes:
    """Open an address, and no other that it leads to: that may not be one that is allowed."""
    session = async_get_clientsession(hass)
    try:
        async with session.get(url, timeout=_TIMEOUT, allow_redirects=False) as response:
            if response.status == HTTPStatus.OK:
                content = bytearray()
                async for chunk in response.content.iter_chunked(_CHUNK):
                    content += chunk
                    if len(content) > _LARGEST:
                        break
                return bytes(content)
            reason = f"HTTP {response.status}"
    except (aiohttp.ClientError, TimeoutError) as error:
        reason = type(error).__name__  # the text would repeat the address, which may carry a token
    raise HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="picture_not_fetched",
        translation_placeholders={"field": field, "reason": reason},
    )


async def _of_entity(call: ServiceCall, entity_id: str) -> bytes:
    if not (await async_permission(call, POLICY_READ))(entity_id):
        raise Unauthorized(context=call.context, entity_id=entity_id, permission=POLICY_READ)
    if call.hass.states.get(entity_id) is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="picture_entity_unknown",
            translation_placeholders={"entity_id": entity_id},
        )
    try:
        if split_entity_id(entity_id)[0] == Platform.CAMERA:
            return (await camera.async_get_image(call.hass, entity_id)).content
        return (await image.async_get_image(call.hass, entity_id)).content
    except HomeAssistantError as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="picture_entity_empty",
            translation_placeholders={"entity_id": entity_id, "reason": str(error)},
        ) from error


def _decode(field: str, text: str) -> bytes:
    """Decode base64, which may be wrapped into lines or be a data URL."""
    try:
        return b64decode(_DATA_URL.sub("", _SPACE.sub("", text), count=1), validate=True)
    except Base64Error, ValueError:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="bad_base64", translation_placeholders={"field": field}
        ) from None


def _address(field: str, text: str) -> str:
    """Check an address without opening it; it may carry a token, so that it is not repeated."""
    try:
        url = URL(text)
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="bad_picture_url", translation_placeholders={"field": field}
        )
    return text


def _checked(field: str, content: bytes) -> bytes:
    if len(content) > _LARGEST:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="picture_too_large",
            translation_placeholders={"field": field, "megabytes": str(_LARGEST >> 20)},
        )
    if content_type_of(content) is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="not_a_picture", translation_placeholders={"field": field}
        )
    return content
