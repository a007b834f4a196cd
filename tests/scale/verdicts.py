"""Whether the program's verdicts are those of the book: every known fault found, and nothing else."""

from __future__ import annotations

from tests.scale.phases import Place
from warehouse.store import open_warehouse


def differences(place: Place, *runs: str) -> list[tuple[str, str, str, str]]:
    """List (which side alone has it, report, rule, status) of failing rules and of those that cannot be assessed.

    Of the latter only rules over figures count: prose too short to compare is nobody's fault.
    """
    book = [place.book(run) for run in runs]
    with open_warehouse(place.warehouse) as warehouse:
        return warehouse.execute(
            """
            WITH expected AS (SELECT report_id, rule, status FROM read_parquet($book)),

            found AS (
                SELECT report_id, rule, checks.status::VARCHAR AS status FROM checks
                WHERE checks.status = 'fail' OR (
                    checks.status = 'not_assessable' AND rule <> 'year_to_year.comparable'
                    AND (rule IN (SELECT rule FROM rule_terms) OR starts_with(rule, 'year_to_year.'))
                )
            )

            SELECT 'book' AS side, * FROM (FROM expected EXCEPT FROM found)
            UNION ALL
            SELECT 'warehouse', * FROM (FROM found EXCEPT FROM expected)
            ORDER BY ALL
            """,
            {"book": book},
        ).fetchall()
