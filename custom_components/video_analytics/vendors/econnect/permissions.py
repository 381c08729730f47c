"""Permissions, under the names that eConnect's web app shows in System, System settings, Roles."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from ..errors import NotPermitted


class Permission(StrEnum):
    """What a role may grant; each endpoint needs one of them."""

    READ_ALL_IDENTITY = "Read All Identity"
    MUTATE_ALL_IDENTITY = "Mutate All Identity"
    READ_DETECTIONS = "Read Detections"
    READ_FILES = "Read Identity Files"
    ADD_FILES = "Add Identity Files"
    READ_TAGS = "Read Tags"
    ADD_TAGS = "Add Tags"
    EDIT_TAGS = "Edit Tags"
    DELETE_TAGS = "Delete Tags"
    FACE_PUBLISHING = "Face Publishing"
    FACE_RECOGNIZE = "Face Recognize"
    FACE_ENROLLMENT = "Face Enrollment"
    FACE_DETECTION = "Face Detection"

    @property
    def shown(self) -> str:
        """Return the name with its category, as the list of roles has it."""
        return f"{self.value} ({_category(self)})"


def _category(permission: Permission) -> str:
    if permission.value.endswith("Tags"):
        return "Tags"
    return "Facial Recognition Services" if permission.value.startswith("Face ") else "Identities"


@contextmanager
def needs(permission: Permission) -> Iterator[None]:
    """Say which permission is missing: each endpoint is documented to need one."""
    try:
        yield
    except NotPermitted as error:
        raise NotPermitted(f"{error}, the permission {permission.shown} is missing", permission.shown) from None
