"""`python -m tests.scale`: makes up a nation of reports, loads, judges and publishes it, and asks what analysts ask.

--reports N    how many reports [1000000]; a nation a tenth of it is measured first
--folder DIR   where the files go; deleted at the end [a temporary folder]
--keep         leaves the files there
--from PHASE   goes on with files that were left there: phases before this one are told as they were measured then
--write FILE   writes the tables into FILE
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.scale.phases import FIRST, NIGHT, PHASES, Place, Took
from tests.scale.table import Measured, tables
from tests.scale.verdicts import differences

_HEAD = """# Proof of scale

Written by `make scale`: a made-up nation over the real divisions, loaded by the statements of a night, judged,
published and questioned on two cores, with 4 GB for DuckDB. Two nations side by side show how cost grows.
"""


def main() -> int:
    """Run the phases of both nations, each in a process of its own; print the tables."""
    asked = _arguments()
    if asked.phase:
        _phase(asked.phase, Place(Path(asked.folder), asked.reports))
        return 0
    folder = Path(asked.folder or tempfile.mkdtemp(prefix="nianbao-scale-"))
    try:
        measured = [
            _measure(folder / str(reports), reports, asked.keep, asked.first)
            for reports in (asked.reports // 10, asked.reports)
        ]
    finally:
        if not asked.keep:
            shutil.rmtree(folder, ignore_errors=True)
    told = tables(*measured)
    print(told)
    if asked.write:
        Path(asked.write).write_text(f"{_HEAD}\n{told}\n", encoding="utf-8")
    return 1 if any(one.differences for one in measured) else 0


def _measure(folder: Path, reports: int, keep: bool, first: str) -> Measured:
    """Measure one nation, from a phase on; delete it unless it is to be kept."""
    folder.mkdir(parents=True, exist_ok=True)
    place = Place(folder, reports)
    took: dict[str, Took] = {}
    memory: dict[str, int] = {}
    found = 0
    earlier = [*PHASES][: [*PHASES].index(first)]
    for phase in PHASES:
        told = folder / f"{phase}.json"
        if phase not in earlier:
            told.write_text(json.dumps(_run(phase, place)), encoding="utf-8")
        said = json.loads(told.read_text(encoding="utf-8"))
        took[phase], memory[phase] = Took(**said["took"]), said["memory"]
        found = max(found, said["differences"])  # those of the night's judging hold the earlier ones too
        print(f"{reports:,} {phase}: {_told(took[phase])}, {memory[phase] / 1e9:.1f} GB", file=sys.stderr, flush=True)
    if not keep:
        shutil.rmtree(folder)
    return Measured(reports, took, memory, found)


def _run(phase: str, place: Place) -> dict[str, Any]:
    """Run a phase in a process of its own; return what it took, its memory, how many verdicts are not the book's."""
    command = [sys.executable, "-m", "tests.scale", "--phase", phase]
    command += ["--folder", str(place.folder), "--reports", str(place.reports)]
    said: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    runs = {"judge": (FIRST,), "judge night": (FIRST, NIGHT)}
    wrong = differences(place, *runs[phase]) if phase in runs else []
    for one in wrong[:20]:
        print("verdict:", *one, file=sys.stderr)
    return {**said, "differences": len(wrong)}


def _told(took: Took) -> str:
    return ", ".join(f"{what} {seconds:.1f} s" for what, seconds in took.seconds.items())


def _phase(name: str, place: Place) -> None:
    """Run one phase and write what it took, and the most memory that this process held, in bytes."""
    took = PHASES[name](place)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"took": asdict(took), "memory": memory}, ensure_ascii=False))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.scale", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reports", type=int, default=1_000_000, help="how many reports [1000000]")
    parser.add_argument("--folder", help="where the files go [a temporary folder]")
    parser.add_argument("--keep", action="store_true", help="leaves the files there")
    parser.add_argument("--from", dest="first", choices=[*PHASES], default="build", help="first phase to run [build]")
    parser.add_argument("--write", help="file to write the tables into")
    parser.add_argument("--phase", choices=[*PHASES], help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
