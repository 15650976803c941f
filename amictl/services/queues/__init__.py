"""Queues: reading them, their members, callers and upkeep."""
