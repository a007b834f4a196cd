SELECT
    * EXCLUDE (measured),
    '/* name */' AS 指标,
    measured AS 数值,
    rank() OVER (PARTITION BY 年度, 省份, 层级, 类别 ORDER BY measured DESC) AS 名次,
    count(*) OVER (PARTITION BY 年度, 省份, 层级, 类别) AS 参评报告数
FROM (
    SELECT
        /* keys */,
        /* value */ AS measured
    FROM report_figures
    WHERE level IS NOT NULL
)
WHERE measured IS NOT NULL;
