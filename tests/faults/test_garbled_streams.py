"""Bytes that arrive late, in pieces, mixed up or broken."""

from __future__ import annotations

import threading

import pytest

from amictl.pbx.topics.links.value import LinkState
from tests.asterisk.server import await_condition
from tests.faults.fault_proxy import FaultProxy
from tests.faults.links import WRITE, await_state, connected_link_to, event_values, link_to, live_session
from tests.faults.scripted_server import (
    Action,
    HonestAsterisk,
    Peer,
    ScriptedServer,
    channel,
    message,
    new_channel_event,
)


def named(number: int, name: str) -> bytes:
    """Return the event of a channel whose caller has a name."""
    return new_channel_event(number).replace("Zoë".encode(), name.encode())


def test_a_byte_at_a_time_gives_the_same_picture_and_whole_characters() -> None:
    with (
        ScriptedServer(HonestAsterisk(channels=[channel(1)])) as server,
        FaultProxy(server.host, server.port) as proxy,
    ):
        proxy.chunk = 1
        with connected_link_to(proxy) as manager:
            server.peers[0].send_raw(named(2, "Жанна 日本 😀"))
            await_condition(lambda: len(manager.picture.channels()) == 2)
            names = {found.exten: found.caller_id_name for found in manager.picture.channels()}
            assert names == {"1": "Zoë", "2": "Жанна 日本 😀"}
            assert manager.execute(WRITE).success


@pytest.mark.parametrize("cut", range(1, 4))
def test_a_character_cut_by_two_reads_arrives_whole(cut: int) -> None:
    with ScriptedServer(HonestAsterisk()) as server, connected_link_to(server) as manager:
        data = named(2, "😀")
        middle = data.index("😀".encode()) + cut
        session = live_session(manager)
        read_before = session.last_received
        server.peers[0].send_raw(data[:middle])
        await_condition(lambda: session.last_received > read_before, what="the first read")
        server.peers[0].send_raw(data[middle:])
        await_condition(manager.picture.channels)
        assert manager.picture.channels()[0].caller_id_name == "😀"


def test_bytes_that_are_no_text_lose_no_message() -> None:
    with ScriptedServer(HonestAsterisk()) as server, connected_link_to(server) as manager:
        broken = new_channel_event(1).replace("Zoë".encode(), b"Zo\xff\xfe")
        server.peers[0].send_raw(broken + new_channel_event(2))
        await_condition(lambda: len(manager.picture.channels()) == 2)


def test_a_truncated_message_and_garbage_do_not_hide_what_follows() -> None:
    with ScriptedServer(HonestAsterisk()) as server, connected_link_to(server) as manager:
        whole = new_channel_event(1)
        server.peers[0].send_raw(whole[: len(whole) // 2] + b"\r\n\r\n")
        server.peers[0].send_raw(
            b"\x00\xff\x13garbage: of\r\nmany: lines\r\n\r\n\r\n\n" + new_channel_event(2)
        )
        await_condition(lambda: "2" in {found.exten for found in manager.picture.channels()})
        assert manager.ping() > 0
        assert len(server.peers) == 1


def test_a_link_cut_in_the_middle_of_a_message_forgets_the_half() -> None:
    with (
        ScriptedServer(HonestAsterisk()) as server,
        FaultProxy(server.host, server.port) as proxy,
        connected_link_to(proxy) as manager,
    ):
        proxy.cut_after(60)
        server.peers[0].send_raw(new_channel_event(1))
        await_condition(lambda: proxy.connections == 2)
        await_condition(lambda: manager.status.state is LinkState.CONNECTED)
        server.peers[1].send_raw(new_channel_event(2))
        await_condition(manager.picture.channels)
        assert {found.exten for found in manager.picture.channels()} == {"2"}


def test_a_foreign_event_with_our_action_id_answers_nothing() -> None:
    def forge_then_answer(peer: Peer, action: Action) -> None:
        peer.send(
            "Event: UserEvent",
            "Privilege: user,all",
            "UserEvent: Forged",
            f"ActionID: {action['ActionID']}",
            "Response: Error",
            "Message: forged",
            "Event: Hangup",
        )
        peer.reply(action, "Message: Originate successfully queued")

    with (
        ScriptedServer(HonestAsterisk({"Originate": forge_then_answer})) as server,
        connected_link_to(server) as manager,
    ):
        assert manager.execute(WRITE).message == "Originate successfully queued"
        assert event_values(manager.picture, "UserEvent", "UserEvent") == ["Forged"]


def test_the_outcome_of_an_originate_is_an_event_though_it_carries_our_action_id() -> None:
    def originate(peer: Peer, action: Action) -> None:
        peer.reply(action, "Message: Originate successfully queued")
        peer.send(
            "Event: OriginateResponse",
            "Privilege: call,all",
            f"ActionID: {action['ActionID']}",
            "Response: Failure",
            "Channel: Local/100@default",
        )

    with (
        ScriptedServer(HonestAsterisk({"Originate": originate})) as server,
        connected_link_to(server) as manager,
    ):
        reply = manager.execute(WRITE)
        await_condition(lambda: event_values(manager.picture, "OriginateResponse", "ActionID"))
        assert event_values(manager.picture, "OriginateResponse", "ActionID") == [reply.action_id]


def test_events_of_a_session_that_is_not_logged_in_are_not_believed() -> None:
    def refuse_and_tell(peer: Peer, action: Action) -> None:
        refusal = message(
            "Response: Error", f"ActionID: {action['ActionID']}", "Message: Authentication failed"
        )
        peer.send_raw(new_channel_event(1) + refusal + new_channel_event(2))

    with (
        ScriptedServer(HonestAsterisk({"Login": refuse_and_tell})) as server,
        link_to(server) as manager,
    ):
        await_state(manager, LinkState.BAD_CREDENTIALS)
        await_condition(lambda: "ami-reader-main" not in [thread.name for thread in threading.enumerate()])
        assert event_values(manager.picture, "Newchannel", "Exten") == []
        assert not manager.picture.loaded


def test_answers_to_nobody_disturb_nobody() -> None:
    with ScriptedServer(HonestAsterisk()) as server, connected_link_to(server) as manager:
        server.peers[0].send_raw(
            message("Response: Error", "Message: Failed to parse message: line too long")
            + message("Response: Success", "ActionID: somebody-else-1", "Message: not yours")
        )
        assert manager.execute(WRITE).message == "Originate successfully queued"
