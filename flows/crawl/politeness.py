"""How gently hosts are asked: Scrapy's settings for a crawl, and a throttle that keeps every host's pace.

The numbers of good manners live here. Waiting after a failure is `patience`', how much a source may take `rations`',
which pages are asked the spider's.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.extensions.throttle import AutoThrottle

from flows.crawl.manners import Manners
from flows.crawl.source import PACE_S, Source

LOCAL_CONCURRENCY = 8
MAX_DELAY_S = 60.0
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


def crawl_settings(sources: Iterable[Source], contact: str, log: Path, manners: Manners) -> dict[str, Any]:
    """Return the settings of Scrapy for a crawl of these sources."""
    sources = tuple(sources)
    return {
        "USER_AGENT": f"Nianbao/0.1 (+{contact})",
        "DEFAULT_REQUEST_HEADERS": {"Accept": "*/*", "Accept-Language": "zh-CN,zh;q=0.9"},
        "ROBOTSTXT_OBEY": True,
        "COOKIES_ENABLED": False,
        # Pace.
        "CONCURRENT_REQUESTS": 64,  # of all hosts; one that rests keeps what waits for it
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",  # as a page names them: the newest first
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": PACE_S,
        "DOWNLOAD_DELAY_JITTER": 0,
        "DOWNLOAD_SLOTS": host_slots(sources),
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": PACE_S,
        "AUTOTHROTTLE_MAX_DELAY": MAX_DELAY_S,
        "NIANBAO_BACK_OFF": manners.back_off_s,
        "RETRY_TIMES": manners.retries,
        "RETRY_HTTP_CODES": [408, 500, 502, 503, 504, 522, 524],
        # Addresses.
        "TWISTED_DNS_RESOLVER": "flows.crawl.resolver.GuardedResolver",
        "NIANBAO_RESOLVE": dict(manners.resolve),
        "NIANBAO_LOCAL_HOSTS": sorted({host for source in sources if source.local for host in source.hosts}),
        # Limits.
        "DOWNLOAD_TIMEOUT": manners.answer_s,
        "DOWNLOAD_MAXSIZE": manners.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": False,  # a body that ended early is archived, then asked again
        "REDIRECT_MAX_TIMES": 5,
        "METAREFRESH_MAXDELAY": 5,
        "HTTPERROR_ALLOW_ALL": True,  # every answer is a capture
        "DOWNLOAD_HANDLERS": {
            **dict.fromkeys(("http", "https"), "flows.crawl.patience.LastGate"),
            **dict.fromkeys(("file", "ftp", "s3", "data")),
        },
        # Requests pass from small numbers to large, responses from large to small.
        "DOWNLOADER_MIDDLEWARES": {
            f"{_HTTP}.offsite.OffsiteMiddleware": None,
            "flows.crawl.middlewares.AllowedAddress": 50,
            f"{_HTTP}.robotstxt.RobotsTxtMiddleware": None,
            "flows.crawl.robots.Robots": 100,
            f"{_HTTP}.retry.RetryMiddleware": None,
            "flows.crawl.patience.PatientRetry": 550,
            f"{_HTTP}.redirect.RedirectMiddleware": 570,
            "flows.crawl.middlewares.Conditions": 585,
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
            concurrency = known["concurrency"] if source.local and not source.interval_s else 1
            slots[host] = {
                **known,
                "delay": max(known["delay"], source.interval_s),
                "concurrency": concurrency,
            }
    return slots
