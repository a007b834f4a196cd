"""How gently hosts are asked: Scrapy's settings for a crawl, and a throttle that keeps every host's pace.

The numbers of good manners live here: delays, retries, limits. Which pages are asked is the spider's.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.extensions.throttle import AutoThrottle

from flows.crawl.sources import PACE_S, Source

LOCAL_CONCURRENCY = 8
MAX_DELAY_S = 60.0
MAX_BYTES = 64 * 1024 * 1024
_HTTP = "scrapy.downloadermiddlewares"


class PacedThrottle(AutoThrottle):  # type: ignore[misc]
    """AutoThrottle that slows down for a slow host, and never asks one faster than its pace.

    A host's own wish, `Crawl-delay` in its robots.txt, raises its pace up to a minute.
    """

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        slots = crawler.settings.getdict("DOWNLOAD_SLOTS")
        self._pace: dict[str, float] = {host: slot["delay"] for host, slot in slots.items()}
        crawler.signals.connect(self._robots_parsed, signal=signals.robots_parsed)

    def _response_downloaded(self, response: Any, request: Any, spider: Any) -> None:
        pace = self._pace.get(request.meta.get("download_slot", ""), PACE_S)
        if pace:
            self.mindelay = pace
            super()._response_downloaded(response, request, spider)

    def _robots_parsed(self, robotparser: Any, request: Any) -> None:
        wish = robotparser.rp.crawl_delay(self.crawler.settings["USER_AGENT"])
        host = urlsplit(request.url).hostname or ""
        pace = min(float(wish or 0), MAX_DELAY_S)
        if pace > self._pace.get(host, PACE_S):
            downloader = self.crawler.engine.downloader
            self._pace[host] = pace
            downloader.per_slot_settings.setdefault(host, {})["delay"] = pace
            if host in downloader.slots:
                downloader.slots[host].delay = pace


def crawl_settings(sources: Iterable[Source], contact: str, log: Path) -> dict[str, Any]:
    """Return the settings of Scrapy for a crawl of these sources."""
    return {
        "USER_AGENT": f"Nianbao/0.1 (+{contact})",
        "DEFAULT_REQUEST_HEADERS": {"Accept": "*/*", "Accept-Language": "zh-CN,zh;q=0.9"},
        "ROBOTSTXT_OBEY": True,
        "COOKIES_ENABLED": False,
        # Pace.
        "CONCURRENT_REQUESTS": 32,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": PACE_S,
        "DOWNLOAD_DELAY_JITTER": 0,
        "DOWNLOAD_SLOTS": host_slots(sources),
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": PACE_S,
        "AUTOTHROTTLE_MAX_DELAY": MAX_DELAY_S,
        # Limits.
        "DOWNLOAD_TIMEOUT": 60,
        "DOWNLOAD_MAXSIZE": MAX_BYTES,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": False,  # a body that ended early is archived, then asked again
        "RETRY_TIMES": 2,
        "REDIRECT_MAX_TIMES": 5,
        "METAREFRESH_MAXDELAY": 5,
        "HTTPERROR_ALLOW_ALL": True,  # every answer is a capture
        "DOWNLOAD_HANDLERS": {"file": None, "ftp": None, "s3": None, "data": None},
        # Requests pass from small numbers to large, responses from large to small.
        "DOWNLOADER_MIDDLEWARES": {
            f"{_HTTP}.offsite.OffsiteMiddleware": None,
            "flows.crawl.middlewares.AllowedAddress": 50,
            f"{_HTTP}.redirect.RedirectMiddleware": 570,
            f"{_HTTP}.httpcompression.HttpCompressionMiddleware": None,
            "flows.crawl.middlewares.ArchiveFirst": 590,
        },
        "EXTENSIONS": {
            "scrapy.extensions.throttle.AutoThrottle": None,
            "flows.crawl.politeness.PacedThrottle": 0,
        },
        # No doors into the process, no noise out of it.
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_FILE": str(log),
        "LOG_LEVEL": "INFO",
        "LOG_VERSIONS": [],
    }


def host_slots(sources: Iterable[Source]) -> dict[str, dict[str, float]]:
    """Return the pace of each host; a host of several sources has that of the most careful one."""
    slots: dict[str, dict[str, float]] = {}
    for source in sources:
        for host in source.hosts:
            known = slots.get(host, {"delay": 0.0, "concurrency": LOCAL_CONCURRENCY, "jitter": 0.0})
            concurrency = known["concurrency"] if source.local else 1
            slots[host] = {
                **known,
                "delay": max(known["delay"], source.interval_s),
                "concurrency": concurrency,
            }
    return slots
