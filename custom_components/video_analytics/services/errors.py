"""How actions fail."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..const import DOMAIN
from ..exceptions import translated
from ..vendors.errors import NotPermitted, Rejected, StorageFull, VendorError


@contextmanager
def action_errors() -> Iterator[None]:
    """Raise HomeAssistantError for what the vendor's client raises inside.

    What the vendor refuses for a reason of its own is bad input, and the reason is shown to whoever asked. A permission
    that is missing is named as the vendor names it, as far as it does.
    """
    try:
        yield
    except NotPermitted as error:
        if error.permission:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="permission_missing",
                translation_placeholders={"permission": error.permission},
            ) from error
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="not_permitted",
            translation_placeholders={"details": error.reason or str(error)},
        ) from error
    except StorageFull as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="storage_full",
            translation_placeholders={"details": error.reason or str(error)},
        ) from error
    except Rejected as error:
        if not error.reason:
            raise translated(HomeAssistantError, error) from error
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="refused",
            translation_placeholders={"reason": error.reason},
        ) from error
    except VendorError as error:
        raise translated(HomeAssistantError, error) from error
