"""A folder as a site: real HTTP on the loopback for sources that are files of ours.

The samples of the registry are fetched the same way as any publisher's pages. Nothing here knows
what a report is, and nothing here is reachable from outside this machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO

PORT = 18420
_OFFICE = "application/vnd.openxmlformats-officedocument"


class _FolderHandler(SimpleHTTPRequestHandler):
    """Serves files of one folder, silently, and says no charset: the page's own meta tag decides."""

    protocol_version = "HTTP/1.1"
    extensions_map = {  # noqa: RUF012 (the base class has it as a plain attribute)
        "": "application/octet-stream",
        ".htm": "text/html",
        ".html": "text/html",
        ".shtml": "text/html",
        ".txt": "text/plain",
        ".css": "text/css",
        ".js": "text/javascript",
        ".json": "application/json",
        ".xml": "application/xml",
        ".pdf": "application/pdf",
        ".doc": "application/msword",
        ".docx": f"{_OFFICE}.wordprocessingml.document",
        ".xls": "application/vnd.ms-excel",
        ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
        ".png": "image/png",
        ".jpg": "image/jpeg",
        ".jpeg": "image/jpeg",
        ".gif": "image/gif",
        ".zip": "application/zip",
    }

    def guess_type(self, path: Any) -> str:
        """Return the type by the file's ending, from our own table and never the machine's."""
        return self.extensions_map.get(Path(path).suffix.lower(), self.extensions_map[""])

    def translate_path(self, path: str) -> str:
        """Return the file for an address; one outside the folder is a file that does not exist."""
        inside = Path(self.directory).resolve()
        try:
            file = super().translate_path(path)
            if Path(file).resolve().is_relative_to(inside):
                return file
        except (OSError, ValueError):  # a symlink loop, a null byte
            pass
        return str(inside / "\x1f outside the folder")

    def list_directory(self, path: Any) -> None:  # noqa: ARG002 (the base class's signature)
        """Answer 404: a folder without an index page has nothing to show."""
        self.send_error(404)

    def copyfile(self, source: Any, outputfile: BinaryIO | Any) -> None:
        """Send a file; a reader that hangs up is no error of ours."""
        try:
            super().copyfile(source, outputfile)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the crawl's own log has every request."""


class _SilentServer(ThreadingHTTPServer):
    daemon_threads = True
    # Two runs on one machine must not share the port: the second takes a free one.
    allow_reuse_port = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing when a connection breaks."""


@contextmanager
def serve_folder(folder: Path, port: int = PORT) -> Iterator[str]:
    """Serve a folder on 127.0.0.1 while the context lasts; yield its base address.

    The preferred port keeps addresses the same from night to night; when it is busy, any free one is
    taken.
    """
    handler = partial(_FolderHandler, directory=str(folder))
    try:
        server = _SilentServer(("127.0.0.1", port), handler)
    except OSError:
        server = _SilentServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
