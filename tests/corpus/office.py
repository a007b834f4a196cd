"""Word files printed to PDF by LibreOffice, as offices make the PDFs that they publish.

Only the printing is here; the Word file is `docx`'s.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

SOFFICE = "soffice"
SECONDS = 180


def write_pdfs(files: Sequence[Path], folder: Path, options: str = "") -> None:
    """Print Word files into ``folder``, each as a PDF of its name; ``options`` are the export filter's (JSON).

    Raises:
        FileNotFoundError: there is no LibreOffice on the PATH.
        RuntimeError: a PDF was not made; LibreOffice's last words are in the message.
    """
    with tempfile.TemporaryDirectory() as profile:
        run = subprocess.run(
            [
                SOFFICE,
                f"-env:UserInstallation={Path(profile).as_uri()}",
                "--headless",
                "--convert-to",
                f"pdf:writer_pdf_Export:{options}" if options else "pdf",
                "--outdir",
                str(folder),
                *map(str, files),
            ],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    missing = [file.stem for file in files if not (folder / f"{file.stem}.pdf").exists()]
    if missing:
        raise RuntimeError(f"LibreOffice printed no PDF of {missing}: {run.stderr[-500:]}")
