"""Files of old word processors → files of today, by LibreOffice without a window.

Each process has a profile of its own, made once; every conversion has a time limit, after which LibreOffice
and all that it started are ended. What is read from the result is not known here.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from schemas.errors import DocumentError

# A report takes one to three seconds; the first one, which makes the profile, some five.
SECONDS = 60
GREATEST_RESULT = 100_000_000
# No macros, no links that are followed, no network (a proxy that nobody serves), no recovery dialogues.
_SETTINGS = (
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("org.openoffice.Office.Calc/Content/Update", "Link", "2"),
    ("org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("org.openoffice.Setup/Office", "OfficeRestartInProgress", "false"),
)


def find_libreoffice() -> str | None:
    """Return the command, or None where LibreOffice is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def convert(data: bytes, suffix: str, target: str) -> bytes:
    """Return ``data`` (a file named ``*.<suffix>``) as a file of kind ``target``: ``docx`` or ``xlsx``.

    Raises:
        DocumentError: LibreOffice is not installed (``needs_libreoffice``, names the package), makes nothing
            of the file (``damaged``) or too much (``too_large``), or does not end in time (``too_slow``).
    """
    command = find_libreoffice()
    if command is None:
        raise DocumentError(
            "needs_libreoffice",
            f"expected LibreOffice to read a .{suffix} file, found no soffice command: install the package "
            f"libreoffice-{'writer' if target == 'docx' else 'calc'}-nogui",
        )
    with tempfile.TemporaryDirectory(prefix="nianbao-office-") as name:
        folder = Path(name)
        source = folder / f"given.{suffix}"
        source.write_bytes(data)
        (folder / "out").mkdir()
        _run(
            [
                *_limited(),
                command,
                f"-env:UserInstallation={_profile(os.getpid()).as_uri()}",
                *("--headless", "--norestore", "--nologo", "--nolockcheck", "--nodefault"),
                *("--convert-to", target, "--outdir", str(folder / "out"), str(source)),
            ],
            folder,
        )
        result = folder / "out" / f"given.{target}"
        if not result.is_file():
            if target == "xlsx" and _lacks_calc(command):
                raise DocumentError(
                    "needs_libreoffice",
                    f"expected LibreOffice Calc to read a .{suffix} file, found LibreOffice without it: "
                    "install the package libreoffice-calc-nogui",
                )
            raise DocumentError("damaged", f"expected a .{suffix} file, found one of which LibreOffice makes nothing")
        if result.stat().st_size > GREATEST_RESULT:
            raise DocumentError("too_large", f"expected at most {GREATEST_RESULT} bytes from LibreOffice, found more")
        return result.read_bytes()


def _lacks_calc(command: str) -> bool:
    """Whether the parts of LibreOffice lie beside its command, and Writer is among them but not Calc."""
    folder = Path(command).resolve().parent
    return any(folder.glob("libswlo.*")) and not any(folder.glob("libsclo.*"))


def _limited() -> list[str]:
    """Begin the command with `timeout`, so that LibreOffice also ends when this process is killed."""
    command = shutil.which("timeout")
    return [command, "-k", "5", str(SECONDS + 10)] if command else []


def _run(command: list[str], folder: Path) -> None:
    """Run a command in a group of its own; when time is over, end the whole group."""
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**environment, "HOME": str(folder), "SAL_USE_VCLPLUGIN": "svp"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired as error:
            raise DocumentError("too_slow", f"expected LibreOffice to end within {SECONDS} s, found it busy") from error
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)


@lru_cache
def _profile(process: int) -> Path:
    """Return the profile of this process; a forked worker, which has another id, gets one of its own."""
    folder = Path(tempfile.mkdtemp(prefix=f"nianbao-profile-{process}-"))
    (folder / "user").mkdir()
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>\n'
        for path, name, value in _SETTINGS
    )
    (folder / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"{items}</oor:items>\n",
        encoding="utf-8",
    )
    from multiprocessing.util import Finalize

    # Unlike atexit it also runs at the end of a worker process.
    Finalize(None, shutil.rmtree, (folder, True), exitpriority=1)
    return folder
