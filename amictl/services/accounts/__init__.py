"""Recognising people and programs: logins, sessions, API tokens."""
