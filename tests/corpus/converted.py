"""Files converted by LibreOffice, many in one call: starting it takes longer than a file.

Word files become .doc, .rtf, .odt or PDF here; what stands in them is `docx`'s business.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

SOFFICE = "soffice"
# LibreOffice's names of the kinds of files, where the suffix alone leaves a choice.
TARGETS = {"doc": "doc:MS Word 97"}


def converted(files: Sequence[bytes], suffix: str, target: str) -> list[bytes]:
    """Return each of ``files`` (named ``*.<suffix>``) as a file of the kind ``target``, e.g. ``pdf``.

    Raises:
        FileNotFoundError: there is no LibreOffice on the PATH.
        subprocess.TimeoutExpired: it took longer than a minute and five seconds a file.
        RuntimeError: a file was not made; LibreOffice's last words are in the message.
    """
    if not files:  # then it would wait for somebody to come
        return []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        sources = [folder / f"{number}.{suffix}" for number in range(len(files))]
        for source, data in zip(sources, files, strict=True):
            source.write_bytes(data)
        said = _run(
            [
                SOFFICE,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",  # its own: another may be running
                *("--headless", "--norestore", "--convert-to", TARGETS.get(target, target)),
                *("--outdir", str(folder / "out"), *map(str, sources)),
            ],
            60 + 5 * len(files),
        )
        made = [folder / "out" / f"{source.stem}.{target}" for source in sources]
        if missing := [path.name for path in made if not path.exists()]:
            raise RuntimeError(f"LibreOffice made no {missing}: {said[-500:]}")
        return [path.read_bytes() for path in made]


def _run(command: list[str], seconds: int) -> str:
    """Run a command that starts others, and end them all when time is over; return what it complained of."""
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            return process.communicate(timeout=seconds)[1]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
