"""The stage that looks for likely wrong cells: reports from the warehouse, the search, its findings back.

Every batch is one transaction, so a stage that died goes on where it was. numpy and scipy come with the first report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from schemas.facts import Status
from warehouse.suspects import (
    ExplanationRow,
    SuspectRow,
    cells_to_search,
    reports_to_search,
    store_suspects,
)

if TYPE_CHECKING:
    from expectations.localise import Finding

_BATCH = 200  # reports
_STATUS = {status.value: status for status in Status}


def find_suspects(connection: duckdb.DuckDBPyConnection, *, again: bool = False) -> int:
    """Search every report that waits for it (all whose sums do not all hold, with ``again``); return how many."""
    from expectations.localise import LOCALISER_VERSION, Published, explain

    waiting = reports_to_search(connection, LOCALISER_VERSION, again=again)
    for start in range(0, len(waiting), _BATCH):
        batch = waiting[start : start + _BATCH]
        cells = cells_to_search(connection, batch)
        explanations: list[ExplanationRow] = []
        suspects: list[SuspectRow] = []
        for report in batch:
            published = {place: Published(value, _STATUS[status]) for place, value, status in cells[report.report_id]}
            for finding in explain(report.format, published):
                explanations.append(_explanation(report.report_id, finding))
                suspects += _suspects(report.report_id, finding)
        store_suspects(connection, batch, explanations, suspects)
    return len(waiting)


def _explanation(report_id: str, finding: Finding) -> ExplanationRow:
    from expectations.localise.evidence import of_finding

    said = of_finding(finding)
    return ExplanationRow(
        report_id,
        finding.part,
        list(finding.rules),
        str(finding.state),
        finding.solutions,
        not finding.complete,
        said.zh,
        said.en,
    )


def _suspects(report_id: str, finding: Finding) -> list[SuspectRow]:
    from expectations.localise.evidence import of_change

    rows = []
    for solution, explanation in enumerate(finding.explanations, start=1):
        for change in explanation.changes:
            said = of_change(finding, solution, change)
            rows.append(
                SuspectRow(
                    report_id,
                    finding.part,
                    *change.cell.key,
                    None if change.published is None else str(change.published),
                    None if change.proposed is None else str(change.proposed),
                    finding.solutions,
                    solution,
                    str(explanation.method),
                    change.slip,
                    said.zh,
                    said.en,
                )
            )
    return rows
