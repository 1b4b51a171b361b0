-- SELECT * FROM "main"."cars" LIMIT 0
WITH points AS (
  SELECT CAST("Horsepower" AS DOUBLE) AS x, CAST(NULL AS VARCHAR) AS c, CAST("Miles per Gallon" AS DOUBLE) AS y, row_number() OVER () AS i
  FROM "main"."cars"
), drawn AS (
  SELECT *, count(*) OVER () AS xs FROM points WHERE x IS NOT NULL AND y IS NOT NULL
), series AS (
  SELECT c, row_number() OVER (ORDER BY count(*) DESC, c) AS place, count(*) OVER () AS cs FROM drawn GROUP BY c
), sample AS (
  SELECT drawn.*, place, cs FROM drawn JOIN series ON drawn.c IS NOT DISTINCT FROM series.c
  WHERE place <= 20 ORDER BY hash(i), i LIMIT 2000
)
SELECT x, c, y, 1 AS n, xs, cs FROM sample ORDER BY place, i
-- {"x":{"sql":"CAST(\"Horsepower\" AS DOUBLE)","scale":"quantitative","title":"Horsepower"},"y":{"value":"CAST(\"Miles per Gallon\" AS DOUBLE)","title":"Miles per Gallon","additive":false},"limit":2000}
