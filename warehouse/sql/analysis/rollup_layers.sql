-- Bodies of one level, one kind and one scope: none of them includes another, but for those that a body of the same
-- layer gathers (a zone's branch under the branch above it): these are not added, and counted as 已含机关数.
SELECT
    year AS 年度,
    summed.province AS 省份,
    /* level */ AS 层级,
    /* kind */ AS 类别,
    /* scope */ AS 范围,
    summed.* EXCLUDE (year, province, level, kind, scope, included),
    included AS 已含机关数,
    known.bodies AS 已知机关数,
    计入机关数 / known.bodies AS 覆盖率,
    '同层' AS 依据
FROM (
    SELECT
        year, province, level, kind, scope,
        count(*) FILTER (counted) AS 计入机关数,
        count(*) FILTER (NOT counted) AS included,
        /* sums */
    FROM (SELECT *, NOT in_own_layer AS counted FROM report_figures WHERE level IS NOT NULL)
    GROUP BY year, province, level, kind, scope
) AS summed
JOIN (
    SELECT province, level AS known_level, kind AS known_kind, count(*) AS bodies
    FROM report_figures WHERE is_newest GROUP BY province, level, kind
) AS known
    ON known.province IS NOT DISTINCT FROM summed.province
    AND known_level = level AND known_kind IS NOT DISTINCT FROM kind;
