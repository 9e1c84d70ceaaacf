"""Wires the product together: settings, URLs, admin site, server. Holds no rules."""
