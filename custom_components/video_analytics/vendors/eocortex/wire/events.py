"""Kinds of events: `/archive_event_types` and `/command?type=getallregisteredevents`."""

from dataclasses import dataclass

from ...wire import named, required
from .row import Row


@dataclass(frozen=True, kw_only=True)
class EventKind(Row):
    """An item of either directory (facts, section 5.3). The id is a GUID, the name in the server's language."""

    id: str = required("Id")
    name: str | None = named("Name")
    gui_name: str | None = named("GuiName")

    @property
    def label(self) -> str | None:
        """Return the name, however it is called."""
        return self.name or self.gui_name
