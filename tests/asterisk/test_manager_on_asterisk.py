"""The link against real Asterisk: logins, rights, death, frost, and who gets which answer."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest

from amictl.config import LinkSettings
from amictl.errors import ActionRefused, ActionUnsupported, LinkDown
from amictl.manager import AmiManager, LinkTimings
from amictl.manager.stanza import WRITE_CLASSES
from amictl.pbx.actions import make_action, originate
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.links.value import LinkState
from amictl.protocol import Action
from tests.asterisk.calls import live_channels, place_call
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.server import (
    BARRED,
    READ_ONLY,
    SINGLE_LOGIN,
    WRONG_RIGHTS,
    AmiUser,
    AsteriskServer,
    await_condition,
)
from tests.faults.links import Call, await_state, event_values
from tests.patience import PATIENCE

pytestmark = pytest.mark.asterisk

SOON = LinkTimings(retry_lowest=0.1, retry_highest=0.5)


def settings_of(pbx: BedPbx, user: AmiUser | None = None) -> LinkSettings:
    """Return the settings of a link to a PBX, with all rights unless a user is given."""
    username, secret = (user.username, user.secret) if user else (pbx.username, pbx.secret)
    return LinkSettings("main", pbx.host, pbx.ami_port, username, secret)


def tls_settings_of(pbx: AsteriskServer) -> LinkSettings:
    return replace(settings_of(pbx), port=pbx.ami_tls_port, tls=True, tls_ca=pbx.ca_pem)


@contextmanager
def linked(settings: LinkSettings, timings: LinkTimings = SOON) -> Iterator[AmiManager]:
    """Run a link until the test ends."""
    manager = AmiManager(settings, LivePicture("main"), timings=timings)
    manager.start()
    try:
        yield manager
    finally:
        manager.stop()


@contextmanager
def connected(settings: LinkSettings, timings: LinkTimings = SOON) -> Iterator[AmiManager]:
    """Run a link that is up."""
    with linked(settings, timings) as manager:
        await_state(manager, LinkState.CONNECTED)
        yield manager


def call(exten: str) -> Action:
    """Return an originate of a call between two Local legs."""
    return originate(f"Local/{exten}@default", exten="300", context="default", priority=1)


def names_in(picture: LivePicture) -> set[str]:
    """Return the names of the channels in a picture."""
    return {channel.channel for channel in picture.channels()}


def test_a_link_logs_in_and_knows_the_pbx(asterisk: BedPbx) -> None:
    before = asterisk.cli("manager show connected").splitlines()[-1]  # other links may be up
    with connected(settings_of(asterisk)) as manager:
        status = manager.status
        assert status.asterisk_version
        assert status.detail is None
        assert manager.actions is not None
        assert {"originate", "queuestatus", "coreshowchannels"} <= manager.actions
        assert manager.ping() > 0
        assert {queue.queue for queue in manager.picture.queues()} >= {"support"}
    await_condition(lambda: before in asterisk.cli("manager show connected"))


def test_a_link_over_tls_verifies_and_works(asterisk_server: AsteriskServer) -> None:
    with connected(tls_settings_of(asterisk_server)) as manager:
        assert manager.ping() > 0


@pytest.mark.parametrize(
    "user", [AmiUser("amictl", "wrong"), AmiUser("nobody", "x"), BARRED], ids=["secret", "user", "address"]
)
def test_refused_credentials_say_what_to_check(asterisk_server: AsteriskServer, user: AmiUser) -> None:
    settings = settings_of(asterisk_server, user)
    with linked(settings, LinkTimings()) as manager:
        await_state(manager, LinkState.BAD_CREDENTIALS)
        assert manager.status.retry_at is not None
        assert manager.status.retry_at - time.time() > 20
        assert "Authentication failed" in (manager.status.detail or "")


def test_too_many_sessions_that_are_not_logged_in_are_told_as_authlimit(
    asterisk_server: AsteriskServer,
) -> None:
    with ExitStack() as crowd:
        address = asterisk_server.host, asterisk_server.ami_port
        # authlimit is 50 unless manager.conf says otherwise
        early = [crowd.enter_context(socket.create_connection(address, PATIENCE)) for _ in range(60)]
        # Sessions begin in threads: once each has its banner or its end, no place is left for another one.
        assert b"" in [each.recv(1) for each in early]
        with linked(settings_of(asterisk_server)) as manager:
            await_condition(lambda: "authlimit" in (manager.status.detail or ""))
            crowd.close()
            await_state(manager, LinkState.CONNECTED)


def test_a_user_that_may_log_in_once_is_told_so_and_gets_in_when_the_other_leaves(
    asterisk_server: AsteriskServer,
) -> None:
    settings = settings_of(asterisk_server, SINGLE_LOGIN)
    with connected(settings) as first, linked(settings) as second:
        await_condition(lambda: "allowmultiplelogin" in (second.status.detail or ""))
        assert second.status.state is not LinkState.BAD_CREDENTIALS
        assert first.ping() > 0
        first.stop()
        await_state(second, LinkState.CONNECTED)


def test_a_read_only_user_sees_what_it_may_and_changes_nothing(asterisk_server: AsteriskServer) -> None:
    with connected(settings_of(asterisk_server, READ_ONLY)) as manager:
        # Asterisk has lists that ask for a class with which one may change things too.
        detail = manager.status.detail or ""
        assert "does not tell which read classes" in detail
        for name in ("system", "call", "agent", "user", "originate", "command"):
            assert f"lacks the write class {name}: " in detail
        assert "reporting" not in detail
        unknown = {topic for topic, limit in manager.status.limits.items() if not limit.known}
        assert unknown == {"parking", "endpoints"}
        with pytest.raises(ActionUnsupported, match="originate"):
            manager.execute(call("100"))
        place_call(asterisk_server, "200")
        await_condition(manager.picture.channels)


def test_wrong_rights_keep_the_link_and_name_what_is_missing(asterisk_server: AsteriskServer) -> None:
    with connected(settings_of(asterisk_server, WRONG_RIGHTS)) as manager:
        detail = manager.status.detail or ""
        for name in WRITE_CLASSES:
            assert f"lacks the write class {name}: " in detail
        assert not manager.status.limits["channels"].known
        assert not manager.status.limits["calls"].known
        limit = manager.status.limits["queues"]
        assert limit.known
        assert "Nobody tells whether the AMI user has the read class agent" in limit.detail
        assert manager.picture.age("queues") > 0
        assert manager.status.asterisk_version is None
        assert {queue.queue for queue in manager.picture.queues()} >= {"support"}
        assert manager.ping() > 0


def test_fifty_concurrent_actions_get_their_own_answers(asterisk: BedPbx) -> None:
    with connected(settings_of(asterisk)) as manager:
        numbers = [str(number) for number in range(50)]
        echo = [Action("Command", (("Command", f"core show hint {n}"),), changes_pbx=False) for n in numbers]
        calls = [Call(manager, action) for action in echo]
        for number, one in zip(numbers, calls, strict=True):
            one.finish()
            output = "\n".join(getattr(one.reply or one.error, "output", []) or [str(one.error)])
            assert number in output, f"the answer to {number} is {output!r}"


def test_a_refusal_carries_the_words_of_asterisk(asterisk: BedPbx) -> None:
    with connected(settings_of(asterisk)) as manager, pytest.raises(ActionRefused) as refused:
        manager.execute(make_action("Hangup", channel="Local/nobody@default-00000000;1"))
    assert refused.value.ami == "No such channel"


def test_a_call_is_placed_seen_and_its_outcome_comes_as_an_event(asterisk: BedPbx) -> None:
    with connected(settings_of(asterisk)) as manager:
        reply = manager.execute(call("200"))
        assert reply.message == "Originate successfully queued"
        await_condition(manager.picture.channels)
        await_condition(
            lambda: reply.action_id in event_values(manager.picture, "OriginateResponse", "ActionID")
        )
        channel = manager.picture.channels()[0]
        manager.execute(make_action("Hangup", channel=channel.channel))
        await_condition(lambda: not manager.picture.channels(), what="the end of the call")


def test_a_call_that_goes_on_while_the_link_is_made_is_in_the_picture(asterisk: BedPbx) -> None:
    place_call(asterisk, "200")
    await_condition(lambda: len(live_channels(asterisk)) == 2)
    with connected(settings_of(asterisk)) as manager:
        assert names_in(manager.picture) == {channel.name for channel in live_channels(asterisk)}


def test_a_killed_and_restarted_asterisk_is_linked_again_with_the_right_picture(
    private_asterisk: AsteriskServer,
) -> None:
    pbx = private_asterisk
    place_call(pbx, "200")
    with connected(settings_of(pbx)) as manager:
        await_condition(lambda: len(manager.picture.channels()) == 2)
        epoch = manager.status.epoch
        pbx.kill()
        await_state(manager, LinkState.RECONNECTING, LinkState.CONNECTING)
        assert manager.status.stale
        assert len(manager.picture.channels()) == 2, "the old picture stays readable"
        with pytest.raises(LinkDown):
            manager.execute(call("200"))
        pbx.restart()
        await_state(manager, LinkState.CONNECTED)
        await_condition(lambda: {queue.queue for queue in manager.picture.queues()} >= {"support"})
        assert manager.picture.channels() == ()
        assert manager.status.epoch not in {None, epoch}
        # A PBX that was still booting at the login is asked once more when it says FullyBooted.
        await_condition(lambda: manager.status.state is LinkState.CONNECTED and not manager.status.stale)
        manager.execute(call("200"))
        await_condition(manager.picture.channels)


def test_a_stopped_asterisk_is_told_as_such(private_asterisk_22: AsteriskServer) -> None:
    details: set[str | None] = set()
    with connected(settings_of(private_asterisk_22)) as manager:
        manager.picture.on_change = lambda _pbx: details.add(manager.picture.link.detail)
        private_asterisk_22.cli("core stop now")
        await_condition(lambda: any("shut down" in (detail or "") for detail in details))


def test_a_frozen_asterisk_is_stale_then_lost_within_fifteen_seconds_and_right_after_the_thaw(
    private_asterisk_22: AsteriskServer,
) -> None:
    pbx = private_asterisk_22
    production = LinkTimings()
    assert production.ping_interval + production.dead_after < 15
    shown: list[tuple[LinkState, bool]] = []
    with connected(settings_of(pbx), production) as manager:
        place_call(pbx, "200")
        await_condition(lambda: len(manager.picture.channels()) == 2)
        epoch = manager.status.epoch
        picture = manager.picture
        picture.on_change = lambda _pbx: shown.append((picture.link.state, picture.link.stale))
        pbx.freeze()
        await_condition(lambda: manager.status.stale)
        assert manager.status.state is LinkState.CONNECTED, "stale comes before the link is given up"
        await_condition(lambda: manager.status.state is not LinkState.CONNECTED)
        assert (LinkState.CONNECTED, True) in shown
        pbx.thaw()
        await_state(manager, LinkState.CONNECTED)
        assert manager.status.epoch != epoch
        assert names_in(manager.picture) == {channel.name for channel in live_channels(pbx)}
        assert not manager.status.stale
