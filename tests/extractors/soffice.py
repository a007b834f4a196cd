"""Files that only LibreOffice can make for the tests: all made once, a few files a call, when first asked for."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pytest

from extractors.libreoffice import find_libreoffice
from tests.corpus import write_docx
from tests.extractors.dense import report_of

needs_soffice = pytest.mark.skipif(find_libreoffice() is None, reason="needs LibreOffice (libreoffice-writer-nogui)")
TARGETS = {  # kind of file → (LibreOffice's name of it, names of what it is made from)
    "doc": ("doc:MS Word 97", ("2019.docx", "2021.docx")),
    "rtf": ("rtf", ("2021.docx",)),
    "odt": ("odt", ("2021.docx",)),
}


@lru_cache(maxsize=1)
def made() -> dict[str, bytes]:
    """Return the files by name, e.g. ``2021.doc``."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for code in ("2019", "2021"):
            write_docx(folder / f"{code}.docx", report_of(code))
        for kind, (target, sources) in TARGETS.items():
            _convert(folder, target, (folder / source for source in sources), folder / kind)
        return {path.name: path.read_bytes() for kind in TARGETS for path in (folder / kind).iterdir()}


def _convert(folder: Path, target: str, sources: Iterable[Path], to: Path) -> None:
    command = [str(find_libreoffice()), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    subprocess.run(
        [*command, "--convert-to", target, "--outdir", str(to), *map(str, sources)],
        check=True,
        capture_output=True,
        timeout=120,
    )
