%%sql
SELECT {'a': {'b': 1}} AS s, $$text with {curly} and $1$$ AS t, E'it\'s' AS u
