"""Queues, their members and their callers."""
