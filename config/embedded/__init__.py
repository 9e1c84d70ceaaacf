"""Runs PostgreSQL from binaries on this machine when no ``DATABASE_URL`` names a server."""
