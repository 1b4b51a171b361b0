-- SELECT * FROM "flights_3m" LIMIT 0
WITH groups AS (
  SELECT CAST(date_trunc('month', "date") AS DATE) AS x, CAST(coalesce(CAST("origin" AS VARCHAR), '(empty)') AS VARCHAR) AS c, CAST(avg(CAST("delay" AS DOUBLE)) AS DOUBLE) AS y, count(*) AS n
  FROM "flights_3m"
  WHERE CAST(date_trunc('month', "date") AS DATE) IS NOT NULL
  GROUP BY 1, 2
), series AS (
  SELECT c, row_number() OVER (ORDER BY sum(n) DESC, c) AS place, count(*) OVER () AS cs
  FROM groups GROUP BY c
), places AS (
  SELECT x, row_number() OVER (ORDER BY x) AS place, count(*) OVER () AS xs
  FROM (SELECT x, sum(y) AS total FROM groups GROUP BY x)
)
SELECT groups.x, groups.c, groups.y, groups.n, places.xs, series.cs
FROM groups JOIN places ON groups.x = places.x JOIN series ON groups.c IS NOT DISTINCT FROM series.c
WHERE places.place <= 4000 AND series.place <= 20
ORDER BY series.place, places.place
-- {"x":{"sql":"CAST(date_trunc('month', \"date\") AS DATE)","scale":"temporal","title":"date (month)"},"y":{"value":"CAST(\"delay\" AS DOUBLE)","aggregate":"avg(CAST(\"delay\" AS DOUBLE))","title":"mean of delay","additive":false},"colour":{"sql":"coalesce(CAST(\"origin\" AS VARCHAR), '(empty)')","scale":"nominal","title":"origin"},"limit":4000}
