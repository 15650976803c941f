"""The database keeps texts by family and key."""

from __future__ import annotations

from amictl.demo.database import Database


def test_values_are_kept_by_family_and_key() -> None:
    database = Database()
    database.put("Queue/PersistentMembers", "support", "PJSIP/1")
    database.put("cidname", "100", "Ann")
    assert database.get("cidname", "100") == "Ann"
    assert database.get("cidname", "10") is None
    assert database.tree() == [("/Queue/PersistentMembers/support", "PJSIP/1"), ("/cidname/100", "Ann")]
    assert database.delete("cidname", "100")
    assert not database.delete("cidname", "100")


def test_a_tree_is_a_family_or_what_is_below_a_key() -> None:
    database = Database()
    for key in ("a", "a/b", "ab"):
        database.put("f", key, key)
    assert database.tree("f", "a") == [("/f/a", "a"), ("/f/a/b", "a/b")]
    assert database.delete_tree("f", "a") == 2
    assert database.tree("f") == [("/f/ab", "ab")]
    assert database.delete_tree("g") == 0
