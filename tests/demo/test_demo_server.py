"""The demo's server: its settings, and its faults on order."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from simpy import Event

from amictl.config import LinkSettings
from amictl.demo.pacer import Pacer
from amictl.demo.server import DemoServer
from amictl.demo.sessions import AUTH_LIMIT
from amictl.demo.users import AmiUser
from amictl.demo.world import World
from amictl.errors import ConfigurationError
from amictl.manager.findings import Check, Verdict
from amictl.manager.probe import inspect_link
from tests.asterisk.ami_client import AmiClient
from tests.asterisk.server import await_condition
from tests.demo.demo_servers import USERS, make_demo
from tests.patience import PATIENCE


def connect(demo: DemoServer) -> AmiClient:
    return AmiClient(demo.host, demo.ami_port, demo.username, demo.secret)


def test_amictl_itself_finds_a_pbx_with_all_rights(demo: DemoServer) -> None:
    settings = LinkSettings("demo", demo.host, demo.ami_port, demo.username, demo.secret)
    found = {finding.check: finding.verdict for finding in inspect_link(settings, PATIENCE)}
    for check in (Check.REACH, Check.LOGIN, Check.VERSION, Check.RIGHTS, Check.CLOCK):
        assert found[check] is Verdict.FINE


def test_a_lost_link_is_reset_and_can_be_made_again(demo: DemoServer) -> None:
    with connect(demo) as client:
        client.wait_event("SuccessfulAuth")
        demo.lose_link()
        with pytest.raises((ConnectionResetError, EOFError)):  # green sockets say goodbye
            client.next_message()
    with connect(demo) as client:
        assert client.action("Ping")[0]["Ping"] == "Pong"


def test_a_frozen_demo_accepts_and_answers_nothing_until_it_is_thawed(demo: DemoServer) -> None:
    with connect(demo) as client:
        client.action("Ping")
        demo.freeze()
        before = demo.world.now()
        client.send("Ping")
        with pytest.raises(TimeoutError):
            client.next_message(0.3)
        with socket.create_connection((demo.host, demo.ami_port), timeout=0.3) as other:
            with pytest.raises(TimeoutError):
                other.recv(1)
            assert demo.world.now() == before
            demo.thaw()
            assert client.next_message()["Ping"] == "Pong"
            other.settimeout(PATIENCE)
            assert other.recv(100).startswith(b"Asterisk Call Manager")
        await_condition(lambda: demo.world.now() >= before + 0.3, what="the time that passed meanwhile")


def test_a_restart_is_told_and_the_pbx_is_as_new(demo: DemoServer) -> None:
    with connect(demo) as client:
        began = demo.world.started_at
        demo.restart()
        assert client.wait_event("Shutdown") == {
            "Event": "Shutdown",
            "Privilege": "system,all",
            "Shutdown": "Cleanly",
            "Restart": "True",
        }
        with pytest.raises(EOFError):
            client.next_message()
    with connect(demo) as client:
        assert demo.world.started_at > began
        assert int(client.wait_event("FullyBooted")["Uptime"]) <= demo.world.now() - demo.world.started_at


def test_a_stop_is_told_and_the_port_is_free(demo: DemoServer) -> None:
    with connect(demo) as client:
        demo.stop()
        assert client.wait_event("Shutdown")["Restart"] == "False"
        with pytest.raises(EOFError):
            client.next_message()
    with pytest.raises(ConnectionRefusedError):
        connect(demo)
    demo.start()
    with connect(demo) as client:
        assert client.action("Ping")


def test_a_client_that_came_before_the_start_is_served_after_it() -> None:
    demo = make_demo()
    with socket.create_connection((demo.host, demo.ami_port), timeout=PATIENCE) as early, demo:
        assert early.recv(100).startswith(b"Asterisk Call Manager")


def test_who_does_not_log_in_in_time_is_sent_away() -> None:
    with (
        make_demo(auth_timeout=0.2) as demo,
        AmiClient(demo.host, demo.ami_port) as client,
        pytest.raises(EOFError),
    ):
        client.next_message()


def test_too_many_who_do_not_log_in_get_no_banner(demo: DemoServer) -> None:
    waiting = [AmiClient(demo.host, demo.ami_port) for _ in range(AUTH_LIMIT)]
    with socket.create_connection((demo.host, demo.ami_port), timeout=PATIENCE) as one_more:
        assert one_more.recv(100) == b""
    for client in waiting:
        client.close()
    await_condition(lambda: not demo.sessions.all, what="the end of those sessions")
    with connect(demo) as client:
        assert client.action("Ping")


def test_time_passes_at_the_speed_that_was_set() -> None:
    world = World(start=1_000_000.0)
    began_at = time.monotonic()
    with make_demo(world=world, speed=100.0) as demo:
        await_condition(lambda: world.now() > 1_000_050.0, what="fifty seconds of the world")
        took = time.monotonic() - began_at
        assert took > 0.4
        with connect(demo) as client:
            first, second = (float(client.action("Ping")[0]["Timestamp"]) for _ in range(2))
        assert 1_000_050.0 < first < second


def test_a_world_that_cannot_keep_up_is_late_and_says_so() -> None:
    world = World()

    def toil() -> object:
        while True:
            time.sleep(0.05)
            yield world.env.timeout(0.01)

    world.env.process(toil())  # type: ignore[arg-type]
    pacer = Pacer(world)
    pacer.start()
    try:
        await_condition(lambda: pacer.lag > 1.5, what="a lag that can be seen")
    finally:
        pacer.stop()


@pytest.mark.parametrize("speed", [0.0, -1.0, 1e9, float("nan")])
def test_a_speed_out_of_reach_is_refused(speed: float) -> None:
    with pytest.raises(ConfigurationError, match="speed"):
        Pacer(World(), speed)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"username": "a b"}, "cannot be called"),
        ({"username": "general"}, "cannot be called"),
        ({"secret": ""}, "secret"),
        ({"secret": "a b"}, "secret"),
        ({"read": ("nonsense",)}, "no such class"),
        ({"write": ("calls",)}, "no such class"),
        ({"write_timeout": 0.0}, "write timeout"),
        ({"event_filters": ("[",)}, "did not compile"),
    ],
)
def test_a_user_that_asterisk_could_not_have_is_refused(fields: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        AmiUser(**{"username": "amictl", "secret": "secret", **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize("users", [(), (USERS[0], USERS[0])])
def test_users_must_be_some_and_each_once(users: tuple[AmiUser, ...]) -> None:
    with pytest.raises(ConfigurationError, match="at least one AMI user"):
        DemoServer(World(), users=users)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_there_is_not_is_refused(port: int) -> None:
    with pytest.raises(ConfigurationError, match="cannot listen"):
        DemoServer(World(), users=USERS, port=port)


def test_a_taken_port_is_refused(demo: DemoServer) -> None:
    with pytest.raises(ConfigurationError, match="cannot listen"):
        DemoServer(World(), users=USERS, port=demo.ami_port)


def test_a_demo_in_which_nothing_happens_rests() -> None:
    with make_demo() as demo, connect(demo), connect(demo):
        began, used = demo.world.now(), time.process_time()
        await_condition(lambda: demo.world.now() > began + 1.5, what="time without events")
        assert time.process_time() - used < 0.5


def test_thousands_of_events_reach_two_clients_at_little_cost() -> None:
    world = World()

    def talk() -> Iterator[Event]:
        for number in range(5000):
            yield world.env.timeout(1 / 2500)
            world.emit("UserEvent", [("UserEvent", "Word"), ("Number", str(number)), ("Text", "x" * 400)])

    with make_demo(world=world) as demo, connect(demo) as one, connect(demo) as other:
        used = time.process_time()
        with world.lock:
            world.env.process(talk())
        for client in (one, other):
            client.wait_event("UserEvent", Number="4999")
            heard = [event["Number"] for event in client.events if event["Event"] == "UserEvent"]
            assert heard == [str(number) for number in range(5000)]
        assert time.process_time() - used < 0.75  # most of it goes into reading them here
