"""Signs in at a vendor, fetches once, and prints what the integration would see: for accounts that do not work.

With --events it also prints, a JSON line each, the moments of the seconds that follow.

Imports the vendors alone, without Home Assistant.
"""

import argparse
import asyncio
from collections.abc import Mapping, Set as AbstractSet
from contextlib import AsyncExitStack, aclosing
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
import json
from pathlib import Path
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import aiohttp

INTEGRATION = Path(__file__).resolve().parent.parent / "custom_components" / "video_analytics"

# Importing the vendors as part of the integration would run its __init__, and that needs Home Assistant.
for _name, _path in (("custom_components", INTEGRATION.parent), ("custom_components.video_analytics", INTEGRATION)):
    _package = ModuleType(_name)
    _package.__path__ = [str(_path)]
    sys.modules[_name] = _package

from custom_components.video_analytics import vendors  # noqa: E402
from custom_components.video_analytics.vendors.budget import Budget  # noqa: E402
from custom_components.video_analytics.vendors.contract import VERIFY_TLS, FieldKind  # noqa: E402
from custom_components.video_analytics.vendors.errors import (  # noqa: E402
    BadAddress,
    BadAnswer,
    MaybeUnlicensed,
    NotFound,
    NotPermitted,
    RateLimited,
    Rejected,
    SignInFailed,
    Unreachable,
    VendorError,
)
from custom_components.video_analytics.vendors.http import Http  # noqa: E402
from custom_components.video_analytics.vendors.models.media import StreamKind  # noqa: E402
from custom_components.video_analytics.vendors.models.state import Wanted  # noqa: E402
from custom_components.video_analytics.vendors.secret import Secret  # noqa: E402

if TYPE_CHECKING:
    from custom_components.video_analytics.vendors.contract import (
        Account,
        MomentSource,
        SignInField,
        SignInValue,
        Vendor,
    )

type Printable = str | int | float | bool | list[Printable] | dict[str, Printable] | None

REDACTED = frozenset({"serial_number"})

MEANINGS: dict[type[VendorError], str] = {
    BadAddress: "the address is not one of a web server",
    BadAnswer: "the server answered, but not as this vendor's API does; is the address right?",
    MaybeUnlicensed: "the credentials were refused, or the licence of the server is not activated",
    NotFound: "the server does not know what was asked for; is the address right?",
    NotPermitted: "the credentials are good, but lack a right",
    RateLimited: "too many requests; try again later",
    Rejected: "the server refused the request",
    SignInFailed: "the credentials were refused",
    Unreachable: "the server does not answer",
}


def parser() -> argparse.ArgumentParser:
    """Build the command line: a sub-command per vendor, with the vendor's sign-in fields as its options."""
    top = argparse.ArgumentParser(prog="probe", description=__doc__)
    commands = top.add_subparsers(dest="vendor", metavar="VENDOR", required=True)
    for key in vendors.KEYS:
        vendor = vendors.load(key)
        command = commands.add_parser(key, help=f"{vendor.manufacturer} ({vendor.docs_url})")
        for field in vendor.fields:
            add_option(command, field)
        if VERIFY_TLS not in vendor.fields:
            add_option(command, VERIFY_TLS)
        command.add_argument(
            "--events", type=float, default=0.0, metavar="SECONDS", help="print what happens meanwhile"
        )
    return top


def add_option(command: argparse.ArgumentParser, field: SignInField) -> None:
    """Add the option of one sign-in field."""
    option = f"--{field.name.replace('_', '-')}"
    if field.kind is FieldKind.BOOLEAN:
        command.add_argument(option, action=argparse.BooleanOptionalAction, default=field.default)
    else:
        command.add_argument(
            option,
            dest=field.name,
            required=field.required and field.default is None,
            default=field.default,
            choices=field.choices or None,
        )


async def probe(vendor: Vendor, values: Mapping[str, SignInValue], seconds: float) -> None:
    """Sign in, fetch once, print the redacted state of each account behind the credentials, and what then happens."""
    connector = aiohttp.TCPConnector(ssl=values.get(VERIFY_TLS.name) is not False)
    async with aiohttp.ClientSession(connector=connector) as session, AsyncExitStack() as stack:
        http = Http(session, Budget(vendor.pace))
        accounts: dict[str, Account] = {}
        for identity in await vendor.accounts(http, values):
            accounts[identity.title] = account = vendor.open(http, values, identity.id)
            stack.push_async_callback(account.close)
        states: list[Printable] = [await describe(title, account) for title, account in accounts.items()]
        write(states[0] if len(states) == 1 else {"accounts": states}, indent=2)
        sources = [account.moments for account in accounts.values() if account.moments] if seconds else []
        await asyncio.gather(*(listen(source, seconds) for source in sources))


async def listen(source: MomentSource, seconds: float) -> None:
    """Print the moments of some seconds, as they come."""
    try:
        async with asyncio.timeout(seconds), aclosing(source.listen(None, Wanted)) as batches:
            async for batch in batches:
                for moment in batch.moments:
                    write(
                        {
                            "kind": moment.kind.value,
                            "camera": moment.camera,
                            "subject": moment.subject,
                            "start": printable(moment.start),
                            "end": printable(moment.end),
                            "recognition": printable(moment.recognition),
                        }
                    )
    except TimeoutError:
        pass


def write(value: Printable, indent: int | None = None) -> None:
    """Print JSON at once, also into a pipe."""
    print(json.dumps(value, indent=indent, ensure_ascii=False), flush=True)


async def describe(title: str, account: Account) -> dict[str, Printable]:
    """Fetch an account once."""
    state = await account.fetch(None, Wanted())
    described: dict[str, Printable] = {"account": title}
    for field in fields(state):
        value = getattr(state, field.name)
        described[field.name] = printable([*value.values()] if isinstance(value, Mapping) else value)
    live = account.live
    for camera, row in zip(state.cameras.values(), described_cameras(described), strict=True):
        row["live"] = [address.protocol.value for address in live.addresses(camera.id, StreamKind.MAIN)] if live else []
    described["switched_off"] = printable(account.switched_off)
    return {key: value for key, value in described.items() if key in ("account", "cameras") or value}


def described_cameras(described: Mapping[str, Printable]) -> list[dict[str, Printable]]:
    """Return the rows of the cameras."""
    rows = described["cameras"]
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def printable(value: object) -> Printable:
    """Turn neutral data into JSON, without secrets."""
    match value:
        case Secret():
            return "…"
        case Enum():
            return str(value.value)
        case None | bool() | int() | float() | str():
            return value
        case datetime() | date():
            return value.isoformat()
        case timedelta():
            return f"{value / timedelta(days=1):g} days"
        case Mapping():
            return {str(key): printable(item) for key, item in value.items()}
        case AbstractSet():
            return sorted((printable(item) for item in value), key=str)
        case list() | tuple():
            return [printable(item) for item in value]
        case _ if is_dataclass(value):
            return {
                field.name: "…" if field.name in REDACTED else printable(item)
                for field in fields(value)
                if field.repr and (item := getattr(value, field.name)) not in (None, (), {})
            }
        case _:
            return "…"


def main() -> int:
    """Run; one clear line on stderr and a non-zero exit when it fails."""
    arguments = vars(parser().parse_args())
    vendor = vendors.load(arguments.pop("vendor"))
    seconds = arguments.pop("events")
    values = {name: value for name, value in arguments.items() if value is not None}
    try:
        asyncio.run(probe(vendor, values, seconds))
    except VendorError as error:
        reason = f": {error.reason}" if isinstance(error, Rejected) and error.reason else ""
        print(f"{vendor.manufacturer}: {MEANINGS[type(error)]}{reason} ({error})", file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever reads has seen enough
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
