"""Lineage events and the edges that are derived from them."""
