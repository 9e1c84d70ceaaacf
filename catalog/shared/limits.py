"""How large the members of a card may be: characters, unless the name says bytes, and counts."""

MAX_NAME, MAX_KEY, MAX_TEXT, MAX_TAGS = 255, 1000, 100_000, 1000
#: The column's, which is Django's.
MAX_GROUP_NAME = 150
#: An index holds the key, and no entry of one may be larger than a third of a page.
MAX_KEY_BYTES = 2000
