%%sql result=größe
SELECT {{ länge }}
