-- New rows of `report_figures`, of one format and one block of reports. A count that is no whole number is no count: it is
-- null here and stands in `facts` as published. A report that has not every cell of its format once is our fault, which
-- the suites over our reading tell of; it has no row here.
INSERT INTO report_figures BY NAME
SELECT
    figures_wanted.*,
    /* cells */
FROM (
    SELECT
        report_no,
        list(whole ORDER BY cell_no) AS counts,
        /* amounts */
    FROM stored_facts
    WHERE report_no >= $block << 14 AND report_no < ($block + 1) << 14
        AND report_no IN (SELECT report_no FROM figures_to_fill WHERE block = $block AND format = $format)
    GROUP BY report_no
    HAVING count(*) = $size AND min(cell_no) = cell_number($format, 1) AND max(cell_no) = cell_number($format, $size)
        AND count(DISTINCT cell_no) = $size
)
JOIN figures_wanted USING (report_no)
-- Most reports are nearly all zeros: together they take hardly any room.
ORDER BY len(list_filter(counts, lambda x: x <> 0)), report_no;
