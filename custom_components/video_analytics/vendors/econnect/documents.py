"""Files attached to people."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import override
from uuid import uuid4

from .. import contract
from ..models.media import Download
from .client import EconnectClient
from .permissions import Permission, needs


class EconnectDocuments(contract.Documents):
    """Uploads and downloads, neither of which holds a file."""

    def __init__(self, client: EconnectClient) -> None:
        """Ask through this."""
        self._client = client

    @override
    async def upload(
        self, person: str, name: str, chunks: AsyncIterator[bytes], *, description: str | None = None
    ) -> str:
        document = str(uuid4())
        # A file that is read while it is sent cannot be sent again after a sign-in.
        await self._client.tokens.refresh()
        await self._client.files.upload(person, name, chunks, public_id=document, description=description)
        return document

    @override
    @asynccontextmanager
    async def download(self, person: str, document: str) -> AsyncIterator[Download]:
        async with AsyncExitStack() as stack:
            with needs(Permission.READ_FILES):
                download = await stack.enter_async_context(self._client.files.download(person, document))
            yield download  # outside, for errors of whoever reads it are not the vendor's
