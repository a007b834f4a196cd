"""What stands between the spider and the network: the guard of addresses, and the archive.

`AllowedAddress` sees every request first, redirects and robots.txt too. `ArchiveFirst` sees every response
before redirects, retries and the spider do. What a response means is `outcomes`' business.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import zlib
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest

from flows.crawl.archive import ArchiveWriter, digest_of
from flows.crawl.captures import KnownDocument, Visit, iso_utc
from flows.crawl.outcomes import RefusedAddress, TooLarge

CUT_OFF = "dataloss"  # Scrapy's flag of a body that ended early
PLACED = "archived"  # in a request's meta: the KnownDocument of its last response


class AllowedAddress:
    """Lets through what a source may ask: the web, its own hosts, and for remote ones public addresses."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._seen: dict[str, str | None] = {}

    @classmethod
    def from_crawler(cls, crawler: Any) -> AllowedAddress:
        """Build it as Scrapy asks."""
        return cls(crawler)

    async def process_request(self, request: Any) -> None:
        """Refuse a request that leads astray."""
        parts = urlsplit(request.url)
        host = parts.hostname or ""
        if parts.scheme not in {"http", "https"}:
            raise RefusedAddress(f"not asked: {request.url} is no web address")
        visit: Visit | None = request.meta.get("visit")
        # robots.txt belongs to no visit: any source's host may have one.
        sources = (visit.source,) if visit else self._crawler.spider.sources
        allowing = [source for source in sources if source.allows(host)]
        if not allowing:
            raise RefusedAddress(f"not asked: {host} is not among the hosts of the source")
        if any(source.local for source in allowing):
            return
        if host not in self._seen:
            self._seen[host] = await _private_address(host)
        if self._seen[host]:
            raise RefusedAddress(f"not asked: {host} is at {self._seen[host]}, which is no public address")


class ArchiveFirst(HttpCompressionMiddleware):  # type: ignore[misc]
    """Unzips a response, archives it, and only then lets anything look at it."""

    @classmethod
    def from_crawler(cls, crawler: Any) -> ArchiveFirst:
        """Build it as Scrapy asks."""
        middleware: ArchiveFirst = super().from_crawler(crawler)
        middleware._crawler = crawler
        return middleware

    def process_response(self, request: Any, response: Any) -> Any:
        """Archive a response; one that ended early is asked for again."""
        spider = self._crawler.spider
        sent_headers = _text_headers(response.headers)
        response = self._unzipped(request, response)
        try:
            request.meta[PLACED] = _archived(spider.archive, spider.known, request, response, sent_headers)
        except OSError as error:
            spider.give_up(f"the archive cannot be written: {error}")
            raise IgnoreRequest(f"the archive cannot be written: {error}") from error
        if CUT_OFF in response.flags:
            return get_retry_request(request, spider=spider, reason=CUT_OFF) or response
        return response

    def _unzipped(self, request: Any, response: Any) -> Any:
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise TooLarge("the body is larger than this crawler takes when unzipped") from error
        except (OSError, EOFError, ValueError, zlib.error):
            return response  # not what its Content-Encoding says: kept as it came


def _archived(
    archive: ArchiveWriter,
    known: dict[str, KnownDocument],
    request: Any,
    response: Any,
    headers: list[tuple[str, str]],
) -> KnownDocument:
    """Write a response to the archive, its body only if it is new there; return where the body stands."""
    now, digest = datetime.now(UTC), digest_of(response.body)
    first = known.get(digest)
    at = archive.write_response(
        response.url,
        response.status,
        headers,
        response.body,
        now,
        request_headers=_text_headers(request.headers),
        refers_to=first,
        truncated="disconnect" if CUT_OFF in response.flags else None,
    )
    if first is None:
        first = known[digest] = KnownDocument(digest, at.file, at.offset, response.url, iso_utc(now))
    return first


def _text_headers(headers: Any) -> list[tuple[str, str]]:
    return [(_text(name), _text(value)) for name, values in headers.items() for value in values]


def _text(value: bytes) -> str:
    """Return a header's text: file names in it come as UTF-8 and as GBK."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return value.decode(encoding)
        except UnicodeDecodeError:
            continue
    return value.decode("latin-1")


async def _private_address(host: str) -> str | None:
    """Return the first address of a host that is not public; None also when it has none at all."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return None  # the download itself will say so
    addresses = [str(entry[4][0]) for entry in found]
    return next((found for found in addresses if not ipaddress.ip_address(found).is_global), None)
