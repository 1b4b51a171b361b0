%%sql
SELECT "{{ column }}" FROM people
