%%sql result=new
SELECT 1
