"""Reads of one model each, as QuerySet methods."""
