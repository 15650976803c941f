"""Ordered calls and what came of them: the topic ``actions``."""
