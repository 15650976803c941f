"""What Asterisk changes without an event is asked for at once; no comparison of lists takes part in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from amictl.config import LinkSettings
from amictl.manager import AmiManager, LinkTimings
from amictl.pbx.actions import console_command, make_action
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.links.value import LinkState
from amictl.pbx.topics.queues.value import QueueMember
from tests.asterisk.calls import hang_up_all, place_call
from tests.asterisk.server import AsteriskServer
from tests.faults.links import await_state
from tests.serving import wait_until

pytestmark = pytest.mark.asterisk

# Rounds of comparisons come once in ten hours.
UNCOMPARED = replace(LinkTimings(), reconcile_interval=36_000.0, queue_names_interval=0.5)
UNWATCHED = replace(UNCOMPARED, queue_names_interval=36_000.0)
QUEUES = ("support", "sales", "lobby", "nobody")
MEMBER = "Local/507@agents/n"
# 90 bytes, of which Asterisk keeps 79: half a letter is left (app_queue.c, struct member).
CUT_NAME = "Ж" * 45


@contextmanager
def linked(pbx: AsteriskServer, timings: LinkTimings) -> Iterator[AmiManager]:
    """Run a link that is up."""
    settings = LinkSettings("main", pbx.host, pbx.ami_port, pbx.username, pbx.secret)
    manager = AmiManager(settings, LivePicture("main"), timings=timings)
    manager.start()
    try:
        await_state(manager, LinkState.CONNECTED)
        yield manager
    finally:
        manager.stop()


@pytest.fixture
def link(asterisk_server: AsteriskServer) -> Iterator[AmiManager]:
    with linked(asterisk_server, UNWATCHED) as manager:
        yield manager


@contextmanager
def configured_queues(pbx: AsteriskServer, *names: str) -> Iterator[None]:
    """Have more queues in the configuration, which nobody has read yet; the old ones are read at the end."""
    config = pbx.home / "etc" / "queues.conf"
    before = config.read_text(encoding="utf-8")
    sections = (f"\n[{name}]\nmember => Local/508@agents/n\n" for name in names)
    config.write_text(before + "".join(sections), encoding="utf-8")
    try:
        yield
    finally:
        config.write_text(before, encoding="utf-8")
        pbx.cli("queue reload all")


def find_member(link: AmiManager, queue: str = "lobby") -> QueueMember | None:
    """Return the member of these tests as the picture has it."""
    found = link.picture.find_queue(queue)
    return next((each for each in found.members if each.interface == MEMBER), None) if found else None


def has_queues(link: AmiManager, *names: str) -> bool:
    """Return whether the picture has all of these queues, with what only a list tells."""
    shown = {queue.queue for queue in link.picture.queues() if queue.strategy is not None}
    return shown >= set(names)


def test_our_own_actions_on_a_member_of_whom_asterisk_sends_no_event_show_at_once(
    link: AmiManager, asterisk_server: AsteriskServer
) -> None:
    try:
        link.execute(console_command(f'queue add member {MEMBER} to lobby penalty 0 as "{CUT_NAME}"'))
        assert wait_until(lambda: find_member(link))
        link.execute(make_action("QueuePause", interface=MEMBER, paused=True, queue="lobby", reason="lunch"))
        assert wait_until(lambda: (found := find_member(link)) and found.paused_reason == "lunch")
        link.execute(make_action("QueuePenalty", interface=MEMBER, penalty=7))
        assert wait_until(lambda: (found := find_member(link)) and found.penalty == 7)
        link.execute(make_action("QueueRemove", queue="lobby", interface=MEMBER))
        assert wait_until(lambda: find_member(link) is None)
    finally:
        asterisk_server.cli(f"queue remove member {MEMBER} from lobby")


def test_a_thousand_queues_that_a_reload_of_which_no_event_tells_brings_or_takes_away_are_seen(
    asterisk_server: AsteriskServer,
) -> None:
    names = [f"annex-{number}" for number in range(1000)]
    with linked(asterisk_server, UNCOMPARED) as link:
        with configured_queues(asterisk_server, *names):
            asterisk_server.cli("queue reload all")
            assert wait_until(lambda: has_queues(link, *names))
        assert wait_until(lambda: not has_queues(link, names[0]))
        assert {queue.queue for queue in link.picture.queues()} == set(QUEUES)


def test_a_thousand_queues_that_a_reload_of_the_module_brings_are_asked_for_at_its_event(
    link: AmiManager, asterisk_server: AsteriskServer
) -> None:
    names = [f"annex-{number}" for number in range(1000)]
    with configured_queues(asterisk_server, *names):
        asterisk_server.cli("module reload app_queue.so")
        assert wait_until(lambda: has_queues(link, *names))
    asterisk_server.cli("module reload app_queue.so")
    assert wait_until(lambda: {queue.queue for queue in link.picture.queues()} == set(QUEUES))


def test_a_queue_that_is_not_known_is_asked_for_when_an_event_names_it_and_gone_when_it_is_not_there(
    link: AmiManager, asterisk_server: AsteriskServer
) -> None:
    with configured_queues(asterisk_server, "lobby-2"):
        asterisk_server.cli("queue reload all")
        asterisk_server.cli(f"queue add member {MEMBER} to lobby-2")
        assert wait_until(lambda: has_queues(link, "lobby-2"))
        assert find_member(link, "lobby-2")
    link.execute(make_action("QueueReset", queue="lobby-2"))
    assert wait_until(lambda: not has_queues(link, "lobby-2"))


def test_counters_that_a_command_of_ours_sets_to_zero_show_at_once(
    link: AmiManager, asterisk_server: AsteriskServer
) -> None:
    place_call(asterisk_server, "303", caller="2101")
    assert wait_until(lambda: (found := link.picture.find_queue("nobody")) and found.abandoned)
    link.execute(console_command("queue reset stats nobody"))
    assert wait_until(lambda: (found := link.picture.find_queue("nobody")) and found.abandoned == 0)
    hang_up_all(asterisk_server)
