"""A server on one port, or on two, that can be made to refuse connections and to accept them again."""

import asyncio
import ssl

from aiohttp import web


class Listener:
    """Serves one application, with a TLS context at a second port, too; ports stay over ``refuse`` and ``accept``."""

    def __init__(
        self,
        app: web.Application,
        host: str,
        port: int,
        name: str = "",
        *,
        tls: ssl.SSLContext | None = None,
        secure_port: int = 0,
    ) -> None:
        self.name = name
        self._tls = tls
        self.secure_port = secure_port
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        self._host = host
        self.port = port
        self._sites: list[web.TCPSite] = []
        self.lives = 0
        """How often it began to listen, which is how often a real server would have been restarted."""

    @property
    def accepting(self) -> bool:
        """Whether connections are accepted."""
        return bool(self._sites)

    async def start(self) -> None:
        """Set the application up and listen; a port that is 0 becomes the free one that was found."""
        await self._runner.setup()
        await self.accept()
        self.port = self._runner.addresses[0][1]
        self.secure_port = self._runner.addresses[-1][1] if self._tls else 0

    async def accept(self) -> None:
        """Listen, unless it does already."""
        if not self._sites:
            self._sites.append(web.TCPSite(self._runner, self._host, self.port))
            if self._tls:
                self._sites.append(web.TCPSite(self._runner, self._host, self.secure_port, ssl_context=self._tls))
            for site in self._sites:
                await site.start()
            self.lives += 1

    async def refuse(self) -> None:
        """Close the listening sockets and every open connection."""
        if self._sites:
            for site in self._sites:
                await site.stop()
            self._sites.clear()
            for connection in list(self._runner.server.connections if self._runner.server else ()):
                connection.force_close()
                if connection.transport:
                    connection.transport.abort()
            await asyncio.sleep(0)

    async def close(self) -> None:
        """Stop serving for good."""
        await self._runner.cleanup()
