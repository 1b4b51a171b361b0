%%sql
SELECT {{ a.b }}
