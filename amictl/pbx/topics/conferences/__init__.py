"""Conferences of ConfBridge."""
