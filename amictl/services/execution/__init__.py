"""Carrying out actions: each recorded, once, with its true outcome."""
