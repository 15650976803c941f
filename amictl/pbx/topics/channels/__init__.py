"""Channels: the legs of calls."""
