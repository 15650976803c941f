"""Actions over a link: who gets which answer, and what is known when none comes."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from amictl.errors import (
    ActionRefused,
    ActionTimeout,
    ActionUnsupported,
    InvalidInput,
    LinkDown,
    OutcomeUnknown,
    RateLimited,
)
from amictl.manager import AmiManager
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.links.value import LinkState
from amictl.protocol import Action as AmiAction
from amictl.protocol import Reply
from tests.asterisk.server import await_condition
from tests.faults.links import (
    CALM,
    READ,
    WRITE,
    Call,
    await_state,
    connected_link_to,
    event_values,
    live_session,
    settings_of,
)
from tests.faults.scripted_server import Action, HonestAsterisk, Peer, ScriptedServer, ignore
from tests.patience import PATIENCE

WITH_STATUS = ("Originate", "CoreStatus", "Ping", "QueueStatus", "CoreShowChannels", "BridgeList")


def asterisk(**handlers: object) -> HonestAsterisk:
    """Return an honest Asterisk except for these actions, which it lists too."""
    return HonestAsterisk(handlers, commands=(*WITH_STATUS, *handlers))  # type: ignore[arg-type]


def pending(manager: AmiManager) -> int:
    """Return how many actions wait for an answer."""
    return live_session(manager).pending_count


def received(server: ScriptedServer, name: str) -> int:
    """Return how many actions of a name the first connection has brought."""
    return [action["Action"] for action in server.peers[0].actions].count(name)


def test_an_answer_is_returned_and_the_link_can_ping() -> None:
    with ScriptedServer(asterisk()) as server, connected_link_to(server) as manager:
        reply = manager.execute(WRITE)
        assert reply.message == "Originate successfully queued"
        assert 0 < manager.ping() < 10


def test_fifty_concurrent_actions_get_their_own_answers_though_these_come_in_reverse() -> None:
    waiting: list[Action] = []

    def answer_all_in_reverse(peer: Peer, action: Action) -> None:
        waiting.append(action)
        if len(waiting) == 50:
            for one in reversed(waiting):
                peer.reply(one, f"Message: {one['Number']}")

    with (
        ScriptedServer(asterisk(Originate=answer_all_in_reverse)) as server,
        connected_link_to(server) as manager,
    ):
        calls = [Call(manager, AmiAction("Originate", (("Number", str(n)),))) for n in range(50)]
        for number, call in enumerate(calls):
            call.finish()
            assert isinstance(call.reply, Reply)
            assert call.reply.message == str(number)


def test_a_refusal_carries_the_words_of_the_pbx() -> None:
    def refuse(peer: Peer, action: Action) -> None:
        peer.reply(action, "Message: No such channel", response="Error")

    with ScriptedServer(asterisk(Hangup=refuse)) as server, connected_link_to(server) as manager:
        with pytest.raises(ActionRefused) as refused:
            manager.execute(AmiAction("Hangup", (("Channel", "x"),)))
        assert refused.value.ami == "No such channel"


def test_an_action_that_is_not_listed_is_not_sent() -> None:
    with ScriptedServer(asterisk()) as server, connected_link_to(server) as manager:
        with pytest.raises(ActionUnsupported):
            manager.execute(AmiAction("SKINNYlines", changes_pbx=False))
        manager.ping()
        assert "SKINNYlines" not in [action["Action"] for action in server.peers[0].actions]


def test_an_action_is_supported_whatever_the_case_of_its_name() -> None:
    with ScriptedServer(asterisk()) as server, connected_link_to(server) as manager:
        assert manager.actions is not None
        assert "originate" in manager.actions
        manager.execute(AmiAction("oRIGINATE"))
        assert server.peers[0].actions[-1]["Action"] == "oRIGINATE"


def test_an_action_that_the_pbx_does_not_know_is_unsupported_when_it_lists_none() -> None:
    def refuse(peer: Peer, action: Action) -> None:
        peer.reply(action, "Message: Permission denied", response="Error")

    with (
        ScriptedServer(HonestAsterisk({"ListCommands": refuse})) as server,
        connected_link_to(server) as manager,
    ):
        with pytest.raises(ActionUnsupported) as unsupported:
            manager.execute(AmiAction("SKINNYlines"))
        assert unsupported.value.ami == "Invalid/unknown command: SKINNYlines."


@pytest.mark.parametrize("value", ["a\r\nAction: Logoff", "a\nb", "a\0b", "x" * 2000])
def test_what_cannot_be_encoded_is_refused_before_anything_is_sent_and_leaves_nothing_behind(
    value: str,
) -> None:
    with ScriptedServer(asterisk()) as server, connected_link_to(server) as manager:
        before = len(server.peers[0].actions)
        with pytest.raises(InvalidInput) as refused:
            manager.execute(AmiAction("Originate", (("Channel", value),)))
        assert refused.value.problems[0].field == "Channel"
        assert pending(manager) == 0
        manager.ping()
        assert [action["Action"] for action in server.peers[0].actions[before:]] == ["Ping"]


def test_without_a_link_nothing_is_sent() -> None:
    manager = AmiManager(settings_of(ScriptedServerAddress()), LivePicture("main"), timings=CALM)
    with pytest.raises(LinkDown, match="stopped"):
        manager.execute(WRITE)


class ScriptedServerAddress:
    """Where no server is."""

    host = "127.0.0.1"
    port = 9


# No answer in time


@pytest.mark.parametrize("action", [READ, WRITE])
def test_no_answer_in_time_is_a_timeout_that_tells_whether_it_may_have_changed_something(
    action: AmiAction,
) -> None:
    with (
        ScriptedServer(asterisk(Originate=ignore, CoreStatus=ignore)) as server,
        connected_link_to(server) as manager,
    ):
        with pytest.raises(ActionTimeout) as timeout:
            manager.execute(action, timeout=0.1)
        assert timeout.value.changes_pbx is action.changes_pbx
        assert pending(manager) == 0
        assert manager.ping() > 0
        assert manager.status.state is LinkState.CONNECTED


def test_a_late_answer_is_dropped_and_counted_and_no_other_action_gets_it() -> None:
    late: list[Action] = []

    def answer_the_first_late(peer: Peer, action: Action) -> None:
        late.append(action)
        if len(late) == 2:
            peer.reply(late[0], "Message: late")
            peer.reply(late[1], "Message: in time")

    with (
        ScriptedServer(asterisk(CoreStatus=answer_the_first_late)) as server,
        connected_link_to(server) as manager,
    ):
        with pytest.raises(ActionTimeout):
            manager.execute(READ, timeout=0.1)
        assert manager.execute(READ).message == "in time"
        assert manager.metrics.unclaimed_responses == 1


def test_the_items_of_a_late_list_are_not_taken_for_events() -> None:
    asked: list[Action] = []

    def list_late(peer: Peer, action: Action) -> None:
        asked.append(action)
        if len(asked) == 2:  # the first one is the snapshot's
            return
        peer.send_list(action, [], "QueueStatusComplete")

    with ScriptedServer(asterisk(QueueStatus=list_late)) as server, connected_link_to(server) as manager:
        with pytest.raises(ActionTimeout):
            manager.execute(AmiAction("QueueStatus", changes_pbx=False), timeout=0.1)
        await_condition(lambda: len(asked) == 2)
        server.peers[0].send_list(asked[1], [["QueueParams", "Queue: late"]], "QueueStatusComplete")
        manager.ping()
        assert manager.picture.find_queue("late") is None
        assert event_values(manager.picture, "QueueParams", "Queue") == []


# The link dies


@pytest.mark.parametrize("reset", [False, True])
def test_all_waiters_are_released_together_when_the_link_dies(reset: bool) -> None:
    with (
        ScriptedServer(asterisk(Originate=ignore, CoreStatus=ignore)) as server,
        connected_link_to(server) as manager,
    ):
        writes = [Call(manager, WRITE, timeout=PATIENCE) for _ in range(20)]
        reads = [Call(manager, READ, timeout=PATIENCE) for _ in range(20)]
        await_condition(lambda: received(server, "Originate") == received(server, "CoreStatus") == 20)
        assert pending(manager) == 40
        server.peers[0].hang_up(reset=reset)
        for call in (*writes, *reads):
            call.finish()
        assert {type(call.error) for call in writes} == {OutcomeUnknown}
        assert {type(call.error) for call in reads} == {LinkDown}
        assert len({id(call.error) for call in writes}) == 20, "each waiter has an error of its own"


def test_nothing_is_sent_again_after_a_reconnect() -> None:
    with ScriptedServer(asterisk(Originate=ignore)) as server, connected_link_to(server) as manager:
        call = Call(manager, WRITE, timeout=PATIENCE)
        await_condition(lambda: received(server, "Originate") == 1)
        server.peers[0].hang_up()
        call.finish()
        assert isinstance(call.error, OutcomeUnknown)
        await_condition(lambda: len(server.peers) == 2)
        await_state(manager, LinkState.CONNECTED)
        manager.ping()
        assert "Originate" not in [action["Action"] for action in server.peers[1].actions]


def test_stopping_the_link_releases_its_waiters() -> None:
    with ScriptedServer(asterisk(Originate=ignore)) as server, connected_link_to(server) as manager:
        call = Call(manager, WRITE, timeout=PATIENCE)
        await_condition(lambda: received(server, "Originate") == 1)
        manager.stop()
        call.finish()
        assert isinstance(call.error, OutcomeUnknown)


# Bounds


def test_when_too_many_actions_wait_the_next_is_refused_unsent_but_the_keepalive_goes_on() -> None:
    timings = replace(CALM, pending_limit=3, ping_interval=0.05)
    with (
        ScriptedServer(asterisk(Originate=ignore)) as server,
        connected_link_to(server, timings) as manager,
    ):
        calls = [Call(manager, WRITE, timeout=PATIENCE) for _ in range(3)]
        await_condition(
            lambda: [action["Action"] for action in server.peers[0].actions].count("Originate") == 3
        )
        with pytest.raises(RateLimited):
            manager.execute(READ)
        seen = len(server.peers[0].actions)
        await_condition(lambda: len(server.peers[0].actions) >= seen + 3)
        names = {action["Action"] for action in server.peers[0].actions[seen:]}
        assert names == {"Ping"}
        assert manager.status.state is LinkState.CONNECTED
        manager.stop()
        for call in calls:
            call.finish()


def test_a_pbx_that_does_not_read_loses_its_link_instead_of_hanging_callers() -> None:
    honest = asterisk()

    def stop_reading(peer: Peer, _action: Action) -> None:
        peer.stop_reading()

    deaf = asterisk(Originate=stop_reading)
    servers = [deaf, honest]
    over = threading.Event()  # until then nobody else answers the calls, late ones included

    def serve(peer: Peer) -> None:
        if servers == [honest]:
            over.wait(PATIENCE)
        servers.pop(0)(peer)

    big = AmiAction("Originate", tuple((f"Header{n}", "x" * 900) for n in range(120)))
    timings = replace(CALM, send_timeout=0.3)
    with (
        ScriptedServer(serve) as server,
        connected_link_to(server, timings) as manager,
    ):
        calls = [Call(manager, big, timeout=PATIENCE) for _ in range(100)]
        for call in calls:
            call.finish()
        over.set()
        assert {type(call.error) for call in calls} <= {OutcomeUnknown, LinkDown}
        assert any("does not read" in str(call.error) for call in calls)
        await_condition(lambda: len(server.peers) == 2)
        await_state(manager, LinkState.CONNECTED)


# From the wrong thread


def test_an_action_from_inside_on_change_raises_clearly_and_does_not_block_the_reader() -> None:
    errors: list[BaseException] = []
    picture = LivePicture("main")
    with ScriptedServer(asterisk()) as server, connected_link_to(server, picture=picture) as manager:
        raised = threading.Event()

        def execute(_pbx: str) -> None:
            try:
                manager.execute(READ)
            except RuntimeError as error:
                errors.append(error)
                raised.set()
                raise

        picture.on_change = execute
        server.peers[0].send("Event: UserEvent", "Privilege: user,all", "UserEvent: Hello")
        assert raised.wait(PATIENCE)
        picture.on_change = None
        assert "another thread" in str(errors[0])
        assert manager.ping() > 0
        assert len(server.peers) == 1


def test_a_thread_that_gets_the_id_of_a_dead_reader_is_not_taken_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    timings = replace(CALM, retry_lowest=60, retry_highest=60)
    with ScriptedServer(asterisk()) as server, connected_link_to(server, timings) as manager:
        reader_id = live_session(manager)._reader_id
        assert reader_id is not None
        server.peers[0].hang_up()
        await_state(manager, LinkState.RECONNECTING)
        await_condition(lambda: "ami-reader-main" not in [thread.name for thread in threading.enumerate()])
        monkeypatch.setattr(threading, "get_ident", lambda: reader_id)
        with pytest.raises(LinkDown):
            manager.execute(READ)
        monkeypatch.undo()
