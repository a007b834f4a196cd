-- Addresses or names of one body that publish different figures for one year: the better read one counts, and the
-- difference is a problem of theirs for as long as it is there. A cell that either did not give a number tells nothing.
DELETE FROM problems WHERE stage = 'compare';

CREATE OR REPLACE TEMP TABLE twins AS
SELECT standing.report_no, standing.current_no
FROM standing
JOIN reports AS other ON other.report_no = standing.report_no
JOIN reports AS kept ON kept.report_no = standing.current_no
WHERE NOT standing.is_current AND other.figures IS DISTINCT FROM kept.figures AND other.format = kept.format;

INSERT INTO problems
WITH twin_facts AS (
    SELECT
        *,
        coalesce(exact, whole::DECIMAL(24, 8))
        * CASE unit WHEN '万元' THEN 10000 WHEN '亿元' THEN 100000000 ELSE 1 END AS figure
    FROM stored_facts
    WHERE report_no IN (SELECT report_no FROM twins UNION SELECT current_no FROM twins)
),

differing AS (
    SELECT
        twins.report_no,
        twins.current_no,
        count(*) AS cells,
        list(
            concat(
                cells.row_label, ' × ', cells.column_label, ' ',
                if(kept.plain, plain_text(kept.status, kept.whole), kept.raw), ' / ',
                if(other.plain, plain_text(other.status, other.whole), other.raw)
            )
            ORDER BY cells.position
        )[:3] AS first_cells
    FROM twins
    JOIN twin_facts AS other ON other.report_no = twins.report_no
    JOIN twin_facts AS kept ON kept.report_no = twins.current_no AND kept.cell_no = other.cell_no
    JOIN cells ON cells.cell_no = other.cell_no
    -- Money in another unit may be the same; where one names no unit, nobody can tell.
    WHERE other.figure <> kept.figure AND (other.unit IS NULL) = (kept.unit IS NULL)
    GROUP BY twins.report_no, twins.current_no
)

SELECT
    sha256(concat_ws(' ', 'compare', 'figures_differ', kept.report_id, other.report_id))[:16],
    greatest(kept.run_id, other.run_id),
    'compare',
    false,
    'figures_differ',
    concat(
        other.url, ': expected the figures of ', other.year, ' that ', coalesce(kept.agency, 'the body'),
        ' publishes at ', kept.url, ', found ', differing.cells, if(differing.cells = 1, ' other: ', ' others: '),
        array_to_string(differing.first_cells, '; ')
    ),
    other.url,
    other.document_id
FROM differing
JOIN reports AS other ON other.report_no = differing.report_no
JOIN reports AS kept ON kept.report_no = differing.current_no;
