"""The one place where a vendor's errors become Home Assistant's, with a translated text that says what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.exceptions import HomeAssistantError

from .const import DOMAIN
from .vendors.errors import (
    BadAddress,
    BadAnswer,
    MaybeUnlicensed,
    NotFound,
    NotPermitted,
    RateLimited,
    Rejected,
    SignInFailed,
    Unreachable,
    VendorError,
)

_KEYS: dict[type[VendorError], str] = {
    BadAddress: "bad_address",
    BadAnswer: "bad_answer",
    MaybeUnlicensed: "sign_in_or_license_failed",
    NotFound: "not_found",
    NotPermitted: "not_permitted",
    RateLimited: "rate_limited",
    Rejected: "rejected",
    SignInFailed: "sign_in_failed",
    Unreachable: "unreachable",
}


def translation_key(kind: type[VendorError]) -> str:
    """Return the key of the text for an error, in `exceptions` and in the config flow's `error` alike."""
    return next((_KEYS[base] for base in kind.__mro__ if base in _KEYS), "bad_answer")


def translated[E: HomeAssistantError](kind: type[E], error: VendorError) -> E:
    """Return an exception of Home Assistant for a vendor's error; its texts are safe to show and to log."""
    return kind(
        translation_domain=DOMAIN,
        translation_key=translation_key(type(error)),
        translation_placeholders={"details": str(error)},
    )


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise HomeAssistantError for what the vendor's client raises inside."""
    try:
        yield
    except VendorError as error:
        raise translated(HomeAssistantError, error) from error


def reason_of(error: VendorError) -> str:
    """Return the vendor's own reason, or the right that is missing: whoever fills in the form may see it."""
    match error:
        case Rejected(reason=str(reason)):
            return reason
        case NotPermitted(permission=str(words)) | NotPermitted(reason=str(words)):
            return words
    return ""
