"""One night among hosts with every fault that is met, all at once: what arrived, and how the guest behaved."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from flows.crawl.captures import Capture, Outcome, Role
from flows.crawl.known import Known, KnownPage
from flows.crawl.rations import MAX_LIST_PAGES, MAX_REFUSALS
from flows.crawl.replay import iter_payloads, read_payload

from .hosts import PACE_S, Answer, Hosts, hosting, report_page, reports, source, visit

NAMES = (
    "plain.gov.cn",
    "slow.gov.cn",
    "flaky.gov.cn",
    "busy.gov.cn",
    "endless.gov.cn",
    "loop.gov.cn",
    "liar.gov.cn",
    "bomb.gov.cn",
    "forbidding.gov.cn",
    "norobots.gov.cn",
    "brokenrobots.gov.cn",
    "guarded.gov.cn",
    "stern.gov.cn",
    "astray.gov.cn",
    "capped.gov.cn",
    "front.gov.cn",
)


@dataclass
class Night:
    """A crawl of all hosts and what came of it."""

    hosts: Hosts
    folder: Path
    captures: tuple[Capture, ...]

    def at(self, host: str, path: str) -> Capture:
        """Return the one capture of a path."""
        (found,) = [c for c in self.captures if c.url == f"{self.hosts[host].address}{path}"]
        return found

    def outcomes(self, host: str) -> dict[str, str]:
        """Return outcomes by path."""
        address = self.hosts[host].address
        return {c.url.removeprefix(address): c.outcome.value for c in self.captures if c.url.startswith(address)}

    def body(self, capture: Capture) -> bytes:
        """Return archived bytes."""
        assert capture.file is not None
        return read_payload(self.folder / "archive", capture.file, int(capture.offset or 0))


def publish(hosts: Hosts) -> list[dict[str, Any]]:
    """Put everything up; return the sources."""
    for name in NAMES:
        hosts[name].publish_list("/list.html", reports("/1.html", "/2.html"))
        for year in (1, 2):
            hosts[name].publish(f"/{year}.html", report_page(2008 + year, name))
    plain = hosts["plain.gov.cn"]
    plain.publish_list("/list.html", reports(*(f"/{n}.html" for n in range(1, 6))))
    for n in range(3, 6):
        plain.publish(f"/{n}.html", report_page(2008 + n), after_s=0.02)
    slow = hosts["slow.gov.cn"]
    slow.change("/1.html", b"")
    slow.pages["/1.html"] = [Answer(b"late", after_s=2.0)]
    slow.pages["/2.html"] = [Answer(b"drop" * 100, pieces=40, between_s=0.06)]
    flaky = hosts["flaky.gov.cn"]
    flaky.pages["/1.html"].insert(0, Answer(b"down", 503))
    flaky.pages["/1.html"].insert(0, Answer(b"down", 500))
    flaky.pages["/2.html"] = [Answer(b"down", 502)]
    hosts["busy.gov.cn"].pages["/1.html"].insert(0, Answer(b"wait", 429, {"Retry-After": "1"}))
    hosts["busy.gov.cn"].pages["/2.html"] = [Answer(b"no", 429)]
    hosts["endless.gov.cn"].maker = lambda path: Answer(
        f'<ul>{path}<li><a href="{path}x">下一页</a></ul>'.encode(), 200, {"Content-Type": "text/html; charset=utf-8"}
    )
    hosts["endless.gov.cn"].publish_list("/list.html", {}, after='<a href="/more">下一页</a>')
    loop = hosts["loop.gov.cn"]
    loop.pages["/1.html"] = [Answer(b"", 302, {"Location": "/back"})]
    loop.pages["/back"] = [Answer(b"", 302, {"Location": "/1.html"})]
    loop.pages["/2.html"] = [Answer(b"", 301, {"Location": "/2-moved.html"})]
    loop.publish("/2-moved.html", report_page(2010, "moved"))
    hosts["liar.gov.cn"].pages["/1.html"] = [Answer(b"short", 200, {"Content-Length": "900"})]
    hosts["liar.gov.cn"].pages["/2.html"] = [Answer(b"x", 200, {"Content-Length": str(2 << 20)})]
    bomb = gzip.compress(gzip.compress(bytes(2 << 20)))
    hosts["bomb.gov.cn"].pages["/1.html"] = [Answer(bomb, 200, {"Content-Encoding": "gzip, gzip"})]
    hosts["forbidding.gov.cn"].publish(
        "/robots.txt", "User-agent: *\nDisallow: /1\n\nUser-agent: Nianbao\nDisallow: /2"
    )
    hosts["norobots.gov.cn"].publish("/robots.txt", "<html>login</html>", 403)
    hosts["brokenrobots.gov.cn"].publish("/robots.txt", "down", 503)
    guarded = hosts["guarded.gov.cn"]
    guarded.publish("/list.html", "<script>x</script>", 521, Set_Cookie="__jsluid_s=1; path=/", X_Via_JSL="1")
    guarded.pages["/list.html"] = guarded.pages["/list.html"][-1:]
    stern = hosts["stern.gov.cn"]
    stern.publish_list("/list.html", reports(*(f"/no/{n}" for n in range(MAX_REFUSALS + 3))))
    stern.maker = lambda path: Answer(b"no", 412) if path.startswith("/no/") else None
    astray = hosts["astray.gov.cn"]
    astray.pages["/1.html"] = [Answer(b"", 302, {"Location": f"http://inner.gov.cn:{hosts.port}/secret.html"})]
    astray.pages["/2.html"] = [Answer(b"", 302, {"Location": f"http://127.0.0.1:{hosts.port}/secret.html"})]
    astray.publish_list(
        "/list.html", {**reports("/1.html", "/2.html"), "http://far.example.org/1.html": "年政府信息公开年报"}
    )
    capped = hosts["capped.gov.cn"]
    capped.publish_list("/list.html", reports(*(f"/{n}.html" for n in range(1, 6))))
    front = hosts["front.gov.cn"]
    front.pages["/1.html"] = [Answer(b"", 302, {"Location": "/"})]
    front.publish("/", "<h1>welcome</h1>")
    sources = [source(hosts[name]) for name in NAMES if name != "capped.gov.cn"]
    sources.append(source(capped, max_pages=3))
    # A remote source whose name is at a private address, and one that only a redirect would lead there.
    sources.append({"id": "inner", "list": f"http://inner.gov.cn:{hosts.port}/list.html", "pace": 0})
    hosts["inner.gov.cn"].publish_list("/list.html", reports("/1.html"))
    return sources


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """Return one crawl of everything."""
    folder = tmp_path_factory.mktemp("guest")
    with hosting() as hosts:
        captures = visit(hosts, folder, "one", publish(hosts))
        yield Night(hosts, folder, captures)


def test_a_host_is_asked_one_thing_at_a_time_and_with_its_pace_between(night: Night) -> None:
    for name in set(NAMES) - {"slow.gov.cn"}:  # which goes on with answers that nobody waits for any more
        assert night.hosts.most_at_once(name) <= 1, name
    # The clock of the server ticks when a request arrives, which may be late on a busy machine.
    assert sorted(night.hosts.gaps("plain.gov.cn"))[1] >= PACE_S * 0.7
    assert night.outcomes("plain.gov.cn") == {"/list.html": "found", **{f"/{n}.html": "found" for n in range(1, 6)}}


def test_hosts_are_served_side_by_side(night: Night) -> None:
    slow = next(asked for asked in night.hosts.asked if asked.host == "slow.gov.cn" and asked.path == "/1.html")
    meanwhile = {a.host for a in night.hosts.asked if slow.began < a.began < slow.ended}
    assert len(meanwhile) >= 3


def test_robots_txt_is_asked_first_once_a_host(night: Night) -> None:
    for name in NAMES:
        first, *rest = [asked.path for asked in night.hosts.asked if asked.host == name]
        assert first == "/robots.txt"
        assert rest.count("/robots.txt") == (2 if name == "brokenrobots.gov.cn" else 0)  # tried again before it counts


def test_every_request_says_who_asks(night: Night) -> None:
    assert {asked.headers["User-Agent"] for asked in night.hosts.asked} == {"Nianbao/0.1 (+crawl@example.org)"}


def test_no_page_is_asked_twice_but_for_failures_that_may_pass(night: Night) -> None:
    seen = [(asked.host, asked.path) for asked in night.hosts.asked if asked.path != "/robots.txt"]
    again = {one for one in seen if seen.count(one) > 1}
    assert again == {
        ("slow.gov.cn", "/1.html"),
        ("slow.gov.cn", "/2.html"),
        ("flaky.gov.cn", "/1.html"),
        ("flaky.gov.cn", "/2.html"),
        ("busy.gov.cn", "/1.html"),
        ("liar.gov.cn", "/1.html"),
        ("loop.gov.cn", "/1.html"),
        ("loop.gov.cn", "/back"),
    }
    assert all(seen.count(one) <= 3 for one in again)


def test_an_answer_that_takes_too_long_is_a_timeout_however_it_drips(night: Night) -> None:
    assert night.outcomes("slow.gov.cn") == {"/list.html": "found", "/1.html": "timeout", "/2.html": "timeout"}


def test_a_host_in_trouble_is_asked_again_later_each_time_and_then_left(night: Night) -> None:
    assert night.outcomes("flaky.gov.cn") == {"/list.html": "found", "/1.html": "found", "/2.html": "error"}
    times = sorted(a.began for a in night.hosts.asked if (a.host, a.path) == ("flaky.gov.cn", "/1.html"))
    first, second = (later - earlier for earlier, later in pairwise(times))
    assert first >= 0.3 * 0.9
    assert second >= 0.6 * 0.9


def test_a_host_that_says_how_long_to_wait_is_obeyed(night: Night) -> None:
    assert night.outcomes("busy.gov.cn") == {"/list.html": "found", "/1.html": "found", "/2.html": "blocked"}
    times = [a.began for a in night.hosts.asked if a.host == "busy.gov.cn"]
    told = next(a.began for a in night.hosts.asked if (a.host, a.path, a.status) == ("busy.gov.cn", "/1.html", 429))
    assert all(not 0 < moment - told < 0.9 for moment in times)


def test_an_endless_list_ends_and_says_so(night: Night) -> None:
    assert len(night.hosts.paths("endless.gov.cn")) == MAX_LIST_PAGES
    last = [c for c in night.captures if c.source_id == "endless.gov.cn"][-1]
    assert (last.outcome, last.role) == (Outcome.OVER_LIMIT, Role.LIST)
    assert f"after {MAX_LIST_PAGES} pages" in str(last.message)


def test_a_redirect_loop_ends_as_an_error_and_a_moved_page_is_found(night: Night) -> None:
    assert night.outcomes("loop.gov.cn") == {"/list.html": "found", "/1.html": "error", "/2.html": "found"}
    assert str(night.at("loop.gov.cn", "/2.html").redirected_to).endswith("/2-moved.html")


def test_a_wrong_length_is_an_error_and_what_came_is_kept(night: Night) -> None:
    assert night.outcomes("liar.gov.cn") == {"/list.html": "found", "/1.html": "error", "/2.html": "too_large"}
    assert night.body(night.at("liar.gov.cn", "/1.html")) == b"short"


def test_a_bomb_is_too_large(night: Night) -> None:
    assert night.outcomes("bomb.gov.cn") == {"/list.html": "found", "/1.html": "too_large", "/2.html": "found"}


def test_robots_txt_is_read_as_the_standard_says(night: Night) -> None:
    forbidding = {"/list.html": "found", "/1.html": "found", "/2.html": "robots_forbidden"}
    assert night.outcomes("forbidding.gov.cn") == forbidding, "the group of our own name counts, no other"
    assert "/2.html" not in night.hosts.paths("forbidding.gov.cn")
    assert set(night.outcomes("norobots.gov.cn").values()) == {"found"}
    assert night.outcomes("brokenrobots.gov.cn") == {"/list.html": "robots_forbidden"}
    assert night.hosts.paths("brokenrobots.gov.cn") == []


def test_a_guards_page_is_blocked_with_the_sign_that_showed_it(night: Night) -> None:
    assert night.outcomes("guarded.gov.cn") == {"/list.html": "blocked"}
    assert "__jsluid_s" in str(night.at("guarded.gov.cn", "/list.html").message)


def test_a_host_that_refuses_again_and_again_is_left_alone(night: Night) -> None:
    assert len(night.hosts.paths("stern.gov.cn")) == 1 + MAX_REFUSALS
    outcomes = night.outcomes("stern.gov.cn")
    assert len(outcomes) == 1 + MAX_REFUSALS + 3, "what was not asked is told all the same"
    assert set(outcomes.values()) == {"found", "blocked"}


def test_nothing_outside_a_sources_hosts_or_in_a_private_network_is_asked(night: Night) -> None:
    assert night.hosts.paths("inner.gov.cn") == []
    assert night.hosts.paths("127.0.0.1") == []
    assert {asked.host for asked in night.hosts.asked} == set(NAMES)
    assert "inner.gov.cn is at 127.0.0.1" in str(night.at("inner.gov.cn", "/list.html").message)
    assert night.outcomes("astray.gov.cn") == {"/list.html": "found", "/1.html": "error", "/2.html": "error"}


def test_a_sources_cap_holds_and_what_it_cuts_off_is_told(night: Night) -> None:
    assert night.hosts.paths("capped.gov.cn") == ["/list.html", "/1.html", "/2.html"]
    assert list(night.outcomes("capped.gov.cn").values()).count("over_limit") == 3


def test_a_page_that_has_become_the_front_page_is_not_a_report(night: Night) -> None:
    assert night.at("front.gov.cn", "/1.html").outcome is Outcome.NOT_A_REPORT
    assert night.at("front.gov.cn", "/2.html").outcome is Outcome.FOUND


def test_list_pages_say_how_many_reports_they_name(night: Night) -> None:
    assert night.at("plain.gov.cn", "/list.html").links == 5
    assert night.at("plain.gov.cn", "/1.html").links is None


def pages_of(captures: tuple[Capture, ...]) -> list[KnownPage]:
    """Return what the warehouse would tell the next night."""
    return [
        KnownPage(
            c.redirected_to or c.url,
            str(c.digest),
            str(c.file),
            int(c.offset or 0),
            c.content_type,
            c.etag,
            c.last_modified,
        )
        for c in captures
        if c.outcome.has_document
    ]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Night]]:
    """Return three nights: the second meets nothing new, before the third pages change, vanish and move."""
    folder = tmp_path_factory.mktemp("nights")
    with hosting() as hosts:
        for name in ("kept.gov.cn", "old.gov.cn"):
            hosts[name].publish_list("/list.html", reports(*(f"/{n}.html" for n in range(1, 6))))
            for n in range(1, 6):
                hosts[name].publish(f"/{n}.html", report_page(2008 + n, name))
        hosts["kept.gov.cn"].pages["/5.html"] = [Answer(b"", 302, {"Location": "/5-moved.html"})]
        hosts["kept.gov.cn"].publish("/5-moved.html", report_page(2013, "moved"))
        hosts["old.gov.cn"].knows_conditions = False
        sources = [source(hosts[name], pace=0) for name in ("kept.gov.cn", "old.gov.cn")]
        done: list[Night] = []
        for name in ("one", "two", "three"):
            if name == "three":
                kept = hosts["kept.gov.cn"]
                kept.change("/1.html", report_page(2009, "corrected"))
                kept.pages.pop("/2.html")
                kept.publish_list("/list.html", reports("/1.html", "/2.html", "/3.html"))
            known = pages_of(done[-1].captures) if done else []
            if name == "three":  # of one page the archive has lost the bytes
                known = [replace(p, offset=p.offset + 1) if p.url.endswith("/3.html") else p for p in known]
            seen = len(hosts.asked)
            captures = visit(hosts, folder, name, sources, known=Known.of((), known))
            night_ = Night(Hosts(hosts.port), folder, captures)
            night_.hosts.hosts, night_.hosts.asked = hosts.hosts, hosts.asked[seen:]
            done.append(night_)
        yield done


def test_the_second_night_asks_only_whether_something_has_changed(nights: list[Night]) -> None:
    first, second, _ = nights
    asked = [a for a in second.hosts.asked if a.host == "kept.gov.cn" and a.path not in {"/robots.txt", "/5.html"}]
    assert len(asked) == 6
    assert all("If-None-Match" in a.headers and a.status == 304 for a in asked)
    assert not any("If-None-Match" in a.headers for a in first.hosts.asked)


def test_what_a_page_is_asked_by_survives_a_night_without_a_body(nights: list[Night]) -> None:
    first, second, _ = nights
    assert first.at("kept.gov.cn", "/1.html").etag
    for name in ("etag", "last_modified", "content_type"):
        said = [getattr(night.at("kept.gov.cn", "/1.html"), name) for night in (first, second)]
        assert said[0] == said[1]


def test_a_condition_is_of_the_address_that_answered(nights: list[Night]) -> None:
    (redirecting,) = [a for a in nights[1].hosts.asked if (a.host, a.path) == ("kept.gov.cn", "/5.html")]
    assert "If-None-Match" not in redirecting.headers


def test_the_second_night_brings_no_new_document(nights: list[Night]) -> None:
    first, second, _ = nights
    assert {c.outcome for c in first.captures} == {Outcome.FOUND}
    assert {c.outcome for c in second.captures} == {Outcome.UNCHANGED}
    places = [{(c.url, c.digest, c.file, c.offset) for c in night.captures} for night in (first, second)]
    assert places[0] == places[1]
    stored = {payload.url for payload in iter_payloads(second.folder / "archive" / "two.warc.gz")}
    assert {url.rpartition("/")[2] for url in stored} <= {"robots.txt", "5.html"}


def test_links_of_an_unchanged_list_are_followed_from_the_archive(nights: list[Night]) -> None:
    assert len(nights[1].captures) == 12
    assert nights[1].at("kept.gov.cn", "/list.html").status == 304


def test_what_changed_or_vanished_is_told(nights: list[Night]) -> None:
    third = nights[2]
    outcomes = {"/list.html": "changed", "/1.html": "changed", "/2.html": "gone", "/3.html": "unchanged"}
    assert third.outcomes("kept.gov.cn") == outcomes
    assert third.at("kept.gov.cn", "/list.html").links == 3
    assert third.body(third.at("kept.gov.cn", "/1.html")) == report_page(2009, "corrected").encode()
    assert nights[0].body(nights[0].at("kept.gov.cn", "/1.html")) == report_page(2009, "kept.gov.cn").encode()


def test_what_the_archive_has_lost_is_asked_for_whole_and_stored_again(nights: list[Night]) -> None:
    third = nights[2]
    asked = [a.status for a in third.hosts.asked if (a.host, a.path) == ("kept.gov.cn", "/3.html")]
    assert asked == [304, 200]
    capture = third.at("kept.gov.cn", "/3.html")
    assert third.body(capture) == report_page(2011, "kept.gov.cn").encode()
    assert capture.file == "three.warc.gz"
