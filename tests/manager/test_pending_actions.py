from __future__ import annotations

import pytest

from amictl.errors import RateLimited
from amictl.manager.pending import PendingAction, PendingActions
from amictl.protocol import Action

PING = Action("Ping", changes_pbx=False)


def test_a_full_table_refuses_another_action_and_takes_one_again_after_an_answer() -> None:
    table = PendingActions(2)
    for action_id in ("a", "b"):
        table.check_room()
        table.add(action_id, PendingAction(PING))
    with pytest.raises(RateLimited):
        table.check_room()
    assert table.take("a") is not None
    table.check_room()


def test_an_action_is_taken_once() -> None:
    table = PendingActions(2)
    entry = PendingAction(PING)
    table.add("a", entry)
    assert "a" in table
    assert table.take("a") is entry
    assert table.take("a") is None
    assert "a" not in table


def test_all_are_taken_together() -> None:
    table = PendingActions(3)
    entries = [PendingAction(PING) for _ in range(3)]
    for number, entry in enumerate(entries):
        table.add(str(number), entry)
    assert table.take_all() == entries
    assert len(table) == 0


def test_a_waiter_wakes_when_its_action_is_settled_and_not_before() -> None:
    entry = PendingAction(PING)
    assert not entry.wait(0)
    entry.settle(None)
    assert entry.wait(0)
    assert entry.settled
