"""Queries: one file a subject, put together in ``root``."""
