-- A report's grade. `verified` means that every sum was assessed and holds; where blanks or dashes
-- leave a sum undecided the report is `incomplete`, because nobody can vouch for it.
UPDATE reports
SET grade = judged.grade
FROM (
    SELECT
        reports.report_id,
        CASE
            WHEN reports.format IS NULL THEN reports.grade
            WHEN coalesce(cell.lost, 0) > 0 THEN 'incomplete'
            WHEN coalesce(judged.failed, 0) > 0 THEN 'inconsistent'
            WHEN coalesce(judged.undecided, 0) > 0 THEN 'incomplete'
            ELSE 'verified'
        END AS grade
    FROM reports
    LEFT JOIN (
        SELECT report_id, count(*) FILTER (status IN ('missing', 'unreadable')) AS lost
        FROM fact_values GROUP BY report_id
    ) AS cell ON cell.report_id = reports.report_id
    LEFT JOIN (
        SELECT
            report_id,
            count(*) FILTER (status = 'fail') AS failed,
            count(*) FILTER (status = 'not_assessable') AS undecided
        FROM checks GROUP BY report_id
    ) AS judged ON judged.report_id = reports.report_id
) AS judged
WHERE judged.report_id = reports.report_id AND reports.grade IS DISTINCT FROM judged.grade;
