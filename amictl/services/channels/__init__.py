"""Channels: reading them, their variables, recordings and conferences."""
