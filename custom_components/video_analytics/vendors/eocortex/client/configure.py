"""Resources below `/configure`: for Senior Administrators, and only at the main server of a system."""

from ...json import JsonObject, as_objects
from ..wire.channels import ChannelBrief
from ..wire.modules import Module, ModuleSettings
from ..wire.servers import ConfiguredServer, DeviceManufacturer
from .caller import Caller


class ConfigureApi:
    """Servers, devices and modules."""

    def __init__(self, caller: Caller) -> None:
        """Belong to a server."""
        self._caller = caller

    async def servers(self) -> tuple[ConfiguredServer, ...]:
        """List the servers: guide, "configure/servers"."""
        rows = as_objects(await self._caller.get("/configure/servers"), "configure/servers")
        return tuple(ConfiguredServer.read(row, "server") for row in rows)

    async def server(self, server: str) -> ConfiguredServer:
        """Return a server: guide, "configure/servers/{server_id}". Raises `NotFound`."""
        return ConfiguredServer.read(await self._caller.get(f"/configure/servers/{server}"), "server")

    async def server_channels(self, server: str) -> tuple[ChannelBrief, ...]:
        """List the channels of a server: guide, "configure/servers/{server_id}/channels". Raises `NotFound`."""
        rows = as_objects(await self._caller.get(f"/configure/servers/{server}/channels"), "server channels")
        return tuple(ChannelBrief.read(row, "channel") for row in rows)

    async def device_manufacturers(self) -> tuple[DeviceManufacturer, ...]:
        """List the supported devices: guide, "configure/devicemanufacturers"."""
        rows = as_objects(await self._caller.get("/configure/devicemanufacturers"), "configure/devicemanufacturers")
        return tuple(DeviceManufacturer.read(row, "manufacturer") for row in rows)

    async def module(self, channel: str, module: Module, *, urgent: bool = False) -> ModuleSettings:
        """Return a module's settings: guide, "configure/channels/{channel_id}/facescomplete" and the like.

        Raises `NotFound`, and `Rejected` or `NotPermitted` where the module is not licensed.
        """
        answer = await self._caller.get(f"/configure/channels/{channel}/{module}", urgent=urgent)
        return ModuleSettings.read(answer, module)

    async def set_module(self, channel: str, module: Module, values: JsonObject) -> None:
        """Write a module's settings, the whole of them: guide, as for `module`.

        Raises `Rejected`, also while somebody else is changing the configuration.
        """
        await self._caller.put(f"/configure/channels/{channel}/{module}", values)
