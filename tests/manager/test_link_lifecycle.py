"""Starting and stopping a link from whatever state it is in."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from amictl.config import LinkSettings
from amictl.manager import AmiManager, LinkTimings, supervisor
from amictl.manager.name_lookup import NameLookup
from amictl.manager.transport import Transport
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.links.value import LinkState
from tests.asterisk.server import await_condition
from tests.faults.links import CALM, READ, Call, await_state, connected_link_to, link_to, settings_of
from tests.faults.scripted_server import BANNER, HonestAsterisk, Peer, ScriptedServer, ignore
from tests.patience import PATIENCE

PROMPT = 30.0  # seconds: far less than anything that a link waits for here


def links_threads() -> list[str]:
    """Return the names of the living threads of links."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("ami-")]


def stop_promptly(manager: AmiManager) -> None:
    """Stop a link, and check that it was quick and left nothing behind."""
    started = time.monotonic()
    manager.stop()
    assert time.monotonic() - started < PROMPT
    assert manager.status.state is LinkState.STOPPED
    assert manager.picture.link.state is LinkState.STOPPED
    await_condition(lambda: not links_threads(), what="the end of the link's threads")


def wait_for_action(name: str) -> Callable[[ScriptedServer], bool]:
    def seen(server: ScriptedServer) -> bool:
        return any(action["Action"] == name for peer in server.peers for action in peer.actions)

    return seen


def connected(server: ScriptedServer) -> bool:
    return bool(server.peers)


@pytest.mark.parametrize(
    ("script", "reached"),
    [
        pytest.param(lambda peer: peer.stop_reading(), connected, id="before the banner"),
        pytest.param(
            HonestAsterisk({"Challenge": ignore}), wait_for_action("Challenge"), id="in the challenge"
        ),
        pytest.param(HonestAsterisk({"Login": ignore}), wait_for_action("Login"), id="in the login"),
        pytest.param(
            HonestAsterisk({"CoreShowChannels": ignore}),
            wait_for_action("CoreShowChannels"),
            id="in the snapshot",
        ),
    ],
)
def test_a_stop_is_prompt_while_the_link_is_being_made(
    script: Callable[[Peer], None], reached: Callable[[ScriptedServer], bool]
) -> None:
    with ScriptedServer(script) as server, link_to(server) as manager:
        await_condition(lambda: reached(server))
        stop_promptly(manager)


def test_a_stop_is_prompt_in_a_tls_handshake() -> None:
    with ScriptedServer(lambda peer: peer.stop_reading()) as server, link_to(server, tls=True) as manager:
        await_condition(lambda: server.peers)
        stop_promptly(manager)


def test_a_stop_is_prompt_while_a_connection_is_not_answered() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        address = deaf.getsockname()
        crowd = [socket.socket() for _ in range(4)]  # a full backlog: further SYNs are dropped
        for one in crowd:
            one.setblocking(False)
            one.connect_ex(address)
        settings = replace(settings_of(ScriptedAddress(*address)), secret="x")
        manager = AmiManager(settings, LivePicture("main"), timings=CALM)
        manager.start()
        await_state(manager, LinkState.CONNECTING, LinkState.RECONNECTING)
        stop_promptly(manager)
        for one in crowd:
            one.close()


class ScriptedAddress:
    """An address to connect to."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port


def test_a_stop_is_prompt_while_a_name_is_being_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answer = threading.Event(), threading.Event()

    def hang(*_args: object, **_options: object) -> list[object]:
        asked.set()
        answer.wait(PATIENCE)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    settings = replace(settings_of(ScriptedAddress("slow.example", 5038)))
    manager = AmiManager(settings, LivePicture("main"))
    manager.start()
    assert asked.wait(PATIENCE)
    started = time.monotonic()
    manager.stop()
    assert time.monotonic() - started < PROMPT
    answer.set()
    await_condition(lambda: not links_threads())


def test_a_stop_that_comes_just_as_the_connection_is_made_is_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    open_really = supervisor.open_transport
    stoppers: list[threading.Thread] = []

    def open_while_stopped(
        settings: LinkSettings, timings: LinkTimings, stopping: threading.Event, names: NameLookup
    ) -> Transport:
        transport = open_really(settings, timings, stopping, names)
        stopper = threading.Thread(target=manager.stop)
        stopper.start()
        stoppers.append(stopper)
        assert stopping.wait(PATIENCE)
        return transport

    monkeypatch.setattr(supervisor, "open_transport", open_while_stopped)
    with ScriptedServer(lambda peer: peer.stop_reading()) as server:
        manager = AmiManager(settings_of(server), LivePicture("main"), timings=CALM)
        started = time.monotonic()
        manager.start()
        await_condition(lambda: stoppers)
        stoppers[0].join(PATIENCE)
        assert time.monotonic() - started < PROMPT
        assert manager.status.state is LinkState.STOPPED


def test_a_stop_is_prompt_in_a_long_wait_for_the_next_try() -> None:
    timings = replace(CALM, retry_lowest=60, retry_highest=60)
    with ScriptedServer(lambda peer: peer.hang_up()) as server, link_to(server, timings) as manager:
        await_state(manager, LinkState.RECONNECTING)
        stop_promptly(manager)


def test_a_stop_logs_off() -> None:
    with ScriptedServer(HonestAsterisk()) as server, connected_link_to(server) as manager:
        stop_promptly(manager)
        assert server.peers[0].actions[-1]["Action"] == "Logoff"


def test_a_stop_does_not_wait_for_a_pbx_that_ignores_the_logoff() -> None:
    with ScriptedServer(HonestAsterisk({"Logoff": ignore})) as server, connected_link_to(server) as manager:
        stop_promptly(manager)


def test_a_stop_is_prompt_though_actions_wait() -> None:
    honest = HonestAsterisk({"CoreStatus": ignore})
    with ScriptedServer(honest) as server, connected_link_to(server) as manager:
        call = Call(manager, READ, timeout=PATIENCE)
        await_condition(lambda: wait_for_action("CoreStatus")(server))
        stop_promptly(manager)
        call.finish()


def test_a_second_start_or_stop_does_nothing() -> None:
    with ScriptedServer(HonestAsterisk()) as server, connected_link_to(server) as manager:
        manager.start()
        manager.start()
        assert manager.ping() > 0
        assert len(server.peers) == 1
        manager.stop()
        manager.stop()
        assert len(server.peers) == 1


def test_a_link_that_was_never_started_can_be_stopped() -> None:
    manager = AmiManager(settings_of(ScriptedAddress("127.0.0.1", 9)), LivePicture("main"))
    manager.stop()
    assert manager.status.state is LinkState.STOPPED


def test_a_stopped_link_can_be_started_again() -> None:
    with ScriptedServer(HonestAsterisk()) as server, connected_link_to(server) as manager:
        manager.stop()
        manager.start()
        await_state(manager, LinkState.CONNECTED)
        assert manager.ping() > 0
        assert len(server.peers) == 2


def test_starts_and_stops_from_many_threads_leave_one_state() -> None:
    with ScriptedServer(HonestAsterisk()) as server, link_to(server) as manager:
        threads = [
            threading.Thread(target=manager.start if number % 2 else manager.stop) for number in range(12)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        manager.start()
        await_state(manager, LinkState.CONNECTED)
        stop_promptly(manager)


def test_the_states_of_a_link_are_shown_in_order() -> None:
    shown: list[LinkState] = []
    picture = LivePicture("main")
    picture.on_change = lambda _pbx: shown.append(picture.link.state)
    with ScriptedServer(HonestAsterisk()) as server, connected_link_to(server, picture=picture) as manager:
        manager.stop()
    distinct = [state for index, state in enumerate(shown) if index == 0 or shown[index - 1] is not state]
    assert distinct == [
        LinkState.STOPPED,
        LinkState.CONNECTING,
        LinkState.AUTHENTICATING,
        LinkState.SYNCHRONIZING,
        LinkState.CONNECTED,
        LinkState.STOPPED,
    ]


def test_a_listener_that_raises_does_not_stop_the_link() -> None:
    picture = LivePicture("main")

    def fail(_pbx: str) -> None:
        raise ValueError("a defect of the listener")

    with ScriptedServer(HonestAsterisk(greeting=BANNER)) as server:
        manager = AmiManager(settings_of(server), picture, timings=CALM)
        picture.on_change = fail
        manager.start()
        await_state(manager, LinkState.CONNECTED)
        assert manager.ping() > 0
        manager.stop()
