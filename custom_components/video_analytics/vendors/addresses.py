"""Addresses of servers, as people type them."""

from ipaddress import ip_address
import re

from yarl import URL

_HOST = re.compile(r"[\w.-]+")


def base_url(text: str, *, scheme: str, path: str = "", port: int | None = None) -> URL:
    """Read what a person types as an address: a host, host:port or URL.

    `scheme` and `path` complete what is missing, `port` only where a scheme is missing too; a path that was given is
    kept. Raises ValueError.
    """
    text = text.strip()
    url = URL(text if "://" in text else f"{scheme}://{text}")
    if "://" not in text and port and not url.explicit_port:
        url = url.with_port(port)
    host = url.host or ""
    if ":" in host:
        ip_address(host)
    elif not _HOST.fullmatch(host) or host in ("http", "https"):  # the latter when a slash is missing behind them
        raise ValueError("not an address of a web server")
    if url.scheme not in ("http", "https") or not url.port:
        raise ValueError("not an address of a web server")
    url = url.with_user(None).with_query(None).with_fragment(None)
    given = url.raw_path.rstrip("/")
    return url.with_path(given or path, encoded=bool(given))


def is_public(url: URL) -> bool:
    """Tell whether an address looks like one of the internet, without asking anybody."""
    host = url.host or ""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host.rstrip(".") and not host.rstrip(".").endswith((".local", ".lan", ".home.arpa", ".internal"))
