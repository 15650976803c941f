"""What a link does with the live picture: first snapshot, events in order, and beginning again."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.links.value import LinkState
from tests.asterisk.server import await_condition
from tests.faults.links import ALERT, CALM, await_state, connected_link_to, event_values, link_to
from tests.faults.scripted_server import (
    Action,
    HonestAsterisk,
    Peer,
    ScriptedServer,
    channel,
    ignore,
    message,
    new_channel_event,
)
from tests.patience import PATIENCE


def numbers(picture: LivePicture) -> set[str | None]:
    """Return the extensions of the channels in a picture."""
    return {found.exten for found in picture.channels()}


def hangup_event(number: int) -> bytes:
    return message("Event: Hangup", "Privilege: call,all", *channel(number), "Cause: 16", "Cause-txt: Normal")


def test_the_picture_is_whole_when_the_link_says_connected() -> None:
    def list_queues(peer: Peer, action: Action) -> None:
        queue = ["QueueParams", "Queue: support", "Max: 0", "Strategy: ringall", "Calls: 0", "Holdtime: 0"]
        peer.send_list(action, [queue], "QueueStatusComplete")

    seen: list[tuple[set[str | None], list[str]]] = []
    picture = LivePicture("main")

    def look(_pbx: str) -> None:
        if picture.loaded:
            seen.append((numbers(picture), [queue.queue for queue in picture.queues()]))

    picture.on_change = look
    honest = HonestAsterisk({"QueueStatus": list_queues}, channels=[channel(1), channel(2)])
    with ScriptedServer(honest) as server, connected_link_to(server, picture=picture) as manager:
        assert seen[0] == ({"1", "2"}, ["support"])
        assert manager.status.epoch == manager.picture.epoch
        assert manager.picture.age() == 0
        assert manager.status.detail is None


def test_events_around_a_list_are_applied_in_stream_order() -> None:
    def list_and_go_on(peer: Peer, action: Action) -> None:
        peer.send_raw(hangup_event(3) + new_channel_event(4))  # before the list: all of it is in the list
        action_id = f"ActionID: {action['ActionID']}"
        peer.send_raw(
            message("Response: Success", action_id, "EventList: start")
            + message("Event: CoreShowChannel", action_id, *channel(1))
            + message("Event: CoreShowChannel", action_id, *channel(4))
            + message("Event: CoreShowChannelsComplete", action_id, "EventList: Complete", "ListItems: 2")
            + hangup_event(1)  # in the same segment, right behind the list
            + new_channel_event(2)
        )

    with (
        ScriptedServer(HonestAsterisk({"CoreShowChannels": list_and_go_on})) as server,
        connected_link_to(server) as manager,
    ):
        assert numbers(manager.picture) == {"2", "4"}


def test_the_order_of_events_is_kept() -> None:
    with ScriptedServer(HonestAsterisk()) as server, connected_link_to(server) as manager:
        burst = b"".join(
            message("Event: UserEvent", "Privilege: user,all", "UserEvent: Count", f"Number: {number}")
            for number in range(3000)
        )
        server.peers[0].send_raw(burst)
        await_condition(lambda: len(event_values(manager.picture, "UserEvent", "Number")) == 3000)
        assert event_values(manager.picture, "UserEvent", "Number") == [str(n) for n in range(3000)]


def test_after_a_lost_link_the_old_picture_is_stale_and_the_next_one_has_a_new_epoch() -> None:
    honest = HonestAsterisk(channels=[channel(1)])
    connecting = threading.Event()
    connecting.set()

    def serve(peer: Peer) -> None:
        connecting.wait(PATIENCE)
        honest(peer)

    with ScriptedServer(serve) as server, connected_link_to(server) as manager:
        epoch = manager.status.epoch
        connecting.clear()
        honest.channels = [channel(2)]
        server.peers[0].hang_up()
        await_condition(lambda: manager.status.state is not LinkState.CONNECTED)
        assert manager.status.stale
        assert manager.status.epoch is None
        assert numbers(manager.picture) == {"1"}, "the old picture stays readable"
        await_condition(lambda: manager.picture.age() > 0)
        connecting.set()
        await_state(manager, LinkState.CONNECTED)
        assert numbers(manager.picture) == {"2"}
        assert manager.status.epoch not in {None, epoch}
        assert not manager.status.stale


def test_a_pbx_that_finishes_booting_after_the_login_is_asked_again() -> None:
    honest = HonestAsterisk(fully_booted=False)
    with ScriptedServer(honest) as server, connected_link_to(server) as manager:
        epoch = manager.status.epoch
        assert numbers(manager.picture) == set()
        honest.channels = [channel(7)]
        server.peers[0].send("Event: FullyBooted", "Privilege: system,all", "Status: Fully Booted")
        await_condition(lambda: numbers(manager.picture) == {"7"})
        await_condition(lambda: manager.status.epoch not in {None, epoch})
        assert len(server.peers) == 1


def test_without_a_sign_of_booting_the_picture_is_taken_once_more_and_only_once() -> None:
    honest = HonestAsterisk(fully_booted=False)
    timings = replace(CALM, resync_gap=0.05, ping_interval=0.05)
    with ScriptedServer(honest) as server, connected_link_to(server, timings):
        peer = server.peers[0]

        def asked(name: str) -> int:
            return [action["Action"] for action in peer.actions].count(name)

        await_condition(lambda: asked("QueueStatus") == 2)
        pings = asked("Ping")
        await_condition(lambda: asked("Ping") >= pings + 5)
        assert asked("QueueStatus") == 2


def test_a_boot_that_was_seen_at_login_is_not_waited_for() -> None:
    timings = replace(CALM, resync_gap=0.02, ping_interval=0.05)
    with ScriptedServer(HonestAsterisk()) as server, connected_link_to(server, timings):
        names = server.peers[0].actions
        await_condition(lambda: [action["Action"] for action in names].count("Ping") >= 4)
        assert [action["Action"] for action in names].count("QueueStatus") == 1


def test_a_message_over_the_bound_is_dropped_and_the_picture_is_taken_again() -> None:
    honest = HonestAsterisk()
    timings = replace(CALM, resync_gap=0.05, ping_interval=0.05)
    with ScriptedServer(honest) as server, connected_link_to(server, timings) as manager:
        epoch = manager.status.epoch
        honest.channels = [channel(5)]
        line = "Filler: " + "x" * 1000 + "\r\n"
        server.peers[0].send_raw(
            new_channel_event(6) + b"Event: Newchannel\r\n" + line.encode() * 5000 + b"\r\n"
        )
        await_condition(lambda: manager.status.epoch not in {None, epoch})
        assert numbers(manager.picture) == {"5"}
        assert len(server.peers) == 1
        seen = len(server.peers[0].actions)
        await_condition(lambda: len(server.peers[0].actions) >= seen + 5)
        later = {action["Action"] for action in server.peers[0].actions[seen:]}
        assert later == {"Ping"}, "one loss, one new picture"


# Missing rights and missing modules


def denied(peer: Peer, action: Action) -> None:
    peer.reply(action, "Message: Permission denied", response="Error")


def test_a_refused_list_does_not_end_the_link_and_names_the_missing_class() -> None:
    commands = ("Ping", "Events", "BridgeList", "QueueStatus", "ListCommands", "Logoff")
    honest = HonestAsterisk(commands=commands, channels=[channel(1)])
    with ScriptedServer(honest) as server, connected_link_to(server) as manager:
        detail = manager.status.detail or ""
        assert "CoreShowChannels" in detail
        assert "reporting" in detail
        assert manager.status.asterisk_version is None
        assert "CoreShowChannels" not in [action["Action"] for action in server.peers[0].actions]
        assert manager.picture.loaded


def test_a_list_that_is_refused_though_it_was_listed_is_named_with_the_words_of_the_pbx() -> None:
    with (
        ScriptedServer(HonestAsterisk({"CoreShowChannels": denied})) as server,
        connected_link_to(server) as manager,
    ):
        assert "Permission denied" in (manager.status.detail or "")


def test_a_pbx_that_does_not_list_its_actions_is_used_all_the_same() -> None:
    with (
        ScriptedServer(HonestAsterisk({"ListCommands": denied}, channels=[channel(1)])) as server,
        connected_link_to(server) as manager,
    ):
        assert manager.actions is None
        assert numbers(manager.picture) == {"1"}


def test_events_that_stay_off_are_told() -> None:
    def stay_off(peer: Peer, action: Action) -> None:
        peer.reply(action, "Events: Off")

    with (
        ScriptedServer(HonestAsterisk({"Events": stay_off})) as server,
        connected_link_to(server) as manager,
    ):
        assert "Events could not be switched on" in (manager.status.detail or "")


def test_missing_read_classes_are_told_where_the_pbx_tells_them() -> None:
    def show_user(peer: Peer, action: Action) -> None:
        assert action["Command"] == "manager show user console"
        peer.reply(
            action,
            "Message: Command output follows",
            "Output:          read perm: system,agent,dialplan",
            "Output:         write perm: system,command",
        )

    with (
        ScriptedServer(HonestAsterisk({"Command": show_user})) as server,
        connected_link_to(server) as manager,
    ):
        detail = manager.status.detail or ""
        for missing in ("call", "user", "dtmf", "reporting"):
            assert f"The AMI user lacks the read class {missing}: " in detail
        for missing in ("call", "agent", "user", "reporting", "originate"):
            assert f"The AMI user lacks the write class {missing}: " in detail
        assert detail.count("lacks the read class") == 4
        assert detail.count("lacks the write class") == 5


# Half-open while the picture is being taken


@pytest.mark.parametrize("silent_at", ["Events", "ListCommands", "CoreShowChannels", "QueueStatus"])
def test_silence_while_the_picture_is_being_taken_ends_the_link(silent_at: str) -> None:
    with (
        ScriptedServer(HonestAsterisk({silent_at: ignore})) as server,
        link_to(server, ALERT) as manager,
    ):
        await_state(manager, LinkState.RECONNECTING)
        assert silent_at in (manager.status.detail or "")


@pytest.mark.long
def test_a_long_list_that_keeps_coming_is_waited_for() -> None:
    timings = replace(ALERT, dead_after=1.5, ping_limit=PATIENCE)

    def drip(peer: Peer, action: Action) -> None:
        action_id = f"ActionID: {action['ActionID']}"
        peer.send("Response: Success", action_id, "EventList: start")
        ended_at = time.monotonic() + 2 * timings.dead_after
        number = 0
        while time.monotonic() < ended_at:
            number += 1
            peer.send("Event: CoreShowChannel", action_id, *channel(number))
            peer.server.closing.wait(0.02)
        peer.send("Event: CoreShowChannelsComplete", action_id, "EventList: Complete", f"ListItems: {number}")

    with (
        ScriptedServer(HonestAsterisk({"CoreShowChannels": drip})) as server,
        connected_link_to(server, timings) as manager,
    ):
        assert len(manager.picture.channels()) > 2
        assert len(server.peers) == 1
