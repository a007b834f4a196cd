"""Several hosts by name on one loopback port, each with pages and faults of its own, and a memory of every request.

Names are resolved by the crawler's own table (`Manners.resolve`). What a host answers is written down by a test;
what a guest did is read from `asked`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import yaml

from flows.crawl.archive import digest_of
from flows.crawl.captures import Capture
from flows.crawl.manners import Manners
from flows.crawl.process import crawl

# Sources are local, because they are on the loopback; each has a pace, so that manners show.
PACE_S = 0.1
LISTED = "镇{year}年政府信息公开工作年度报告"


@dataclass
class Answer:
    """What is sent: its bytes, after how many seconds, and in how many pieces with how long between them."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    after_s: float = 0.0
    pieces: int = 1
    between_s: float = 0.0


@dataclass(frozen=True)
class Asked:
    """A request as it was met: times in seconds of one clock."""

    host: str
    path: str
    headers: dict[str, str]
    began: float
    ended: float
    status: int


class Host:
    """One name: pages by path, each an answer, several in turn (the last stays), or made from the path."""

    def __init__(self, name: str, port: int) -> None:
        self.name, self.address = name, f"http://{name}:{port}"
        self.pages: dict[str, list[Answer]] = {}
        self.maker: Callable[[str], Answer | None] = lambda _: None
        self.knows_conditions = True

    def publish(self, path: str, body: bytes | str = b"", status: int = 200, **said: Any) -> None:
        """Put an answer up; named headers have underscores; a path published again answers in turn."""
        timing = {name: said.pop(name) for name in ("after_s", "pieces", "between_s") if name in said}
        headers = {name.replace("_", "-"): str(value) for name, value in said.items()}
        data = body.encode() if isinstance(body, str) else body
        answer = Answer(data, status, {"Content-Type": "text/html; charset=utf-8", **headers}, **timing)
        self.pages.setdefault(path, []).append(answer)

    def change(self, path: str, body: bytes | str) -> None:
        """Put other bytes up in place of a page."""
        self.pages.pop(path, None)
        self.publish(path, body)

    def publish_list(self, path: str, reports: dict[str, str], after: str = "") -> None:
        """Put a list page up, address → link text, in place of what was there."""
        items = "".join(f'<li><a href="{url}">{text}</a></li>' for url, text in reports.items())
        self.change(path, f"<meta charset=utf-8><ul>{items}</ul>{after}")

    def answer(self, path: str) -> Answer:
        """Return what a path answers now."""
        found = self.pages.get(path)
        if found:
            return found.pop(0) if len(found) > 1 else found[0]
        return self.maker(path) or Answer(b"no such page", 404)


class Hosts:
    """All hosts of one port."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.hosts: dict[str, Host] = {}
        self.asked: list[Asked] = []
        self.lock = Lock()

    def __getitem__(self, name: str) -> Host:
        return self.hosts.setdefault(name, Host(name, self.port))

    def paths(self, name: str) -> list[str]:
        """List what a host was asked for, without robots.txt, in order."""
        return [asked.path for asked in self.asked if asked.host == name and asked.path != "/robots.txt"]

    def most_at_once(self, name: str) -> int:
        """Count the most requests that a host had open at one time."""
        edges = [edge for a in self.asked if a.host == name for edge in ((a.began, 1), (a.ended, -1))]
        most = now = 0
        for _, step in sorted(edges):
            now += step
            most = max(most, now)
        return most

    def gaps(self, name: str) -> list[float]:
        """List the seconds between the beginnings of a host's requests."""
        times = sorted(asked.began for asked in self.asked if asked.host == name)
        return [later - earlier for earlier, later in pairwise(times)]


@contextmanager
def hosting() -> Iterator[Hosts]:
    """Run the hosts while the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            began = time.monotonic()
            name = (self.headers.get("Host") or "").partition(":")[0]
            host = hosts[name]
            with hosts.lock:
                answer = host.answer(self.path)
            answer = _as_conditions_say(host, answer, self.headers)
            time.sleep(answer.after_s)
            # Its end is noted before the last byte goes out: the next request may begin at once.
            with suppress(OSError):
                self.send_response(answer.status)
                for header, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                    self.send_header(header, value)
                self.end_headers()
                for piece in _pieces(answer)[:-1]:
                    self.wfile.write(piece)
                    self.wfile.flush()
                    time.sleep(answer.between_s)
            ended = time.monotonic()
            with hosts.lock:
                hosts.asked.append(Asked(name, self.path, dict(self.headers), began, ended, answer.status))
            with suppress(OSError):
                self.wfile.write(_pieces(answer)[-1])
            self.close_connection = "Content-Length" in answer.headers  # it said a length that is not so

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # a guest that hangs up on what is too much is right to

    server = Server(("127.0.0.1", 0), Handler)
    hosts = Hosts(server.server_address[1])
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield hosts
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _as_conditions_say(host: Host, answer: Answer, asked: Any) -> Answer:
    """Return 304 to a guest that has the present bytes, else the answer with what it may ask by next time."""
    if not host.knows_conditions or answer.status != 200:
        return answer
    tag = f'"{digest_of(answer.body)[:16]}"'
    known = {"ETag": tag, "Last-Modified": formatdate(1_700_000_000, usegmt=True)}
    if asked.get("If-None-Match") == tag:
        return Answer(b"", 304, {}, answer.after_s)  # and does not repeat them, as many do not
    return Answer(answer.body, 200, {**answer.headers, **known}, answer.after_s, answer.pieces, answer.between_s)


def _pieces(answer: Answer) -> list[bytes]:
    size = max(1, -(-len(answer.body) // answer.pieces))
    return [answer.body[start : start + size] for start in range(0, len(answer.body), size)] or [b""]


def visit(hosts: Hosts, folder: Path, name: str, sources: list[dict[str, Any]], **options: Any) -> tuple[Capture, ...]:
    """Crawl sources in the names of the hosts; every file goes under the folder."""
    registry = folder / f"{name}.yaml"
    registry.write_text(yaml.safe_dump({"sources": sources}, allow_unicode=True))
    manners: dict[str, Any] = {"answer_s": 1.5, "retries": 2, "back_off_s": 0.3, "max_bytes": 1 << 20}
    places = {"archive": folder / "archive", "work": folder / "work"}
    return crawl(
        registry,
        name=name,
        contact="crawl@example.org",
        manners=Manners(**manners, resolve=dict.fromkeys(hosts.hosts, "127.0.0.1")),
        timeout_s=240,
        **{**places, **options},
    )


def source(host: Host, **more: Any) -> dict[str, Any]:
    """Return a source with its list at /list.html."""
    return {"id": host.name, "list": f"{host.address}/list.html", "local": True, "pace": PACE_S, **more}


def reports(*paths: str) -> dict[str, str]:
    """Return links with report titles, a year for each."""
    return {path: LISTED.format(year=2009 + number) for number, path in enumerate(paths)}


def report_page(year: int, more: str = "") -> str:
    """Return a page that shows all three tables' heads, so that nothing is asked for beside it."""
    heads = "现行有效件数 三安全一稳定 未经复议直接起诉"
    return f"<meta charset=utf-8><h1>{LISTED.format(year=year)}</h1><p>{heads}</p>{more}"
