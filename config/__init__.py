"""Wires the product together: settings, URLs, the admin site, the server. Holds no rules of the domain."""
