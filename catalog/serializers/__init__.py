"""Shapes of requests and answers. Rules that need the database are the services'."""
