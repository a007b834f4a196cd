"""What stands between the spider and the network: the guard of addresses, conditions, and the archive.

`AllowedAddress` sees every request first, redirects and robots.txt too. `ArchiveFirst` sees every response before
redirects, retries and the spider do. Pace and retries are `politeness`' and `patience`', robots.txt is `robots`',
what a response means is `outcomes`' business.
"""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest
from scrapy.http.headers import Headers
from scrapy.responsetypes import responsetypes

from flows.crawl.archive import ArchiveWriter, Sent, digest_of
from flows.crawl.captures import Outcome, Visit, iso_utc
from flows.crawl.known import KnownDocument, KnownPage
from flows.crawl.outcomes import NotAsked, RefusedAddress
from flows.crawl.replay import read_payload
from flows.crawl.resolver import PrivateAddressError, address_of
from schemas.errors import InternalError

CUT_OFF = "dataloss"  # Scrapy's flag of a body that ended early
NOT_MODIFIED = "not modified"  # our flag of a body that the host did not send again
PLACED = "archived"  # in a request's meta: the KnownDocument of its last response
_ASKED_IF = "asked if changed"  # in a request's meta: the KnownPage whose validators it carries
_ASK_WHOLE = "ask whole"  # in a request's meta: what the archive had of it cannot be read
_CONDITIONS = {"If-None-Match": "etag", "If-Modified-Since": "last_modified"}


class AllowedAddress:
    """Lets through what a source may ask: the web, its own hosts, and for remote ones public addresses."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler

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
        spider = self._crawler.spider
        # robots.txt belongs to no visit: any source's host may have one.
        sources = (visit.source,) if visit else spider.sources
        allowing = [source for source in sources if source.allows(host)]
        if not allowing:
            raise RefusedAddress(f"not asked: {host} is not among the hosts of the source")
        if any(source.local for source in allowing):
            return
        try:
            await address_of(host)
        except PrivateAddressError as error:
            raise RefusedAddress(f"not asked: {error}") from error


class Conditions:
    """Asks a page that is known whether it has changed. Each address by its own validators, redirected ones too."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> Conditions:
        """Build it as Scrapy asks."""
        return cls(crawler)

    def process_request(self, request: Any) -> None:
        """Put the validators of an address into its request, and no others."""
        known = self._crawler.spider.known.pages
        page: KnownPage | None = known.get(request.url) if request.method == "GET" and "visit" in request.meta else None
        if request.meta.get(_ASK_WHOLE):
            page = None
        request.meta[_ASKED_IF] = None
        for name, field in _CONDITIONS.items():
            request.headers.pop(name, None)
            if page and (value := getattr(page, field)):
                request.headers[name] = value
                request.meta[_ASKED_IF] = page


class ArchiveFirst(HttpCompressionMiddleware):  # type: ignore[misc]
    """Unzips a response, archives it, and only then lets anything look at it."""

    @classmethod
    def from_crawler(cls, crawler: Any) -> ArchiveFirst:
        """Build it as Scrapy asks."""
        middleware: ArchiveFirst = super().from_crawler(crawler)
        middleware._crawler = crawler
        return middleware

    def process_response(self, request: Any, response: Any) -> Any:
        """Archive a response; one that ended early is asked for again, one not sent again comes from the archive."""
        spider = self._crawler.spider
        sent_headers = text_headers(response.headers)
        response = self._unzipped(request, response)
        page: KnownPage | None = request.meta.get(_ASKED_IF) if response.status == 304 else None
        try:
            request.meta[PLACED] = _archived(spider, request, response, sent_headers, page)
        except OSError as error:
            spider.give_up(f"the archive cannot be written: {error}")
            raise IgnoreRequest(f"the archive cannot be written: {error}") from error
        if CUT_OFF in response.flags:
            return get_retry_request(request, spider=spider, reason=CUT_OFF) or response
        if page is not None:
            return _as_it_was(spider, page, request, response)
        return response

    def _unzipped(self, request: Any, response: Any) -> Any:
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise NotAsked(Outcome.TOO_LARGE, "the body is larger than this crawler takes when unzipped") from error
        except (OSError, EOFError, ValueError, zlib.error):
            return response  # not what its Content-Encoding says: kept as it came


def _archived(
    spider: Any, request: Any, response: Any, headers: list[tuple[str, str]], page: KnownPage | None
) -> KnownDocument:
    """Write a response to the archive, its body only if it is new there; return where the body stands.

    ``headers`` are those that were sent, before anything was unzipped.
    """
    archive: ArchiveWriter = spider.archive
    known: dict[str, KnownDocument] = spider.known.documents
    now, digest = datetime.now(UTC), digest_of(response.body)
    first = page.place if page else known.get(digest)
    at = archive.write_response(
        response.url,
        response.status,
        headers,
        response.body,
        now,
        request=Sent(text_headers(request.headers), request.method, request.body),
        refers_to=first,
        truncated="disconnect" if CUT_OFF in response.flags else None,
    )
    if first is None:
        first = known[digest] = KnownDocument(digest, at.file, at.offset, response.url, iso_utc(now))
    return first


def _as_it_was(spider: Any, page: KnownPage, request: Any, response: Any) -> Any:
    """Return the response that a host has not sent again; where the archive lost it, ask for it whole."""
    try:
        body = read_payload(spider.archive.folder, page.file, page.offset)
    except InternalError:
        spider.known.documents.pop(page.digest, None)  # to be stored anew
        again = request.replace(dont_filter=True)
        again.meta[_ASK_WHOLE] = True
        return again
    headers = {**response.headers, "Content-Type": page.content_type} if page.content_type else response.headers
    return response_of(response.url, headers, body, request, flags=[NOT_MODIFIED])


def response_of(url: str, headers: Any, body: bytes, request: Any, flags: list[str]) -> Any:
    """Return a response made of bytes that are in the archive."""
    kept = Headers(headers)
    for name in ("Content-Encoding", "Transfer-Encoding", "Content-Length"):
        kept.pop(name, None)
    kind = responsetypes.from_args(headers=kept, url=url, body=body)
    return kind(url, 200, headers=kept, body=body, flags=flags, request=request)


def text_headers(headers: Any) -> list[tuple[str, str]]:
    """Return headers as text, a pair for each value."""
    return [(_text(name), _text(value)) for name, values in headers.items() for value in values]


def _text(value: bytes) -> str:
    """Return a header's text: file names in it come as UTF-8 and as GBK."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return value.decode(encoding)
        except UnicodeDecodeError:
            continue
    return value.decode("latin-1")
