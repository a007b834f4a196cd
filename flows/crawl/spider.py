"""The spider: from each source's list page to its next pages, its reports and their attachments, each visit a capture.

It decides what is asked and records what came of it. Archiving, guarding and pacing happen below it
(`middlewares`, `politeness`); which links are reports is `links`' knowledge. A crawl that goes on after a kill walks
the same way again, and where it has been before the archive answers (`resumed`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.exceptions import CloseSpider

from flows.crawl.answers import answer_of, as_before
from flows.crawl.archive import ArchiveWriter
from flows.crawl.attachments import look_at
from flows.crawl.captures import Capture, CaptureWriter, Outcome, Role, Visit, visit_key
from flows.crawl.families import read_list
from flows.crawl.known import Known
from flows.crawl.links import ListPage
from flows.crawl.outcomes import OUR_FAULTS, led_to_the_front_page, outcome_of_failure
from flows.crawl.rations import Rations
from flows.crawl.resumed import REPLAYED, Resumed
from flows.crawl.source import Source

FINISHED = "finished"
_Key = tuple[str, ...]


@dataclass
class Errand:
    """What a crawl is sent out with: where to look, what is known, where to put what it finds."""

    sources: tuple[Source, ...]
    archive: ArchiveWriter
    captures: CaptureWriter
    known: Known
    emit: Callable[[dict[str, Any]], None]
    resumed: Resumed = field(default_factory=Resumed)


class ReportSpider(scrapy.Spider):  # type: ignore[misc]
    """Visits lists and reports. Each report is asked once a crawl, each list page and attachment once a source.

    A file that several pages show is asked once, and is a capture for each of them.
    """

    name = "reports"

    def __init__(self, errand: Errand) -> None:
        super().__init__()
        self.sources, self.archive, self.known = errand.sources, errand.archive, errand.known
        self.rations = Rations()
        self.fault: str | None = None
        self.mistakes: list[str] = []
        self._captures, self._emit, self._resumed = errand.captures, errand.emit, errand.resumed
        self._asked: set[_Key] = set()
        self._answers: dict[_Key, dict[str, Any]] = {}
        self._sharing: dict[_Key, list[Visit]] = {}
        self._pending: dict[Visit, None] = {}
        self._lists: set[tuple[str, str]] = set()
        self._left: Counter[str] = Counter()  # by source
        self._done = 0
        self._is_closed = False

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the list page of every source."""
        for source in self.sources:
            for request in self._ask(Visit(source, Role.LIST, source.list)):
                yield request

    def parse_list(self, response: Any) -> Iterator[Any]:
        """Record a list page, and ask for what it leads to."""
        visit: Visit = response.meta["visit"]
        found = self._found(response)
        page = ListPage((), ())
        if found["outcome"].has_document:
            page = self._read_list(visit, response.url, response.body, found["digest"])
            found["message"] = page.remark(is_first=visit.page == 1)
            found["links"] = len(page.reports)
        self._record(visit, **found)
        yield from self._follow(visit, page)

    def parse_report(self, response: Any) -> Iterator[Any]:
        """Record a report; of one without its tables, ask for the files that may hold them."""
        visit: Visit = response.meta["visit"]
        found = self._found(response)
        if found["outcome"].has_document and led_to_the_front_page(visit.url, response.url):
            found |= {"outcome": Outcome.NOT_A_REPORT, "message": "the site shows its front page instead"}
        self._record(visit, **found)
        page = look_at(response.body, response.url) if found["outcome"].has_document else None
        if page is not None and not page.tables:
            # A year's folder may be the report itself, or a list of that year's: only the page can tell.
            listed = self._read_list(visit, response.url, response.body, found["digest"])
            if len(listed.reports) > 1:
                yield from self._follow(visit, listed)
        for file in page.attachments if page else ():
            to_file = Visit(visit.source, Role.ATTACHMENT, file.url, file.written, visit.url, 1, visit.depth + 1)
            yield from self._ask(to_file)

    def _read_list(self, visit: Visit, url: str, body: bytes, digest: str) -> ListPage:
        """Read a list page; one that says the same as another of its source is the end of an endless list."""
        page = read_list(url, body, visit.source)
        if (visit.source.id, digest) in self._lists:
            return replace(page, next_pages=())
        self._lists.add((visit.source.id, digest))
        return page

    def _follow(self, visit: Visit, page: ListPage) -> Iterator[Any]:
        for link in page.reports:
            to_report = Visit(visit.source, Role.REPORT, link.url, link.text or None, visit.url, 1, visit.depth + 1)
            yield from self._ask(to_report)
        for url in page.next_pages:
            yield from self._ask(Visit(visit.source, Role.LIST, url, None, visit.url, visit.page + 1, visit.depth + 1))

    def parse_attachment(self, response: Any) -> None:
        """Record an attachment; its bytes are in the archive already."""
        self._record(response.meta["visit"], **self._found(response))

    def fail(self, failure: Any) -> None:
        """Record a visit that got no answer. A fault of ours costs only this visit, and is told."""
        outcome, message = outcome_of_failure(failure.value)
        if not message.startswith("not asked"):
            self.rations.note(urlsplit(failure.request.url).netloc, outcome)
        self._record(failure.request.meta["visit"], outcome, message=message)
        if isinstance(failure.value, OUR_FAULTS):
            self.logger.error("A fault of ours: %s", failure.getTraceback())
            self.mistakes.append(message)
        if self.fault:
            raise CloseSpider(self.fault)

    def give_up(self, fault: str) -> None:
        """Have the crawl end for a fault of ours: what cannot be archived must not be asked for."""
        self.fault = self.fault or fault

    def closed(self, reason: str) -> None:
        """Record what was to be visited and was not, so that no link is lost with a night cut short.

        The process calls it once more when Scrapy had no time to.
        """
        if self._is_closed:
            return
        self._is_closed = True
        outcome = Outcome.ERROR if reason == FINISHED else Outcome.TIMEOUT
        for visit in list(self._pending):
            if visit in self._pending:  # and was not told with another
                self._record(visit, outcome, message=f"left open when the crawl ended ({reason})")
        self._tell({"event": FINISHED, "reason": reason, "done": self._done})

    def _ask(self, visit: Visit) -> Iterator[Any]:
        """Yield the request of a visit, unless it was asked before or is one page too many."""
        callbacks = {Role.LIST: self.parse_list, Role.ATTACHMENT: self.parse_attachment}
        try:
            request = scrapy.Request(
                visit.url,
                callback=callbacks.get(visit.role, self.parse_report),
                errback=self.fail,
                dont_filter=True,
            )
        except ValueError as error:
            self._record(visit, Outcome.ERROR, message=f"not visited: {error}")
            return
        visit = replace(visit, url=request.url)  # as it goes over the wire
        key = _key(visit)
        if key in self._asked:
            if visit.role is Role.ATTACHMENT:
                self._share(visit)
            return
        self._asked.add(key)
        if too_far := self.rations.is_too_far(visit):
            self._record(visit, Outcome.OVER_LIMIT, message=too_far)
            return
        request.meta["visit"] = visit
        if visit.source.max_bytes:
            request.meta["download_maxsize"] = visit.source.max_bytes
        self._await(visit)
        before = self._resumed.capture_of(visit)
        answer = self._resumed.response(before, request, self.archive.folder) if before else None
        if before and answer is not None:
            yield from request.callback(answer) or ()
        elif before and not before.outcome.has_document:
            self._record(visit, **as_before(before))
        else:
            yield request

    def _share(self, visit: Visit) -> None:
        """Record a visit to a file that was asked for another page, as soon as there is an answer."""
        if visit in self._pending:
            return
        key = _key(visit)
        if key in self._answers:
            self._write(visit, **self._answers[key])
        else:
            self._await(visit)
            self._sharing.setdefault(key, []).append(visit)

    def _await(self, visit: Visit) -> None:
        self._pending[visit] = None
        self._left[visit.source.id] += 1

    def _record(self, visit: Visit, outcome: Outcome, fetched_at: datetime | None = None, **found: Any) -> None:
        """Write the capture of a visit, and those of visits that share its answer."""
        answer = {"outcome": outcome, "fetched_at": fetched_at or datetime.now(UTC), **found}
        key = _key(visit)
        if visit.role is Role.ATTACHMENT:
            self._answers[key] = answer
        for one in (visit, *self._sharing.pop(key, ())):
            self._write(one, **answer)

    def _write(self, visit: Visit, outcome: Outcome, fetched_at: datetime, **found: Any) -> None:
        """Write one capture and tell of it; when nobody listens any more, stop."""
        self._captures.write(Capture.of(visit, outcome, fetched_at, **found))
        if visit in self._pending:
            del self._pending[visit]
            self._left[visit.source.id] -= 1
        self._done += 1
        self._tell(
            {
                "event": "fetched",
                "source": visit.source.id,
                "url": visit.url,
                "outcome": outcome,
                "source_queued": self._left[visit.source.id],
                "queued": len(self._pending),
                "done": self._done,
            }
        )

    def _found(self, response: Any) -> dict[str, Any]:
        """Return what a response says for its capture."""
        found = answer_of(response, self.known.pages)
        if REPLAYED not in response.meta:
            self.rations.note(urlsplit(response.url).netloc, found["outcome"])
        return found

    def _tell(self, event: dict[str, Any]) -> None:
        try:
            self._emit(event)
        except BrokenPipeError:
            self._emit = _nobody
            self.give_up("the process that started this crawl is gone")
            raise CloseSpider("nobody listens") from None


def _key(visit: Visit) -> _Key:
    return visit_key(visit.source.id, visit.role, visit.url)


def _nobody(_: dict[str, Any]) -> None:
    """Take the events of a crawl that nobody listens to."""
