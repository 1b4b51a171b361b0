%%sql
SELECT * FROM t WHERE a = ?
