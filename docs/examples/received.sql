-- Applications received and granted, by body and year, from the files that `nianbao export -o export` wrote.
SELECT
    agency,
    year,
    sum(value) FILTER (row_code = 'received_new') AS received,
    sum(value) FILTER (row_code = 'granted') AS granted
FROM read_parquet('export/facts/*/*.parquet')
WHERE table_code = 'applications' AND column_code = 'total'
GROUP BY ALL
ORDER BY ALL;
