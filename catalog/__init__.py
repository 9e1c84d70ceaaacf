"""Containers, members, asset types, cards, attributes, attachments, rules of visibility."""
