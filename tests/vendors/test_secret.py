"""Text that must not be seen, and data that carries it."""

import copy
import dataclasses
from datetime import UTC, date, datetime, timedelta
import importlib
import logging
import pkgutil
import typing

import orjson
import pytest

from custom_components.video_analytics.vendors import models
from custom_components.video_analytics.vendors.models.databases import Face, FaceDraft, Plate
from custom_components.video_analytics.vendors.models.media import ExportRequest, Picture, StreamAddress, StreamProtocol
from custom_components.video_analytics.vendors.models.moments import EventDraft, Moment, MomentKind, PictureRef
from custom_components.video_analytics.vendors.models.photos import Asset, PersonDraft
from custom_components.video_analytics.vendors.models.state import Person
from custom_components.video_analytics.vendors.secret import Secret

NOW = datetime(2026, 4, 10, tzinfo=UTC)
S = "s3cret"


def test_only_reveal_shows_the_text():
    secret = Secret(S)
    assert secret.reveal() == S
    shown = [
        str(secret),
        repr(secret),
        f"{secret} {secret!r} {secret!s}",
        "%s %r" % (secret, secret),  # noqa: UP031  # loggers format so
        repr([secret]),
        str({"url": secret}),
        repr(KeyError(secret)),
        str(ValueError(secret)),
        orjson.dumps({"url": secret}).decode(),
        orjson.dumps(secret, default=str).decode(),
    ]
    assert [text for text in shown if S in text] == []


def test_loggers_do_not_show_it(caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("test").debug("opening %s, %r", Secret(S), {"url": Secret(S)})
    assert "opening" in caplog.text
    assert S not in caplog.text


def test_secrets_compare_and_copy_by_their_text():
    assert Secret(S) == Secret(S)
    assert Secret(S) != Secret("other")
    assert Secret(S) != S
    assert len({Secret(S), Secret(S), Secret("other")}) == 2
    assert copy.deepcopy(Secret(S)).reveal() == S


def test_a_secret_cannot_be_changed():
    with pytest.raises((dataclasses.FrozenInstanceError, AttributeError, TypeError)):
        Secret(S)._text = "other"


@pytest.mark.parametrize(
    "value",
    [
        Face(id="1", first_name=S, last_name=S, patronymic=S, note=S),
        FaceDraft(first_name=S, last_name=S, patronymic=S, note=S, pictures=(S.encode(),)),
        Plate(id="1", number=S, owner=S, note=S),
        Person(id="1", name=S, birthday=date(1999, 12, 31)),
        PersonDraft(name=S),
        Asset(id="1", name=S, mime_type="", width=1, height=1, taken=None),
        Moment(
            id="1",
            kind=MomentKind.PLATE,
            start=NOW,
            subject=S,
            groups=(S,),
            picture=PictureRef("1", Secret(S)),
            attributes={S: S},
        ),
        EventDraft(kind=MomentKind.PLATE, start=NOW, attributes={"plate": S}, picture=S, object_picture=S),
        ExportRequest(camera="1", start=NOW, length=timedelta(1), callback=f"https://home.example/api/webhook/{S}"),
        StreamAddress(url=Secret(S), protocol=StreamProtocol.RTSP, fetched=NOW),
        Picture(S.encode(), "image/jpeg"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_data_about_people_is_not_printed(value):
    assert S not in repr(value)
    assert "1999" not in repr(value)


def test_every_model_is_frozen_and_comparable_and_hides_its_addresses():
    names = [module.name for module in pkgutil.iter_modules(models.__path__)]
    modules = [importlib.import_module(f"{models.__name__}.{name}") for name in names]
    classes = [
        value
        for module in modules
        for value in vars(module).values()
        if dataclasses.is_dataclass(value) and value.__module__ == module.__name__
    ]
    assert len(classes) > 30
    for cls in classes:
        assert cls.__dataclass_params__.frozen, cls
        assert cls.__dataclass_params__.eq, cls
        hints = typing.get_type_hints(cls)
        for field in dataclasses.fields(cls):
            hidden = not field.repr or Secret in (hints[field.name], *typing.get_args(hints[field.name]))
            assert hidden or field.name not in {"first_name", "last_name", "patronymic", "note", "number", "owner"}, cls
