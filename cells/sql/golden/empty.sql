%%sql result=x

-- only a comment;
