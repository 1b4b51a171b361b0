%%sql
SELECT 1
