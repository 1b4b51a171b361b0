%%sql connection=warehouse
SELECT 1
