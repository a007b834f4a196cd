"""A publisher on the loopback whose pages, errors and robots.txt a test writes down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class Page:
    """An answer: its bytes, and what to say of them."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Publisher:
    """A site made of pages by path; it remembers what it was asked."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.pages: dict[str, Page] = {}
        self.asked: list[str] = []
        self.agents: set[str] = set()

    def publish(self, path: str, body: bytes | str = b"", status: int = 200, **headers: str) -> None:
        """Put a page up; header names are written with underscores."""
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = Page(data, status, {"Content-Type": "text/html", **named})

    def publish_list(self, path: str, links: dict[str, str], after: str = "") -> None:
        """Put up a list page of links, address → text."""
        items = "".join(f'<li><a href="{url}">{text}</a></li>' for url, text in links.items())
        self.publish(path, f"<meta charset=utf-8><ul>{items}</ul>{after}")


@contextmanager
def publishing() -> Iterator[Publisher]:
    """Run a publisher while the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.agents.add(self.headers.get("User-Agent", ""))
            page = site.pages.get(self.path, Page(b"no such page", 404))
            self.send_response(page.status)
            for name, value in {"Content-Length": str(len(page.body)), **page.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(page.body)
            self.close_connection = "Content-Length" in page.headers  # it said a length that is not so

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # a crawler that hangs up on a body too large is right to

    server = Server(("127.0.0.1", 0), Handler)
    site = Publisher(f"http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
