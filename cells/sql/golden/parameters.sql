%%sql result=late
-- {{ ignored }} in a comment
SELECT * FROM flights -- and {{ here }}
WHERE delay > {{ limit }} AND origin IN {{airports}} /* {{ nor }} here */
  AND distance < {{ limit }} * 10
