"""What our own actions and unknown queues call for is asked for at once, within a bound of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from amictl.errors import ActionRefused, LinkDown
from amictl.manager import AmiManager
from amictl.pbx.actions import make_action
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.topics.links.value import LinkState
from amictl.pbx.topics.queues.topic import ask_for_queue
from tests.asterisk.server import await_condition
from tests.faults.links import CALM, await_state, connected_link_to
from tests.faults.scripted_server import Action, HonestAsterisk, Peer, ScriptedServer, channel

# Rounds of comparisons come once an hour: what is asked for was called for.
UNHURRIED = replace(CALM, reconcile_interval=36_000.0, queue_names_interval=36_000.0, refresh_gap=0.02)
QUEUES = SNAPSHOT_STEPS[2]


class QueuesOfAsterisk(HonestAsterisk):
    """An Asterisk with queues, which tells nothing of their changes.

    Attributes:
        queues: The interfaces of the members of each queue.
    """

    def __init__(self, *, refusal: str = "", **queues: list[str]) -> None:
        self.queues = queues
        self._refusal = refusal
        names = ("QueueAdd", "QueueRemove", "QueuePause", "QueueReset", "Hangup")
        super().__init__(
            {
                **dict.fromkeys(names, self._answer),
                "QueueStatus": self._list_queues,
                "QueueSummary": self._list_names,
            }
        )

    def _answer(self, peer: Peer, action: Action) -> None:
        if self._refusal:
            peer.reply(action, f"Message: {self._refusal}", response="Error")
            return
        if action["Action"] == "QueueAdd":
            self.queues[action["Queue"]].append(action["Interface"])
        peer.reply(action, "Message: Done")

    def _list_queues(self, peer: Peer, action: Action) -> None:
        items = []
        for name, members in self.queues.items():
            if name == action.get("Queue", name):
                items.append(["QueueParams", f"Queue: {name}", "Completed: 0", "Abandoned: 0"])
                listed = (each for each in members if each == action.get("Member", each))
                items += [["QueueMember", f"Queue: {name}", f"Location: {each}"] for each in listed]
        peer.send_list(action, items, "QueueStatusComplete")

    def _list_names(self, peer: Peer, action: Action) -> None:
        items = [["QueueSummary", f"Queue: {name}"] for name in self.queues]
        peer.send_list(action, items, "QueueSummaryComplete")


def asked(server: ScriptedServer, name: str = "QueueStatus") -> list[dict[str, str]]:
    """Return the headers of all the lists that the first connection was asked for."""
    return [
        {key: value for key, value in action.items() if key not in {"Action", "ActionID"}}
        for action in list(server.peers[0].actions)
        if action["Action"] == name
    ]


def members_of(manager: AmiManager, queue: str) -> list[str]:
    """Return the interfaces of a queue's members as the picture has them."""
    found = manager.picture.find_queue(queue)
    return [member.interface for member in found.members] if found else []


def run_together(*works: Callable[[], object]) -> None:
    """Do everything at once, and wait for the end of all of it."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def test_what_our_own_action_changed_without_an_event_is_asked_for_and_is_no_drift() -> None:
    honest = QueuesOfAsterisk(sales=[])
    with ScriptedServer(honest) as server, connected_link_to(server, UNHURRIED) as manager:
        manager.execute(make_action("QueueAdd", queue="sales", interface="PJSIP/1"))
        await_condition(lambda: members_of(manager, "sales") == ["PJSIP/1"], what="the member")
        assert asked(server) == [{}, {"Queue": "sales", "Member": "PJSIP/1"}]
        assert dict(manager.picture.drifts) == {}


def test_a_refusal_asks_too_since_it_may_tell_that_the_picture_lacks_something() -> None:
    honest = QueuesOfAsterisk(sales=[], refusal="Unable to add interface: Already there")
    with ScriptedServer(honest) as server, connected_link_to(server, UNHURRIED) as manager:
        honest.queues["sales"].append("PJSIP/1")
        with pytest.raises(ActionRefused):
            manager.execute(make_action("QueueAdd", queue="sales", interface="PJSIP/1"))
        await_condition(lambda: members_of(manager, "sales") == ["PJSIP/1"], what="the member")


def test_a_link_that_ends_before_the_answer_takes_the_whole_picture_anew() -> None:
    honest = QueuesOfAsterisk(sales=[])

    def die(peer: Peer, action: Action) -> None:
        honest.queues["sales"].append(action["Interface"])
        peer.hang_up()

    honest._handlers["queueadd"] = die
    with ScriptedServer(honest) as server, connected_link_to(server, UNHURRIED) as manager:
        with pytest.raises(Exception, match="unknown"):
            manager.execute(make_action("QueueAdd", queue="sales", interface="PJSIP/1"))
        await_condition(lambda: members_of(manager, "sales") == ["PJSIP/1"], what="the member")


def test_two_hundred_actions_at_once_ask_for_few_lists_and_the_last_one_is_seen() -> None:
    honest = QueuesOfAsterisk(**{f"queue-{number}": [] for number in range(100)})
    timings = replace(UNHURRIED, refresh_gap=0.1)

    def add(number: int) -> Callable[[], object]:
        queue = f"queue-{number % 100}"
        return lambda: manager.execute(make_action("QueueAdd", queue=queue, interface=f"PJSIP/{number}"), 30)

    with ScriptedServer(honest) as server, connected_link_to(server, timings) as manager:
        began_at = time.monotonic()
        run_together(*(add(number) for number in range(200)))
        await_condition(
            lambda: all(len(members_of(manager, name)) == 2 for name in honest.queues), 30, "all members"
        )
        elapsed = time.monotonic() - began_at
        assert len(asked(server)) <= 2 + elapsed / timings.refresh_gap


def test_who_waits_for_a_list_shares_it_with_all_who_do() -> None:
    honest = QueuesOfAsterisk(sales=[])
    with ScriptedServer(honest) as server, connected_link_to(server, UNHURRIED) as manager:
        began_at = time.monotonic()
        run_together(*[lambda: manager.refresh(QUEUES)] * 100)
        assert len(asked(server)) <= 2 + (time.monotonic() - began_at) / UNHURRIED.refresh_gap
        honest.queues["sales"].append("PJSIP/1")
        manager.refresh(*ask_for_queue("sales"))
        assert members_of(manager, "sales") == ["PJSIP/1"]
        assert asked(server)[-1] == {"Queue": "sales"}


def test_who_waits_when_the_link_ends_is_told_so() -> None:
    honest = QueuesOfAsterisk(sales=[])
    with ScriptedServer(honest) as server, connected_link_to(server, UNHURRIED) as manager:
        honest._handlers["queuestatus"] = lambda peer, _action: peer.hang_up()
        with pytest.raises(LinkDown):
            manager.refresh(QUEUES)
        del honest._handlers["queuestatus"]


def test_a_queue_that_an_event_names_and_nobody_knows_is_asked_for_alone() -> None:
    honest = QueuesOfAsterisk(sales=[])
    with ScriptedServer(honest) as server, connected_link_to(server, UNHURRIED) as manager:
        honest.queues["annex"] = ["PJSIP/1", "PJSIP/2"]
        headers = ("Queue: annex", "Interface: PJSIP/2", "MemberName: Bob", "Paused: 1")
        server.peers[0].send("Event: QueueMemberPause", "Privilege: agent,all", *headers)
        await_condition(lambda: members_of(manager, "annex") == ["PJSIP/1", "PJSIP/2"], what="the queue")
        assert asked(server) == [{}, {"Queue": "annex"}]


@pytest.mark.parametrize("module", ["app_queue.so", "All"])
def test_a_reload_asks_for_what_it_may_have_brought_or_taken_away(module: str) -> None:
    honest = QueuesOfAsterisk(old=[], kept=[])
    with ScriptedServer(honest) as server, connected_link_to(server, UNHURRIED) as manager:
        honest.queues = {"kept": [], "new": ["PJSIP/1"]}
        server.peers[0].send("Event: Reload", "Privilege: system,all", f"Module: {module}", "Status: 0")
        await_condition(
            lambda: {queue.queue for queue in manager.picture.queues()} == {"kept", "new"}, what="the queues"
        )


def test_queues_that_come_and_go_without_any_event_are_noticed_by_their_names_alone() -> None:
    honest = QueuesOfAsterisk(old=[], kept=[])
    timings = replace(UNHURRIED, queue_names_interval=0.05, reconcile_share=0.9)
    with ScriptedServer(honest) as server, connected_link_to(server, timings) as manager:
        await_condition(lambda: len(asked(server, "QueueSummary")) >= 3, what="three looks")
        assert len(asked(server)) == 1, "nothing came or went"
        honest.queues = {"kept": [], "new": ["PJSIP/1"]}
        await_condition(
            lambda: {queue.queue for queue in manager.picture.queues()} == {"kept", "new"}, what="the queues"
        )
        assert members_of(manager, "new") == ["PJSIP/1"]
        assert dict(manager.picture.drifts) == {}


def test_a_list_that_was_long_on_its_way_delays_what_is_called_for_by_its_own_share_only() -> None:
    honest = QueuesOfAsterisk(sales=[])
    slow = honest._handlers["queuestatus"]

    def list_slowly(peer: Peer, action: Action) -> None:
        if manager_is_connected.is_set():
            time.sleep(0.2)  # the PBX is slow: that is what the pace is about
        slow(peer, action)

    honest._handlers["queuestatus"] = list_slowly
    manager_is_connected = threading.Event()
    # A comparison that took 0.2 s is followed by a pause of 20 s, in which lists that are called for come.
    timings = replace(CALM, reconcile_interval=0.1, reconcile_share=0.01, refresh_share=0.9, refresh_gap=0.02)
    with ScriptedServer(honest) as server, connected_link_to(server, timings) as manager:
        manager_is_connected.set()
        await_condition(lambda: "QueueStatus" in manager.metrics.lists, what="the comparison")
        compared = manager.metrics.lists["QueueStatus"].asked
        honest.queues["sales"].append("PJSIP/1")
        manager.refresh(QUEUES)
        assert members_of(manager, "sales") == ["PJSIP/1"]
        assert manager.metrics.lists["QueueStatus"].asked == compared


def test_what_only_a_sessions_beginning_may_load_is_compared_before_its_turn() -> None:
    honest = QueuesOfAsterisk()
    honest.channels = [channel(1)]
    with ScriptedServer(honest) as server, connected_link_to(server, UNHURRIED) as manager:
        honest.channels = []
        manager.execute(make_action("Hangup", channel="Local/1@default-00000001;1"))
        await_condition(lambda: "CoreShowChannels" in manager.metrics.lists, what="the comparison")
        assert manager.metrics.lists["CoreShowChannels"].differences == 1
        assert len(manager.picture.channels()) == 1, "one look proves nothing"


def test_a_link_that_is_up_again_asks_for_nothing_that_was_wanted_before() -> None:
    honest = QueuesOfAsterisk(sales=[])
    timings = replace(UNHURRIED, refresh_gap=3600.0)
    with ScriptedServer(honest) as server, connected_link_to(server, timings) as manager:
        manager.execute(make_action("QueueReset", queue="sales"))
        epoch = manager.status.epoch
        server.peers[0].hang_up()
        await_condition(lambda: manager.status.epoch not in {None, epoch}, what="the next session")
        await_state(manager, LinkState.CONNECTED)
        assert manager._supervisor is not None
        assert len(manager._supervisor._refresh_queue) == 0
