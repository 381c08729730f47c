"""A server on one port that can be made to refuse connections and to accept them again."""

import asyncio

from aiohttp import web


class Listener:
    """Serves one application. The port stays the same over ``refuse`` and ``accept``."""

    def __init__(self, app: web.Application, host: str, port: int, name: str = "") -> None:
        self.name = name
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        self._host = host
        self.port = port
        self._site: web.TCPSite | None = None
        self.lives = 0
        """How often it began to listen, which is how often a real server would have been restarted."""

    @property
    def accepting(self) -> bool:
        """Whether connections are accepted."""
        return self._site is not None

    async def start(self) -> None:
        """Set the application up and listen; port 0 becomes the free one that was found."""
        await self._runner.setup()
        await self.accept()
        self.port = self._runner.addresses[0][1]

    async def accept(self) -> None:
        """Listen, unless it does already."""
        if self._site is None:
            self._site = web.TCPSite(self._runner, self._host, self.port)
            await self._site.start()
            self.lives += 1

    async def refuse(self) -> None:
        """Close the listening socket and every open connection."""
        if self._site is not None:
            await self._site.stop()
            self._site = None
            for connection in list(self._runner.server.connections if self._runner.server else ()):
                connection.force_close()
                if connection.transport:
                    connection.transport.abort()
            await asyncio.sleep(0)

    async def close(self) -> None:
        """Stop serving for good."""
        await self._runner.cleanup()
