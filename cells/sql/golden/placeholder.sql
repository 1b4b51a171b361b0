%%sql
SELECT $1
