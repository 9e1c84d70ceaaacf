"""Readers of files that describe cards: JSON Lines, CSV, DCAT-US, Frictionless Data Package.

Pure: bytes in, ``Entry`` out, one at a time and in bounded memory, whatever the file's size. What
the database has to say about an entry is for ``catalog.services.card_import``.
"""
