"""Everything behind the API: libraries, keys, pictures, and the clock."""

from collections.abc import Callable, Container, Sequence

from aiohttp import web

from ..signing import NEVER, Signer
from ..simulation import Simulation
from .access import Key, Keys, User
from .drawing import Darkroom
from .growing import Growth, checksum_of
from .ids import make_id
from .library import Asset, Library
from .quirks import Quirks
from .wire import Values, refuse, text

MEDIA = "/media"


class House:
    """What all parts of the API share."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.quirks = Quirks()
        self.keys = Keys(simulation.world.seed)
        self.darkroom = Darkroom(simulation.world)
        self.growth = Growth(simulation, self.quirks)
        self._signer = Signer(f"gumnut {simulation.world.seed}")
        self.reset()

    def reset(self) -> None:
        """Return to one library."""
        self.quirks.reset()
        self.keys.reset()
        self.user = User(make_id("intuser", self.simulation.world.seed))
        self.libraries: dict[str, Library] = {}
        self._made = 0
        self.add_library(self.simulation.world.site(0).name, grows=True)

    @property
    def now(self) -> float:
        """The simulated time."""
        return self.simulation.clock.now()

    def add_library(self, name: str, *, grows: bool = False) -> Library:
        """Add a library; one that grows is the world's, others begin empty."""
        self._made += 1
        library = Library(make_id("lib", self.simulation.world.seed, self._made), name, self.now, grows=grows)
        self.libraries[library.id] = library
        if grows:
            self.growth.begin(library, self.now)
        return library

    def seen_by(self, key: Key) -> list[Library]:
        """Return the libraries of a key, with all that happened until now."""
        seen = [library for library in self.libraries.values() if not key.libraries or library.id in key.libraries]
        for library in seen:
            self.growth.catch_up(library, self.now)
        return seen

    def library(self, key: Key, library_id: str | None) -> Library:
        """Return the library that is meant: the only live one if none is named."""
        live = [library for library in self.seen_by(key) if library.trashed is None]
        if library_id is None:
            if len(live) == 1:
                return live[0]
            refuse(int(self.quirks.library_missing), "library_id is required, since there are several libraries")
        found = next((library for library in live if library.id == library_id), None)
        return found or refuse(404, "There is no such library")

    def asked(self, request: web.Request, values: Values) -> Library:
        """Return the library of a request."""
        return self.library(self.keys.of(request), text(values, "library_id"))

    def owner_of(self, request: web.Request, things: Callable[[Library], Container[str]]) -> Library:
        """Return the library that the entity in a request's path is in, for calls that name none."""
        item = request.match_info["id"]
        live = (library for library in self.seen_by(self.keys.of(request)) if library.trashed is None)
        return next((library for library in live if item in things(library)), None) or refuse(404, "Not found")

    def may_write(self, library: Library) -> None:
        """Refuse those who may only look."""
        if library.role == "viewer":
            refuse(403, "A viewer may not change this library")

    def content(self, asset: Asset) -> bytes:
        """Return an asset's file; this draws it, if nobody looked at it before."""
        if asset.content is not None:
            return asset.content
        if asset.scene is None:
            return b""
        content = self.darkroom.original(asset.scene)
        asset.checksum = asset.checksum or checksum_of(content)
        return content

    def same(self, library: Library, checksum: str) -> Asset | None:
        """Return the asset that has the same bytes already."""
        return next((asset for asset in library.assets.values() if asset.checksum == checksum), None)

    def url(self, base: str, subject: str, name: str) -> str:
        """Return a signed address of a picture; ``subject`` is an asset's or a face's id."""
        rotating = self.quirks.signed == "rotating"
        expiry = self.now + self.simulation.settings.token_seconds if rotating else NEVER
        token = self._signer.token(f"{subject}/{name}", expiry, fresh=rotating)
        return f"{base}{MEDIA}/{subject}/{name}?token={token}"

    def is_signed(self, request: web.Request, subject: str, name: str) -> bool:
        """Return whether an address is good."""
        return self._signer.check(request.query.get("token", ""), f"{subject}/{name}", self.now) == "valid"

    def find_asset(self, asset_id: str) -> Asset | None:
        """Return an asset of any library."""
        return next(
            (library.assets[asset_id] for library in self.libraries.values() if asset_id in library.assets), None
        )

    def bytes_stored(self, libraries: Sequence[Library]) -> int:
        """Return how much is stored; of photos that nobody looked at their number of pixels stands for it."""
        return sum(
            len(asset.content) if asset.content is not None else asset.width * asset.height // 8
            for library in libraries
            for asset in library.assets.values()
        )


def base_of(request: web.Request) -> str:
    """Return the address under which the client reached this server."""
    return f"{request.scheme}://{request.host}"
