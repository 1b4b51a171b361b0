%%sql results=x
SELECT 1
