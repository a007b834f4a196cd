"""Addresses of one page under several names, and addresses that scripts name: pure functions of text.

A publisher's page is met as http and https, under www. and m., with `_wap` or `_app` before its ending, with doubled
slashes, and through the gateway that shows it in traditional characters. It is one page, and asked for once.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

_HOST_PREFIX = re.compile(r"^(?:www|m|wap|mobile|3g)\.(?=[^.]+\.[^.]+)")
_GATEWAY = re.compile(r"^/gate/(?:big5|gb)/(?P<host>[^/]+)(?P<path>/.*)?$")
_SUFFIX = re.compile(r"_(?:wap|app|mobile|pad)(?=\.\w{2,6}$)", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:s?html?|jsp|aspx?|php)$", re.IGNORECASE)
_SLASHES = re.compile(r"//+")
_PORTS = {"http": 80, "https": 443}


def page_key(url: str) -> str:
    """Return what an address has in common with every other address of the same page."""
    try:
        parts = urlsplit(url)
        host, path, port = parts.hostname or "", unquote(parts.path), parts.port
    except ValueError:
        return url
    gate = _GATEWAY.match(path)
    if gate is not None:
        host, path = gate["host"].lower(), gate["path"] or "/"
    host = _HOST_PREFIX.sub("", host)
    if port is not None and port != _PORTS.get(parts.scheme):
        host += f":{port}"
    path = _INDEX.sub("/", _SUFFIX.sub("", _SLASHES.sub("/", path or "/")))
    query = sorted(parse_qsl(parts.query, keep_blank_values=True))
    return f"{host}{path}?{query}" if query else f"{host}{path}"


def is_preferred(url: str, other: str, here: str) -> bool:
    """Whether an address is the plainer one of two of the same page, as seen from a page at ``here``."""
    return _oddness(url, here) < _oddness(other, here)


def _oddness(url: str, here: str) -> tuple[bool, bool, bool]:
    mine, theirs = urlsplit(url), urlsplit(here)
    is_variant = bool(_SUFFIX.search(mine.path) or _GATEWAY.match(mine.path) or _SLASHES.search(mine.path))
    return is_variant, mine.netloc != theirs.netloc, mine.scheme != theirs.scheme
