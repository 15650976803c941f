"""Parked calls."""
