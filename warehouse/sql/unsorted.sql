-- Something where facts have been added that are not sorted in.
SELECT report_no FROM sorted_up_to
WHERE relation = 'stored_facts' AND report_no < (SELECT max(report_no) FROM reports);
