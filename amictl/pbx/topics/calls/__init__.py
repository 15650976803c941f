"""Calls: channels that belong together, and what they went through."""
