"""Calls: starting, moving, ending, listening."""
