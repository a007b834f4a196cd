-- A number for each shard of the offline site that changes with whatever its reports are shown by: the shard need not be
-- made again while it stays. The cells of a report never change, so its row stands for them. Needs `page_shards`.
SELECT shard, sum(print)::VARCHAR AS print
FROM (
    SELECT shard, hash(reports)::HUGEINT AS print FROM reports JOIN page_shards USING (report_id)
    UNION ALL
    SELECT shard, hash(checks) FROM checks JOIN page_shards USING (report_id)
    WHERE status IN ('fail', 'not_assessable')
    UNION ALL
    SELECT shard, hash(check_cells) FROM check_cells JOIN page_shards USING (report_id)
    UNION ALL
    SELECT shard, hash(explanations) FROM explanations JOIN page_shards USING (report_id)
    UNION ALL
    SELECT shard, hash(suspects) FROM suspects JOIN page_shards USING (report_id)
)
GROUP BY shard;
