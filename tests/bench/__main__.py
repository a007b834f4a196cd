"""Run all contests and print one table: ``python -m tests.bench [crawl] [--rounds N] [--documents N]``."""

from __future__ import annotations

import argparse
import os

from flows.limits import cores
from tests.bench.contest import table
from tests.bench.crawl import bench_crawl
from tests.bench.pools import bench_pools
from tests.bench.readers import bench_html, bench_pdf


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    asked.add_argument("--rounds", type=int, default=7, help="times each contestant runs; medians count")
    asked.add_argument("--documents", type=int, default=400, help="pages in the folder that workers read")
    asked.add_argument("what", nargs="?", choices=["crawl"], help="only this [all]")
    given = asked.parse_args()
    if given.what == "crawl":
        print(table(bench_crawl(given.documents), ("crawling", "measured")))
        return
    load = os.getloadavg()[0]
    rows = [bench_html(given.rounds), bench_pdf(max(3, given.rounds // 2))]
    of_pools, memory = bench_pools(given.documents, max(3, given.rounds // 2))
    print(table([*rows, *of_pools], ("reading", "against", "ours", "theirs", "times as fast")))
    busy = f", {load:.1f} of them busy with something else before" if load > 0.3 else ""
    print(f"\n{memory} Medians of {given.rounds} runs in turns on {cores()} cores{busy}.")


if __name__ == "__main__":
    main()
