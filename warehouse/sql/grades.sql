-- The grade of every report in `to_judge` (the reports whose sums have just been judged). `verified` means that
-- every sum was assessed and holds; where blanks leave a sum undecided the report is `incomplete`, because nobody
-- can vouch for it. Only families that grade count: no rule between years, of the text or of plausibility does.
UPDATE reports
SET grade = judged.grade
FROM (
    SELECT
        reports.report_no,
        CASE
            WHEN coalesce(cell.lost, 0) > 0 THEN 'incomplete'
            WHEN coalesce(judged.failed, 0) > 0 THEN 'inconsistent'
            WHEN coalesce(judged.undecided, 0) > 0 THEN 'incomplete'
            ELSE 'verified'
        END AS grade
    FROM reports
    SEMI JOIN to_judge USING (report_no)
    LEFT JOIN (
        SELECT report_no, count(*) FILTER (status IN ('missing', 'unreadable')) AS lost
        FROM figures_to_judge
        GROUP BY report_no
    ) AS cell ON cell.report_no = reports.report_no
    LEFT JOIN (
        SELECT
            report_no,
            count(*) FILTER (status = 'fail') AS failed,
            count(*) FILTER (status = 'not_assessable') AS undecided
        FROM verdicts
        WHERE rule IN (SELECT rule FROM rules JOIN families USING (family) WHERE families.grades)
        GROUP BY report_no
    ) AS judged ON judged.report_no = reports.report_no
) AS judged
WHERE judged.report_no = reports.report_no AND reports.grade IS DISTINCT FROM judged.grade;
