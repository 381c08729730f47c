"""The kinds of events: their ids, and what the server calls them in its own language."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID, uuid5

from ..world.places import NAMESPACE

type Language = Literal["en", "ru"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind; ``category`` is that of ``/archive_events``, where alarms and faces are known to be 1."""

    id: str
    english: str
    russian: str
    category: int = 0

    def name(self, language: Language) -> str:
        """Return what the server calls it."""
        return self.russian if language == "ru" else self.english


def _chosen(name: str) -> str:
    """Return an id for a kind whose real one is not documented: a client has to find it by its name, or not at all."""
    return str(uuid5(NAMESPACE, f"eocortex/kind/{name}"))


KINDS: dict[str, Kind] = {
    "motion": Kind("00000000-0000-0000-0000-000000000033", "Detected Motion", "Обнаружено движение"),
    "motion_start": Kind("eb0bb455-b85f-4ac4-851f-f30a11797579", "Motion started", "Начало движения"),
    "motion_end": Kind(_chosen("motion_end"), "Motion ended", "Окончание движения"),
    "face": Kind(
        "427f1cc3-2c2f-4f50-8865-56ae99c3610d",
        "Face detected (Face recognition module)",
        "Обнаружено лицо (Модуль распознавания лиц)",
        1,
    ),
    "plate": Kind("c9d6d086-c965-4cf8-aef6-85b3894e3a4a", "Numberplate recognised", "Обнаружен автономер"),
    "line": Kind(_chosen("line"), "Line crossed", "Пересечение линии"),
    "connection_lost": Kind(_chosen("lost"), "Connection to the camera lost", "Потеряна связь с камерой"),
    "connection_restored": Kind(
        _chosen("restored"), "Connection to the camera restored", "Связь с камерой установлена"
    ),
    "no_connection": Kind(_chosen("none"), "No connection to the camera", "Нет связи с камерой"),
    "input": Kind(_chosen("input"), "Signal at an input of the camera", "Сигнал на входе камеры"),
    "alarm": Kind(_chosen("alarm"), "User alarm", "Тревога пользователя", 1),
    "external": Kind(_chosen("external"), "External event", "Внешнее событие"),
    "puddle": Kind(_chosen("puddle"), "Puddle found {module of somebody else}", "Обнаружена лужа"),
}
"""By the names the control port calls them. Ids of ``motion``, ``motion_start``, ``face`` and ``plate`` are the vendor's,
those of the others are chosen here, and so are all names except that of a face, the Russian ones of a plate and of
motion that starts, and the English ones of a plate and of motion."""
BY_ID = {kind.id: kind for kind in KINDS.values()}
OF_WORLD = ("motion", "motion_start", "motion_end", "face", "plate", "line")
"""What happens by itself; the others are made by what is done to the system."""


def kind_id(name: str) -> str:
    """Return the id of a kind by its name, or an id as it stands; raise ValueError for anything else."""
    if name in KINDS:
        return KINDS[name].id
    try:
        return str(UUID(name))
    except ValueError:
        raise ValueError(f"kind is an id or one of {', '.join(KINDS)}") from None
