"""The webhook of the Events Bridge, a service beside Identities."""

from collections.abc import Callable
from typing import override

from .. import contract


class EconnectHook(contract.Hook):
    """A hint to look now. Our address is entered by hand there, since the path of its settings is not public."""

    def __init__(self, hint: Callable[[], None]) -> None:
        """`hint` wakes whoever polls."""
        self._hint = hint

    @override
    async def install(self, url: str) -> str | None:
        return None

    @override
    async def remove(self, hook: str) -> None:
        """Do nothing: nothing was installed."""

    @override
    def hint(self) -> None:
        self._hint()
