"""Answers of the PBX as our API tells them: a module a family, pure functions from messages to dictionaries.

Numbers are numbers, booleans booleans, times ISO 8601 in UTC, durations seconds; what Asterisk does not
know, or leaves empty, is null.
"""
