"""Connections to data sources and the types of data source."""
