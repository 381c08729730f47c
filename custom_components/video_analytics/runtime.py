"""What a set-up account consists of."""

from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntry

from .coordinator import AccountCoordinator
from .exports import ExportManager
from .moments import MomentHub
from .people import WatchedPeople
from .pictures import PictureStore


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRuntime:
    """The parts of one account; what the vendor does not offer is None."""

    coordinator: AccountCoordinator
    pictures: PictureStore
    moments: MomentHub | None
    people: WatchedPeople | None
    exports: ExportManager | None


type AccountConfigEntry = ConfigEntry[AccountRuntime]
