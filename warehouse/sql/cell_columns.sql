    -- What a cell says, unpacked from `stored_facts` joined with its report.
    coalesce(stored_facts.exact, stored_facts.whole::DECIMAL(24, 8)) AS value,
    stored_facts.unit,
    if(stored_facts.plain, plain_text(stored_facts.status, stored_facts.whole), stored_facts.raw) AS raw,
    stored_facts.status,
    locator_text(
        stored_facts.form, reports.files[stored_facts.file_no], stored_facts.n1, stored_facts.n2, stored_facts.n3,
        stored_facts.n4, stored_facts.n5, stored_facts.place
    ) AS locator
