-- Explanations that stand alone, each with the cells that go together in it; new where a sum of it came after $told.
SELECT
    reports.report_id, coalesce(agencies.name, reports.agency) AS agency, reports.year, reports.url,
    any_value(parts.is_new) AS is_new,
    list({
        'table_label': cells.table_label, 'row_label': cells.row_label, 'column_label': cells.column_label,
        'proposed': suspects.proposed, 'zh': suspects.evidence_zh, 'en': suspects.evidence_en
    } ORDER BY cells.position) AS cells
FROM suspects
JOIN (
    SELECT
        explanations.report_id, explanations.part,
        bool_or(coalesce(findings.since_run > $told, true)) AS is_new
    FROM (SELECT report_id, part, unnest(rules) AS rule FROM explanations WHERE state = 'explained') AS explanations
    LEFT JOIN findings
        ON findings.report_id = explanations.report_id AND findings.rule = explanations.rule
        AND findings.gone_run IS NULL
    GROUP BY explanations.report_id, explanations.part
) AS parts ON parts.report_id = suspects.report_id AND parts.part = suspects.part
JOIN reports ON reports.report_id = suspects.report_id AND reports.is_current
JOIN cells ON cells.format = reports.format AND cells.table_code = suspects.table_code
    AND cells.row_code = suspects.row_code AND cells.column_code = suspects.column_code
LEFT JOIN agencies ON agencies.agency_id = reports.agency_id
WHERE suspects.solutions = 1
GROUP BY reports.report_id, agencies.name, reports.agency, reports.year, reports.url, suspects.part
ORDER BY is_new DESC, agency, reports.year, reports.report_id, suspects.part;
