-- SELECT * FROM "data/stocks.csv" LIMIT 0
WITH groups AS (
  SELECT "month" AS x, CAST(coalesce(CAST("symbol" AS VARCHAR), '(empty)') AS VARCHAR) AS c, CAST(avg(CAST("price" AS DOUBLE)) AS DOUBLE) AS y, count(*) AS n
  FROM "data/stocks.csv"
  WHERE "month" IS NOT NULL
  GROUP BY 1, 2
), series AS (
  SELECT c, row_number() OVER (ORDER BY sum(n) DESC, c) AS place, count(*) OVER () AS cs
  FROM groups GROUP BY c
), numbered AS (
  SELECT groups.*, cs, place, row_number() OVER (PARTITION BY groups.c ORDER BY x) - 1 AS i,
    count(*) OVER (PARTITION BY groups.c) AS points, count(*) OVER () AS xs
  FROM groups JOIN series ON groups.c IS NOT DISTINCT FROM series.c
  WHERE place <= 20
), steps AS (
  SELECT *, CASE WHEN points <= 2 * greatest(1, 4000 // (2 * least(cs, 20))) THEN i ELSE i * greatest(1, 4000 // (2 * least(cs, 20))) // points END AS step FROM numbered
), ranked AS (
  SELECT *, row_number() OVER (PARTITION BY place, step ORDER BY y, i) AS low,
    row_number() OVER (PARTITION BY place, step ORDER BY y DESC, i) AS high
  FROM steps
)
SELECT x, c, y, n, xs, cs FROM ranked WHERE low = 1 OR high = 1 ORDER BY place, i
-- {"x":{"sql":"\"month\"","scale":"temporal","title":"month"},"y":{"value":"CAST(\"price\" AS DOUBLE)","title":"price","additive":false},"colour":{"sql":"coalesce(CAST(\"symbol\" AS VARCHAR), '(empty)')","scale":"nominal","title":"symbol"},"fallback":"mean","limit":4000}
