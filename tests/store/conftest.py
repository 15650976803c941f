"""The store's fixtures, for the tests of this folder."""

from tests.store.store_app import app, empty_app, settings, store

__all__ = ["app", "empty_app", "settings", "store"]
