"""`python -m tests.accuracy`: reads the whole corpus and prints what came out right, by medium.

--medium NAME   only media whose name holds NAME
--layout NAME   only layouts whose name holds NAME
--processes N   how many documents are read at a time
--layouts       a line per layout too
--verbose       every cell that is not right, with its document
--out DIR       keeps the documents there
--readme FILE   writes the table into FILE between its markers
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from . import media, table
from .score import Score, Verdict, score
from .truth import Case, Pick


def main() -> int:
    """Run the corpus; return the exit code (1 where anything is wrong or invented)."""
    arguments = _arguments()
    scores: dict[str, Score] = {}
    layouts: dict[tuple[str, str], Score] = {}
    # New processes, not forks: the readers' libraries hold threads of their own.
    with ProcessPoolExecutor(arguments.processes, get_context("spawn")) as pool:
        for medium in media.MEDIA:
            if arguments.medium not in medium.name:
                continue
            if reason := medium.left_out():
                print(f"{medium.name}: left out, {reason}", file=sys.stderr)
                continue
            begun = time.monotonic()
            cases = [case for case in medium.cases(_pick(arguments.layout)) if arguments.layout in case.layout]
            made = time.monotonic()
            for case, result in zip(cases, pool.map(score, cases), strict=True):
                if arguments.out:
                    _keep(case, Path(arguments.out))
                scores.setdefault(medium.name, Score()).add(result)
                layouts.setdefault((medium.name, case.layout), Score()).add(result)
                if arguments.verbose:
                    for line in table.slips(case, result):
                        print(line)
            seconds = f"{made - begun:.0f} s to make, {time.monotonic() - made:.0f} s to read"
            print(f"{medium.name}: {len(cases)} documents, {seconds}", file=sys.stderr)
    if arguments.layouts:
        print(table.by_layout(layouts))
    print(table.by_medium(scores))
    if arguments.readme:
        table.write_between_markers(Path(arguments.readme), table.by_medium(scores))
    false = sum(score.cells[Verdict.WRONG] + score.cells[Verdict.INVENTED] for score in scores.values())
    return 1 if false else 0


def _pick(part: str) -> Pick:
    return lambda layout, _: part in layout


def _keep(case: Case, folder: Path) -> None:
    folder = folder / case.medium / case.layout
    folder.mkdir(parents=True, exist_ok=True)
    (folder / case.name).write_bytes(case.data)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.accuracy", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--medium", default="", help="only media whose name holds this")
    parser.add_argument("--layout", default="", help="only layouts whose name holds this")
    parser.add_argument("--processes", type=int, default=2, help="how many read at a time")
    parser.add_argument("--layouts", action="store_true", help="a line per layout too")
    parser.add_argument("--verbose", action="store_true", help="every cell that is not right, with its document")
    parser.add_argument("--out", help="folder in which the documents are kept")
    parser.add_argument("--readme", help="file that holds the table between markers")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
