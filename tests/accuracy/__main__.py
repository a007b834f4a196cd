"""`python -m tests.accuracy`: reads the whole corpus and prints what came out right, by medium.

--medium NAME   only media whose name holds NAME
--layouts       a line per layout too
--verbose       every cell that is not right, with its document
--out DIR       keeps the documents there
--readme FILE   writes the table into FILE between its markers
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import media, table
from .score import Score, score


def main() -> int:
    """Run the corpus; return the exit code (1 where anything is wrong or invented)."""
    arguments = _arguments()
    scores: dict[str, Score] = {}
    layouts: dict[tuple[str, str], Score] = {}
    for medium in media.MEDIA:
        if arguments.medium not in medium.name:
            continue
        if medium.lacking():
            print(f"{medium.name}: left out, {medium.lacking()} is not installed", file=sys.stderr)
            continue
        for case in medium.cases():
            if arguments.out:
                folder = Path(arguments.out, medium.name, case.layout)
                folder.mkdir(parents=True, exist_ok=True)
                (folder / case.name).write_bytes(case.data)
            result = score(case)
            scores.setdefault(medium.name, Score()).add(result)
            layouts.setdefault((medium.name, case.layout), Score()).add(result)
            if arguments.verbose:
                for line in table.slips(case, result):
                    print(line)
        if not arguments.readme and medium.name in scores:
            print(f"{medium.name} done", file=sys.stderr)
    if arguments.layouts:
        print(table.by_layout(layouts))
    print(table.by_medium(scores))
    if arguments.readme:
        table.write_between_markers(Path(arguments.readme), table.by_medium(scores))
    false = sum(score.cells["wrong"] + score.cells["invented"] for score in scores.values())
    return 1 if false else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.accuracy", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--medium", default="", help="only media whose name holds this")
    parser.add_argument("--layouts", action="store_true", help="a line per layout too")
    parser.add_argument("--verbose", action="store_true", help="every cell that is not right, with its document")
    parser.add_argument("--out", help="folder in which the documents are kept")
    parser.add_argument("--readme", help="file that holds the table between markers")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
