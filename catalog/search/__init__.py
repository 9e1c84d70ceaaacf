"""Search: the query language, the words of a text, and the index that answers."""
