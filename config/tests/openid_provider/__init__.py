"""A real provider of OpenID Connect for tests: django-oauth-toolkit in a project of its own.

It runs in a process of its own, on a port of this machine. What it says of whom is in a file that
a test may change while it runs.
"""
