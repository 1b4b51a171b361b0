-- SELECT * FROM "flights_3m" LIMIT 0
WITH groups AS (
  SELECT coalesce(CAST("origin" AS VARCHAR), '(empty)') AS x, CAST(NULL AS VARCHAR) AS c, CAST(CAST(count(*) AS DOUBLE) AS DOUBLE) AS y, count(*) AS n
  FROM "flights_3m"
  WHERE coalesce(CAST("origin" AS VARCHAR), '(empty)') IS NOT NULL
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
WHERE places.place <= 5 AND series.place <= 20
ORDER BY series.place, places.place
-- {"x":{"sql":"coalesce(CAST(\"origin\" AS VARCHAR), '(empty)')","scale":"nominal","title":"origin"},"y":{"aggregate":"CAST(count(*) AS DOUBLE)","title":"count","additive":true},"limit":5}
