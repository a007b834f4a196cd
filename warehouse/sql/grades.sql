-- The grade of every report in `to_judge` (the reports whose sums have just been judged). `verified` means that
-- every sum was assessed and holds; where blanks leave a sum undecided the report is `incomplete`, because nobody
-- can vouch for it. Only families that grade count: no rule between years, of the text or of plausibility does.
UPDATE reports
SET grade = judged.grade
FROM (
    SELECT
        reports.report_id,
        CASE
            WHEN coalesce(cell.lost, 0) > 0 THEN 'incomplete'
            WHEN coalesce(judged.failed, 0) > 0 THEN 'inconsistent'
            WHEN coalesce(judged.undecided, 0) > 0 THEN 'incomplete'
            ELSE 'verified'
        END AS grade
    FROM reports
    SEMI JOIN to_judge USING (report_id)
    LEFT JOIN (
        SELECT report_id, count(*) FILTER (status IN ('missing', 'unreadable')) AS lost
        FROM fact_values SEMI JOIN to_judge USING (report_id)
        GROUP BY report_id
    ) AS cell ON cell.report_id = reports.report_id
    LEFT JOIN (
        SELECT
            report_id,
            count(*) FILTER (status = 'fail') AS failed,
            count(*) FILTER (status = 'not_assessable') AS undecided
        FROM checks
        SEMI JOIN to_judge USING (report_id)
        WHERE rule IN (SELECT rule FROM rules JOIN families USING (family) WHERE families.grades)
        GROUP BY report_id
    ) AS judged ON judged.report_id = reports.report_id
) AS judged
WHERE judged.report_id = reports.report_id AND reports.grade IS DISTINCT FROM judged.grade;
