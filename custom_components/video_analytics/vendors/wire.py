"""The base of what vendors send, as dataclasses.

mashumaro compiles a decoder per class; lazily, since most classes are never used in one session.
"""

from dataclasses import field
from datetime import datetime
from typing import Any, Self, override

from mashumaro import DataClassDictMixin, field_options
from mashumaro.config import BaseConfig
from mashumaro.exceptions import InvalidFieldValue, MissingField

from .errors import BadAnswer
from .json import JsonValue, as_object, read_bool, read_datetime, read_float, read_identifier, read_int, read_text


def named(key: str) -> Any:  # the same convention as dataclasses.field: the annotation gives the type
    """Declare an optional field that the vendor calls `key`; missing counts as null."""
    return field(default=None, metadata=field_options(alias=key))


def required(key: str) -> Any:
    """Declare a field that the vendor calls `key` and always sends."""
    return field(metadata=field_options(alias=key))


def identifier() -> Any:
    """Declare a field that says which thing it is about, under the vendor's own name: empty text says nothing."""
    return field(metadata=field_options(deserialize=read_identifier))


class Wire(DataClassDictMixin):
    """Decodes tolerantly in the ways that `json` names; unknown keys are ignored.

    What a vendor sends is full of signed addresses, names and plates, so it is never printed.
    """

    class Config(BaseConfig):
        """Settings of the decoder."""

        lazy_compilation = True
        serialization_strategy = {  # declared as an instance variable by mashumaro
            str: {"deserialize": read_text},
            bool: {"deserialize": read_bool},
            int: {"deserialize": read_int},
            float: {"deserialize": read_float},
            datetime: {"deserialize": read_datetime},
        }

    @override
    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.__repr__ = Wire.__repr__  # type: ignore[method-assign]  # or `dataclass` would make one

    @override
    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    @classmethod
    def read(cls, value: JsonValue, what: str) -> Self:
        """Decode an object, or raise `BadAnswer` that names the field but not its value."""
        row = as_object(value, what)
        try:
            return cls.from_dict(row)
        except MissingField as error:
            raise BadAnswer(f"{what}: no {error.field_name}") from None
        except InvalidFieldValue as error:
            raise BadAnswer(f"{what}: unexpected {error.field_name}") from None
        except ValueError:  # of a class's own reading
            raise BadAnswer(f"{what}: an unexpected value") from None
