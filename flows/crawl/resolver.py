"""Names to addresses, and the one place where an address may be refused: what is checked is what is connected to.

Scrapy connects only to addresses that this resolver gives, literal ones too, so a name that answers with another
address the second time gains nothing. Names of local sources (and of a proxy) may have private addresses.
"""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet import defer
from twisted.internet.error import DNSLookupError


class PrivateAddressError(DNSLookupError):
    """A name that stands for no public address, and is not that of a local source."""


class GuardedResolver(CachingThreadedResolver):  # type: ignore[misc]
    """Looks names up, first in the settings' own table, and refuses addresses that are not public.

    Settings: ``NIANBAO_RESOLVE`` (name → address), ``NIANBAO_LOCAL_HOSTS`` (they and their subdomains may be private).
    """

    def __init__(self, reactor: Any, cache_size: int, timeout: float) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._table: dict[str, str] = {}
        self._local: tuple[str, ...] = ()

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> GuardedResolver:
        """Build it as Scrapy asks."""
        resolver: GuardedResolver = super().from_crawler(crawler, reactor)
        resolver._table = crawler.settings.getdict("NIANBAO_RESOLVE")
        proxies = {urlsplit(address).hostname or "" for address in getproxies().values()}
        resolver._local = (*crawler.settings.getlist("NIANBAO_LOCAL_HOSTS"), *filter(None, proxies))
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> Any:  # noqa: N802 - Twisted's name
        """Return a Deferred of the address of a name; it fails with PrivateAddressError where that is refused."""
        known = self._table.get(name.lower())
        found = defer.succeed(known) if known else super().getHostByName(name, timeout)
        return found if self._may_be_private(name.lower()) else found.addCallback(_public, name)

    def _may_be_private(self, name: str) -> bool:
        return any(name == local or name.endswith("." + local) for local in self._local)


async def address_of(host: str) -> str | None:
    """Return the address that a request to a host would go to; None where it has none, as the download will say.

    Raises:
        PrivateAddressError: it must not be asked.
    """
    from twisted.internet import reactor

    try:
        address: str = await maybe_deferred_to_future(reactor.resolver.getHostByName(host))
    except PrivateAddressError:
        raise
    except (OSError, UnicodeError, DNSLookupError):
        return None
    return address


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet: not private, loopback, link-local, shared or of a group."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return found.is_global and not found.is_multicast


def _public(address: str, name: str) -> str:
    if not is_public(address):
        raise PrivateAddressError(f"{name} is at {address}, which is no public address")
    return address
