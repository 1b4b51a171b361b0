%%sql
SELECT *
FROM people WHERE name = '{{ name }}'
