"""Settings of the analytics modules of a channel: `configure/channels/{channel_id}/{module}`."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from ...errors import BadAnswer
from ...json import JsonObject, JsonValue, as_object, read_bool
from .row import spelt, value


class Module(StrEnum):
    """The modules whose settings can be read and changed, by the last part of their resource."""

    FACES_COMPLETE = "facescomplete"
    PEOPLE_COUNTER = "peoplecounter"
    PLATES_COMPLETE = "platescomplete"
    PLATES_STANDARD = "platesstandard"
    QUEUE_COUNTER = "queuecounter"
    VISITORS = "visitors"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleSettings:
    """Settings as the server sent them.

    Of some modules they hold the password of a database in plain text, so that they are never printed; whoever changes
    them patches what came, so that keys that nobody knows yet survive.
    """

    enabled: bool
    values: JsonObject = field(repr=False)

    @classmethod
    def read(cls, answer: JsonValue, what: str) -> Self:
        """Decode an answer, or raise `BadAnswer`."""
        values = as_object(answer, what)
        try:
            return cls(enabled=read_bool(value(values, "Enabled")), values=values)
        except ValueError:
            raise BadAnswer(f"{what}: unexpected Enabled") from None

    def switched(self, *, on: bool) -> JsonObject:
        """Return what is sent to switch the module."""
        return {**self.values, spelt(self.values, "Enabled"): on}
