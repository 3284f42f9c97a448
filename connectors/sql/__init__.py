"""Databases: one module per engine."""
