"""A demo PBX with the AMI users of the test bed, so that a test can use it where it uses a real Asterisk."""

from __future__ import annotations

from typing import Final

from amictl.demo.server import DemoServer
from amictl.demo.users import AmiUser
from amictl.demo.world import World
from tests.asterisk.server import AMICTL, FILTERED, JUDGE, READ_ONLY, SINGLE_LOGIN, WRONG_RIGHTS

USERS: Final = (
    AmiUser(AMICTL.username, AMICTL.secret),
    AmiUser(READ_ONLY.username, READ_ONLY.secret, write=("reporting",)),
    AmiUser(WRONG_RIGHTS.username, WRONG_RIGHTS.secret, read=("log",), write=("log",)),
    AmiUser(
        FILTERED.username,
        FILTERED.secret,
        event_filters=("!Event: Hangup", "!Event: QueueMember.*"),
    ),
    AmiUser(JUDGE.username, JUDGE.secret),  # the demo sends no TestEvent
    AmiUser(SINGLE_LOGIN.username, SINGLE_LOGIN.secret, allow_multiple_login=False),
)
"""Those of ``tests/asterisk/conf/manager.conf``, in its order, the first with all rights."""


def make_demo(*, world: World | None = None, auth_timeout: float = 30.0, speed: float = 1.0) -> DemoServer:
    """Return a demo that listens and is not started."""
    return DemoServer(world or World(), users=USERS, auth_timeout=auth_timeout, speed=speed)
