"""``python -m tests.fuzz [--count N] [--start N]``, or one input again: ``--seed N [--save FILE]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.fuzz.campaign import campaign
from tests.fuzz.oracle import fuzz, make


def main() -> int:
    """Fuzz, print what was found, and fail where something was."""
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    asked.add_argument("--count", type=int, default=20_000, help="how many inputs")
    asked.add_argument("--start", type=int, default=0, help="the first seed")
    asked.add_argument("--seed", type=int, help="only this one, in this very process")
    asked.add_argument("--save", type=Path, help="with --seed: write the input here")
    given = asked.parse_args()
    if given.seed is None:
        seeds = range(given.start, given.start + given.count)
        summary = campaign(seeds, say=lambda line: print(line, file=sys.stderr, flush=True))
        print(summary)
        return 1 if summary.failures else 0
    if given.save:
        given.save.write_bytes(make(given.seed).data)
    outcome = fuzz(given.seed)
    print(outcome)
    return 1 if outcome.invented or outcome.odd else 0


if __name__ == "__main__":
    sys.exit(main())
