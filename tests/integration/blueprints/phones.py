"""Phones with Home Assistant's app: as they sign up, are sent messages, open pictures and press buttons."""

import asyncio
from typing import Any

from aiohttp.test_utils import TestClient
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

type Message = dict[str, Any]


class Phone:
    """A phone that is connected."""

    def __init__(self, client: TestClient[Any, Any], device_id: str, webhook_id: str) -> None:
        """`sign_up` is the way here."""
        self.device_id = device_id
        self.messages: list[Message] = []
        self._client = client
        self._webhook = f"/api/webhook/{webhook_id}"

    @classmethod
    async def sign_up(
        cls, hass: HomeAssistant, client: TestClient[Any, Any], socket: MockHAClientWebSocket, name: str
    ) -> Phone:
        """Sign up, and begin to take messages."""
        registration = {
            "app_id": "io.homeassistant.companion",
            "app_name": "Home Assistant",
            "app_version": "2026.10",
            "device_name": name,
            "device_id": name,
            "manufacturer": "Google",
            "model": "Pixel",
            "os_name": "Android",
            "os_version": "16",
            "supports_encryption": False,
            "app_data": {"push_websocket_channel": True},
        }
        answer = await client.post("/api/mobile_app/registrations", json=registration)
        webhook_id = (await answer.json())["webhook_id"]
        await hass.async_block_till_done()
        (device,) = [device for device in dr.async_get(hass).devices if device.name == name]
        phone = cls(client, device.id, webhook_id)
        await socket.send_json_auto_id({"type": "mobile_app/push_notification_channel", "webhook_id": webhook_id})
        assert (await socket.receive_json())["success"]
        phone._listening = asyncio.create_task(phone._listen(socket))
        return phone

    async def _listen(self, socket: MockHAClientWebSocket) -> None:
        while True:
            self.messages.append((await socket.receive_json())["event"])

    def hang_up(self) -> None:
        """Take no more messages."""
        self._listening.cancel()

    @property
    def texts(self) -> list[str]:
        """Return the texts of all messages."""
        return [message["message"] for message in self.messages]

    async def open(self, path: str) -> tuple[int, bytes]:
        """Open a path of Home Assistant as the app does, signed in."""
        async with self._client.get(path) as answer:
            return answer.status, await answer.read()

    async def press(self, message: Message, number: int = 0) -> None:
        """Press a button of a message."""
        event = {"action": message["data"]["actions"][number]["action"]}
        body = {"type": "fire_event", "data": {"event_type": "mobile_app_notification_action", "event_data": event}}
        async with self._client.post(self._webhook, json=body) as answer:
            assert answer.status == 200
