"""Documents of people: files that go to the vendor and come from it without ever being held in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
import mimetypes
from pathlib import Path, PurePath
import re

import probatio

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv

from ..const import DOMAIN
from ..exports import choose_folder
from ..exports.files import DiskFull, async_write_file, media_path, part_of
from ..vendors.contract import Account
from ..vendors.errors import NotFound
from .errors import action_errors
from .people_targets import PersonTarget, async_target_person, checked_id, offered, people_schema, person_errors
from .reading import async_blocks, async_opened

_FOLDER = "documents"
_LONGEST_NAME = 60
"""Characters, of up to four bytes; file systems take 255 bytes."""
_UNSAFE = re.compile(r"[^\w .,()+=@-]")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}")

_UPLOAD = people_schema(
    {
        probatio.Required("file"): cv.string,
        probatio.Optional("name"): cv.string,
        probatio.Optional("description"): cv.string,
    }
)
_DOWNLOAD = people_schema(
    {
        probatio.Required("document"): cv.string,
        probatio.Optional("folder"): cv.string,
        probatio.Optional("name"): cv.string,
    }
)

_under_way: set[Path] = set()
"""Parts that are being written; one document has one."""


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(
        DOMAIN, "upload_document", _async_upload, schema=_UPLOAD, supports_response=SupportsResponse.OPTIONAL
    )
    hass.services.async_register(
        DOMAIN, "download_document", _async_download, schema=_DOWNLOAD, supports_response=SupportsResponse.OPTIONAL
    )


async def _async_upload(call: ServiceCall) -> ServiceResponse:
    """Attach a file to a person, and return the id of the document."""
    target = await async_target_person(call, _keeps_documents)
    documents = offered(target.entry, target.account.documents, "documents")
    path = call.data["file"]
    name = call.data.get("name", "").strip() or PurePath(path).name
    description = call.data.get("description", "").strip() or None
    async with async_opened(call.hass, path) as file:
        chunks = async_blocks(call.hass, file)
        with action_errors(), person_errors(target):
            document = await documents.upload(target.id, name, chunks, description=description)
    return {"person": target.id, "document": document}


async def _async_download(call: ServiceCall) -> ServiceResponse:
    """Save a document in the media folder under a name that no file has, and return where it is."""
    target = await async_target_person(call, _keeps_documents)
    documents = offered(target.entry, target.account.documents, "documents")
    document = checked_id(call.data["document"])
    folder = await call.hass.async_add_executor_job(
        choose_folder, call.hass, call.data.get("folder"), target.entry.title, _FOLDER
    )
    part = part_of(str(folder), f"{target.entry.entry_id} {target.id} {document}")
    if part in _under_way:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="document_under_way", translation_placeholders={"id": document}
        )
    _under_way.add(part)
    try:
        with action_errors(), _document_errors(target, document):
            async with documents.download(target.id, document) as download:
                name = _file_name(call.data.get("name") or document, download.content_type)
                file = await async_write_file(call.hass, download, part, name, may_be_empty=True)
    except DiskFull as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="disk_full", translation_placeholders={"folder": str(folder)}
        ) from error
    except OSError as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="folder_not_writable",
            translation_placeholders={"folder": str(folder)},
        ) from error
    finally:
        _under_way.discard(part)
    place = media_path(call.hass, str(file))
    return {
        "person": target.id,
        "file": place[1] if place else str(file),
        "path": str(file),
        "media_content_id": f"media-source://media_source/{'/'.join(place)}" if place else None,
        "content_type": download.content_type,
    }


def _keeps_documents(account: Account) -> bool:
    return account.documents is not None


@contextmanager
def _document_errors(target: PersonTarget, document: str) -> Iterator[None]:
    try:
        yield
    except NotFound as error:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="unknown_document",
            translation_placeholders={"id": document, "person": target.key},
        ) from error


def _file_name(wanted: str, content_type: str) -> str:
    """Return a name for a file in the folder that was chosen, whatever is asked for; hidden ones are none."""
    name = PurePath(_UNSAFE.sub("_", wanted).strip(" .") or "document")
    if _SUFFIX.fullmatch(name.suffix):
        return name.stem[:_LONGEST_NAME] + name.suffix
    return name.name[:_LONGEST_NAME] + (mimetypes.guess_extension(content_type) or "")
