"""Reads that combine models."""
