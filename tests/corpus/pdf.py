"""HTML printed to PDF by headless chromium, as offices print their pages.

Only the printing is here; the page itself is `html`'s.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

CHROMIUM = "chromium"
SECONDS = 120


def write_pdf(path: Path, html: str) -> None:
    """Print a page to ``path`` (overwritten).

    Raises:
        FileNotFoundError: there is no chromium on the PATH.
        subprocess.TimeoutExpired: chromium took too long.
        RuntimeError: chromium made no PDF; its last words are in the message.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, printed = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_text(html, encoding="utf-8")
        run = subprocess.run(
            [
                CHROMIUM,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-pdf-header-footer",
                "--disable-background-networking",
                f"--user-data-dir={Path(folder, 'profile')}",
                f"--print-to-pdf={printed}",
                source.as_uri(),
            ],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        if not printed.exists():
            raise RuntimeError(f"{path.name}: chromium printed nothing: {run.stderr[-500:]}")
        path.write_bytes(printed.read_bytes())
