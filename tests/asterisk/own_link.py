"""A link of a test's own, whose picture is what events told or called for: nothing is compared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from amictl.config import LinkSettings
from amictl.manager import AmiManager, LinkTimings
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.links.value import LinkState
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.server import AmiUser
from tests.faults.links import await_state

UNHURRIED = LinkTimings(ping_interval=0.3, reconcile_share=0.5, reconcile_interval=36_000.0)


@contextmanager
def linked_picture(pbx: BedPbx, user: AmiUser | None = None) -> Iterator[LivePicture]:
    """Link to a PBX, and return the picture once it is whole.

    Args:
        pbx: The PBX.
        user: As whom; None is the one with all rights.
    """
    username, secret = (user.username, user.secret) if user else (pbx.username, pbx.secret)
    settings = LinkSettings("main", pbx.host, pbx.ami_port, username, secret)
    manager = AmiManager(settings, LivePicture("main"), timings=UNHURRIED)
    manager.start()
    try:
        await_state(manager, LinkState.CONNECTED)
        yield manager.picture
    finally:
        manager.stop()
