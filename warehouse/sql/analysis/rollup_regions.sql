-- All local bodies of a region. `counted`: no report of a body at or below the region's level includes it; `speaks`:
-- the region's government does, so that its report alone is the region's. Branches of central bodies, judiciary,
-- party, institutions and companies are not in a government's report and therefore not in the sum of its parts.
SELECT
    '/* word */' AS 区域层级,
    summed.province AS 省份,
    summed.region_city AS 城市,
    summed.region_county AS 区县,
    year AS 年度,
    summed.* EXCLUDE (province, region_city, region_county, year),
    有报告机关数 - 计入机关数 - 存疑机关数 AS 已含机关数,
    known.bodies AS 已知机关数,
    CASE 依据 WHEN '汇总' THEN 1 WHEN '相加' THEN 有报告机关数 / known.bodies END::DOUBLE AS 覆盖率
FROM (
    SELECT
        province,
        /* city */ AS region_city,
        /* county */ AS region_county,
        year,
        CASE
            WHEN bool_or(speaks AND scope = 'aggregate') THEN '汇总' WHEN bool_or(speaks) THEN '未说明' ELSE '相加'
        END AS 依据,
        count(*) FILTER (NOT is_own_part) AS 有报告机关数,
        if(bool_or(speaks), count(*) FILTER (speaks), count(*) FILTER (counted AND NOT is_own_part)) AS 计入机关数,
        if(bool_or(speaks), 0, count(*) FILTER (doubtful)) AS 存疑机关数,
        /* sums */
    FROM (
        SELECT
            *,
            included_no IS NULL OR included_rank < /* rank */ AS free,
            free AND kind = 'office' AND scope IS NULL AS doubtful,
            free AND NOT doubtful AS counted,
            free AND level = '/* level */' AND (
                kind IN ('government', 'zone') AND scope IS DISTINCT FROM 'own'
                OR kind = 'office' AND scope IS NOT DISTINCT FROM 'aggregate'
            ) AS speaks
        FROM report_figures
        WHERE kind IN ('government', 'office', 'department', 'department_branch', 'township', 'street', 'zone')
            AND level_rank(level) >= /* rank */ AND /* key */ IS NOT NULL
    )
    GROUP BY ALL
) AS summed
JOIN (
    SELECT province, /* city */ AS known_city, /* county */ AS known_county, count(*) AS bodies
    FROM report_figures
    WHERE is_newest AND level_rank(level) >= /* rank */ AND /* key */ IS NOT NULL
        AND kind IN ('government', 'office', 'department', 'department_branch', 'township', 'street', 'zone')
    GROUP BY ALL
) AS known
    ON known.province IS NOT DISTINCT FROM summed.province
    AND known_city IS NOT DISTINCT FROM region_city AND known_county IS NOT DISTINCT FROM region_county;
