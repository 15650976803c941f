"""Links of amictl to the test bed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from amictl.config import LinkSettings
from amictl.manager import AmiManager
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.links.value import LinkState
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.server import AmiUser
from tests.faults.links import await_state


@contextmanager
def linked_to_bed(pbx: BedPbx, user: AmiUser | None = None) -> Iterator[AmiManager]:
    """Run a link that is up, with all rights unless a user is given, and end it."""
    username, secret = (user.username, user.secret) if user else (pbx.username, pbx.secret)
    manager = AmiManager(LinkSettings("main", pbx.host, pbx.ami_port, username, secret), LivePicture("main"))
    manager.start()
    try:
        await_state(manager, LinkState.CONNECTED)
        yield manager
    finally:
        manager.stop()
