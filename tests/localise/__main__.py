"""``python -m tests.localise``: damages consistent reports in known ways and prints how well the damage is found.

--trials N     of each kind of damage on each kind of report (1,000)
--reports KIND --damage NAME   only these
--seed N       other trials
"""

from __future__ import annotations

import argparse
import sys

from tests.localise.damages import KINDS, NOT_TUNED_TO
from tests.localise.score import REPORTS, Outcome, campaign


def main() -> int:
    """Print the table; return 1 where one wrong cell that sums can tell was not found exactly."""
    asked = argparse.ArgumentParser(prog="python -m tests.localise", description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--trials", type=int, default=1000)
    asked.add_argument("--reports", default="")
    asked.add_argument("--damage", default="")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    heads = " ".join(f"{outcome.value[:6]:>6}" for outcome in list(Outcome)[:4])
    print(f"{'reports':10} {'damage':18} {'seen':>6} {heads} {'sums tell':>10} {'median':>7} {'p95':>7} ms")
    missed = 0
    for reports in (name for name in REPORTS if given.reports in name):
        kinds = {name: damage for name, damage in (KINDS | NOT_TUNED_TO).items() if given.damage in name}
        for name, tally in campaign(kinds, reports, given.trials, given.seed).items():
            print(f"{reports:10} {name:18} {tally.line()}", flush=True)
            missed += tally.telling - tally.told_exact
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
