"""The crawler's process: `python -m flows.crawl`, one JSON event a line on stdout.

It opens the archive and the captures file, runs the spider to its end and says by its exit code whether
the crawl was whole. The night starts it through `process.crawl`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess

from flows.crawl.archive import ArchiveWriter
from flows.crawl.captures import CaptureWriter, merge_captures, read_captures
from flows.crawl.known import Known
from flows.crawl.manners import Manners
from flows.crawl.politeness import crawl_settings
from flows.crawl.resumed import Resumed
from flows.crawl.sources import load_registry
from flows.crawl.spider import Errand, ReportSpider
from schemas.errors import NianbaoError


def main(arguments: list[str] | None = None) -> int:
    """Run one crawl; return 0 when it did all it was sent out for, or was asked to stop."""
    options = _options().parse_args(arguments)
    try:
        sources = load_registry(options.registry).at(options.base_url).sources
        known = Known.read(options.known) if options.known else Known()
        resumed = Resumed(merge_captures(map(read_captures, options.resume)))
        manners = Manners(**json.loads(options.manners))
    except NianbaoError as error:
        print(error, file=sys.stderr)
        return 2
    known = known.with_captures(resumed.captures).in_archive(options.archive)
    process = AsyncCrawlerProcess(crawl_settings(sources, options.contact, options.log, manners))
    crawler = process.create_crawler(ReportSpider)
    with (
        ArchiveWriter(options.archive, options.name) as archive,
        CaptureWriter(options.captures) as captures,
    ):
        process.crawl(crawler, errand=Errand(sources, archive, captures, known, _emit, resumed))
        process.start()
        if crawler.spider is not None:
            crawler.spider.closed("stopped")
    return _exit_code(process, crawler)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m flows.crawl", description="Crawl the sources of a registry.")
    parser.add_argument("--registry", type=Path, required=True, help="YAML file of sources")
    parser.add_argument("--base-url", help="address that stands for {site} in the registry")
    parser.add_argument("--archive", type=Path, required=True, help="folder of the WARC files")
    parser.add_argument("--name", required=True, help="id of the run, the name of its WARC file")
    parser.add_argument("--captures", type=Path, required=True, help="JSON-lines file to write")
    parser.add_argument("--known", type=Path, help="JSON lines of documents and pages that are archived already")
    parser.add_argument("--resume", type=Path, action="append", default=[], help="captures of this crawl's first part")
    parser.add_argument("--manners", default="{}", help="fields of Manners, as JSON")
    parser.add_argument("--log", type=Path, required=True, help="log file")
    parser.add_argument("--contact", required=True, help="address or page that publishers can turn to")
    return parser


def _emit(event: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _exit_code(process: Any, crawler: Any) -> int:
    stats = crawler.stats.get_stats() if crawler.stats else {}
    spider = crawler.spider
    fault = getattr(spider, "fault", None)
    if process.bootstrap_failed or spider is None or fault:
        print(fault or "the spider did not start", file=sys.stderr)
        return 1
    faults = [*spider.mistakes, *(name for name in stats if name.startswith("spider_exceptions/"))]
    if faults or stats.get("finish_reason", "shutdown") not in {"finished", "shutdown"}:
        print(f"the crawl failed: {'; '.join(faults) or stats.get('finish_reason')}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
