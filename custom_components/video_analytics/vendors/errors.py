"""What can go wrong with a vendor, once for all vendors.

The texts are for logs and for `scripts/probe`. They never carry a key, a token, a signed address, a name or a plate:
whoever raises one gives what was asked (method and path without its query) and what came instead.
"""


class VendorError(Exception):
    """Base of everything that a vendor's client raises."""


class SignInFailed(VendorError):
    """The vendor refuses the credentials."""


class MaybeUnlicensed(SignInFailed):
    """The vendor refuses the credentials, or its licence is not activated; it does not say which."""


class NotPermitted(VendorError):
    """The credentials are good, but this user may not do this."""

    def __init__(self, message: str, permission: str | None = None, reason: str | None = None) -> None:
        """Keep the missing permission in the vendor's own words, where the vendor names it, or else its reason.

        The reason may name people, so that it is shown to whoever asked, and never logged.
        """
        super().__init__(message)
        self.permission = permission
        self.reason = reason


class NotFound(VendorError):
    """The camera, event, export or other thing does not exist (any more)."""


class Rejected(VendorError):
    """The vendor understood the request and refuses it."""

    def __init__(self, message: str, reason: str | None = None) -> None:
        """Keep the vendor's own reason, where the answer carried one.

        It may name people, so that it is shown to whoever asked, and never logged.
        """
        super().__init__(message)
        self.reason = reason


class Conflict(Rejected):
    """What was sent contradicts what is there already."""


class StorageFull(Rejected):
    """There is no room for what was sent."""


class NoSuchPart(Rejected):
    """A part of a file was asked for that it does not have."""


class OutsidePicture(Rejected):
    """A box is not one of the picture."""

    def __init__(self, message: str, reason: str, size: tuple[int, int] | None = None) -> None:
        """Keep the width and height of the picture; None where no picture has such a box."""
        super().__init__(message, reason)
        self.size = size


class RateLimited(VendorError):
    """Too many requests."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        """Keep the seconds that the vendor asks to wait, where it says so."""
        super().__init__(message)
        self.retry_after = retry_after


class Unreachable(VendorError):
    """No answer in time: no connection, a broken connection, or the server's own failure (5xx)."""


class BadAnswer(VendorError):
    """An answer arrived, but not one that the vendor documents."""


class BadAddress(VendorError):
    """What was entered as the server's address is not one."""
