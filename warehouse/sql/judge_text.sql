-- What the prose states against the tables, for the reports in `to_judge`: one verdict for each kind of statement
-- made. It passes where any statement equals any reading of the figure; it fails only where one figure is stated,
-- nothing speaks for its being another year's or body's, all its cells are known, and none of its readings is that.
CREATE OR REPLACE TEMP TABLE stated AS
SELECT statements.*, to_judge.format, to_judge.report_no
FROM statements
JOIN reports USING (report_id)
JOIN to_judge ON to_judge.report_no = reports.report_no
WHERE (to_judge.format, kind) IN (SELECT (format, kind) FROM statement_terms);

-- What the tables give for each reading. Money is in yuan where the table names a unit, and bare where it does not.
CREATE OR REPLACE TEMP TABLE tabled AS
SELECT
    kinds.report_no,
    kinds.kind,
    statement_terms.rule,
    statement_terms.reading,
    any_value(statement_terms.proves) AS proves,
    sum(
        if(stored_blanks.cell_no IS NULL, figures.value, 0)
        * CASE figures.unit WHEN '万元' THEN 10000 WHEN '亿元' THEN 100000000 ELSE 1 END
    )::DECIMAL(38, 8) AS figure,
    bool_and(figures.value IS NOT NULL OR stored_blanks.cell_no IS NOT NULL) AS known,
    bool_and(figures.unit IS NULL) AS bare,
    count(stored_blanks.cell_no) AS assumed_zero
FROM (SELECT DISTINCT report_no, format, kind FROM stated) AS kinds
JOIN statement_terms ON statement_terms.format = kinds.format AND statement_terms.kind = kinds.kind
LEFT JOIN figures_to_judge AS figures
    ON figures.report_no = kinds.report_no
    AND figures.cell_no = cell_number(statement_terms.format, statement_terms.position)
LEFT JOIN stored_blanks
    ON stored_blanks.report_no = kinds.report_no
    AND stored_blanks.cell_no = cell_number(statement_terms.format, statement_terms.position)
GROUP BY ALL;

INSERT INTO verdicts BY NAME
WITH compared AS (
    SELECT
        stated.*,
        tabled.* EXCLUDE (report_no, kind),
        CASE stated.unit WHEN '万元' THEN 10000 WHEN '亿元' THEN 100000000 ELSE 1 END AS factor,
        -- A table that names no unit of money is taken to mean that of the text: to agree, never to fail.
        stated.unit <> '件' AND bare AS unit_unknown,
        if(unit_unknown, 1, factor) * stated.value AS said,
        known AND abs(figure - said) < if(stated.unit = '件' AND step = 1, 0.00000001, if(unit_unknown, 1, factor) * step)
            AS agrees
    FROM stated JOIN tabled USING (report_no, kind)
),

-- The comparison that is told: one that agrees, else the first statement without a doubt against the first reading.
told AS (
    SELECT *
    FROM compared
    QUALIFY row_number() OVER (
        PARTITION BY report_no, kind ORDER BY doubt IS NOT NULL, NOT coalesce(agrees, false), number, reading
    ) = 1
),

summed AS (
    SELECT
        report_no,
        kind,
        count(DISTINCT said) FILTER (doubt IS NULL) AS figures,
        bool_and(known AND NOT unit_unknown) AS all_known,
        string_agg(DISTINCT doubt, ', ' ORDER BY doubt) AS doubts
    FROM compared
    GROUP BY report_no, kind
),

judged AS (
    SELECT
        *,
        CASE
            WHEN doubt IS NOT NULL THEN format('stated with a doubt: {}', doubts)
            WHEN agrees THEN NULL
            WHEN NOT all_known THEN 'its cells have no figure, or no unit'
            WHEN figures > 1 THEN format('the text states {} different figures', figures)
            WHEN NOT proves THEN 'counted in more ways than the tables have'
        END AS why_not
    FROM told JOIN summed USING (report_no, kind)
)

SELECT
    report_no,
    rule,
    CASE WHEN why_not IS NULL THEN said END AS expected,
    CASE WHEN why_not IS NULL THEN figure END AS actual,
    CASE WHEN why_not IS NULL THEN if(agrees, 0, figure - said) END AS residual,
    CASE WHEN why_not IS NOT NULL THEN 'not_assessable' WHEN agrees THEN 'pass' ELSE 'fail' END AS status,
    assumed_zero,
    coalesce(why_not, if(agrees, NULL, format('{}: {}', locator, sentence))) AS note
FROM judged;
