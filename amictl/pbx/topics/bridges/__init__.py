"""Bridges: where channels talk."""
