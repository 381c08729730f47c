"""What a set-up account consists of, and which accounts are set up."""

from collections.abc import Callable
from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .coordinator import AccountCoordinator
from .exports import ExportManager
from .following import PeopleFollower
from .gallery import Gallery
from .hints import Hints
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
    follower: PeopleFollower | None
    exports: ExportManager | None
    gallery: Gallery | None
    hints: Hints | None


type AccountConfigEntry = ConfigEntry[AccountRuntime]

type Came = Callable[[AccountConfigEntry], CALLBACK_TYPE]
"""Called with an account that is set up; returns what to do when it goes."""


class Accounts:
    """The accounts that are set up at present, for whoever outlives them: automations stay when an account is reloaded."""

    def __init__(self) -> None:
        """There is none yet."""
        self._present: dict[str, AccountConfigEntry] = {}
        self._followers: dict[object, tuple[Came, dict[str, CALLBACK_TYPE]]] = {}

    @property
    def present(self) -> tuple[AccountConfigEntry, ...]:
        """Return those that are set up."""
        return tuple(self._present.values())

    @callback
    def add(self, entry: AccountConfigEntry) -> CALLBACK_TYPE:
        """Take in an account that has been set up; returns what to call when it goes."""
        self._present[entry.entry_id] = entry
        for came, leave in list(self._followers.values()):
            leave[entry.entry_id] = came(entry)

        @callback
        def remove() -> None:
            del self._present[entry.entry_id]
            for _, leave in list(self._followers.values()):
                leave.pop(entry.entry_id)()

        return remove

    @callback
    def follow(self, came: Came) -> CALLBACK_TYPE:
        """Call for every account that is set up, now and later, and what it returns when the account or the follower goes."""
        follower = object()
        leave = {entry_id: came(entry) for entry_id, entry in self._present.items()}
        self._followers[follower] = came, leave

        @callback
        def unfollow() -> None:
            del self._followers[follower]
            for left in leave.values():
                left()

        return unfollow


_ACCOUNTS: HassKey[Accounts] = HassKey(DOMAIN)


@callback
def async_accounts(hass: HomeAssistant) -> Accounts:
    """Return the accounts that are set up; automations may ask before the first is."""
    return hass.data.setdefault(_ACCOUNTS, Accounts())
