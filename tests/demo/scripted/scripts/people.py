"""Who plays in the scripts, and how their calls begin.

``1001`` and up are agents, ``1100`` and up the staff, ``carrier`` is whoever is outside. A phone that shall
answer or refuse waits until it rings.
"""

from __future__ import annotations

from typing import Final

from tests.demo.scripted.stage import Stage

PHONES: Final = ("1001", "1002", "1003", "1100", "1101", "1102")
"""The phones that are signed in when a script begins."""


def call_in(stage: Stage, number: str) -> None:
    """Somebody outside dials a number of the call centre."""
    stage.phone("carrier").dial(number, caller="02079460123", name="Tom Archer")


def talk(stage: Stage) -> None:
    """Somebody outside calls 1001, and they talk."""
    call_in(stage, "02079460101")
    stage.phone("1001").answer()
    stage.phone("carrier").await_state("up")
    stage.hear("BridgeEnter", count=2)
