-- SELECT * FROM "ta""ble" LIMIT 0
WITH points AS (
  SELECT CAST("delay" AS DOUBLE) AS v, CAST(NULL AS VARCHAR) AS c FROM "ta""ble" WHERE isfinite(CAST("delay" AS DOUBLE))
), range AS (
  SELECT (max(v) - min(v)) / 12 AS rough FROM points
), magnitude AS (
  SELECT rough, CASE WHEN rough > 0 THEN pow(10, floor(log10(rough))) ELSE 1 END AS m FROM range
), width AS (
  SELECT m * CASE WHEN rough <= m THEN 1 WHEN rough <= 2 * m THEN 2 WHEN rough <= 5 * m THEN 5 ELSE 10 END AS w FROM magnitude
), series AS (
  SELECT c, row_number() OVER (ORDER BY count(*) DESC, c) AS place, count(*) OVER () AS cs FROM points GROUP BY c
)
SELECT (floor(v / w) + 0.5) * w AS x, points.c, CAST(count(*) AS DOUBLE) AS y, count(*) AS n, 0 AS xs, any_value(cs) AS cs
FROM points CROSS JOIN width JOIN series ON points.c IS NOT DISTINCT FROM series.c
WHERE place <= 20
GROUP BY floor(v / w), w, points.c, place ORDER BY place, x
-- {"x":{"sql":"CAST(\"delay\" AS DOUBLE)","scale":"quantitative","title":"delay"},"y":{"aggregate":"CAST(count(*) AS DOUBLE)","title":"count","additive":true},"limit":14}
