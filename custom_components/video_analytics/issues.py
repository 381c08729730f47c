"""Issues: what only the user, or an administrator of the vendor's system, can put right."""

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .moments import MomentHub
from .runtime import AccountConfigEntry


@callback
def async_watch_event_stream(hass: HomeAssistant, entry: AccountConfigEntry, hub: MomentHub) -> CALLBACK_TYPE:
    """Say so while the vendor could push events but refuses to."""
    issue = f"event_stream_refused_{entry.entry_id}"

    @callback
    def look() -> None:
        if refusal := hub.status.refusal:
            ir.async_create_issue(
                hass,
                DOMAIN,
                issue,
                is_fixable=False,
                severity=ir.IssueSeverity.WARNING,
                translation_key="event_stream_refused",
                translation_placeholders={"account": entry.title, "reason": refusal},
            )
        else:
            ir.async_delete_issue(hass, DOMAIN, issue)

    forget = hub.watch_status(look)

    @callback
    def stop() -> None:
        forget()
        ir.async_delete_issue(hass, DOMAIN, issue)

    return stop
