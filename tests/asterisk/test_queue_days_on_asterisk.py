"""The day of a queue stays right through restarts of either side and lost links, and says what was missed."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import hang_up_all, live_channels, place_call, waiting_callers
from tests.asterisk.server import AsteriskServer
from tests.faults.fault_proxy import FaultProxy
from tests.serving import AmictlServer, StartAmictl, Visit, wait_until

pytestmark = pytest.mark.asterisk

COUNTS = ("offered", "answered", "abandoned", "left", "waiting")


@dataclass(frozen=True)
class Proxied:
    """A PBX behind a proxy that can cut the link."""

    host: str
    ami_port: int
    username: str
    secret: str


@dataclass
class Wallboard:
    """Who looks at an amictl's queues, and makes calls behind its back."""

    pbx: AsteriskServer
    amictl: AmictlServer
    visit: Visit

    @classmethod
    def of(cls, pbx: AsteriskServer, amictl: AmictlServer) -> Wallboard:
        amictl.wait_until_ready()
        return cls(pbx, amictl, amictl.call_api(amictl.make_token()))

    def queue(self, name: str) -> dict[str, Any]:
        answer = self.visit.get("/api/ami/queue/status/", params={"queue": name})
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]["queues"][0]

    def today(self, queue: str) -> dict[str, Any]:
        return self.queue(queue)["today"]

    def counts(self, queue: str) -> dict[str, int]:
        today = self.today(queue)
        counted = {name: today[name] for name in COUNTS}
        assert counted.pop("offered") == sum(counted.values())
        return {name: count for name, count in counted.items() if count}

    def shows(self, queue: str, **counts: int) -> bool:
        return wait_until(lambda: self.counts(queue) == counts) or bool(
            pytest.fail(f"{queue} has {self.today(queue)}, not {counts}")
        )

    def post(self, route: str, **fields: str) -> None:
        answer = self.visit.post(f"/api/ami/{route}", fields)
        assert answer.status_code == 200, answer.text

    def hang_up_all(self) -> None:
        assert wait_until(lambda: hang_up_all(self.pbx) or not live_channels(self.pbx))

    def restart(self, number: int = signal.SIGTERM) -> None:
        self.amictl.stop(number)
        self.begin_again()

    def begin_again(self) -> None:
        self.amictl.start()
        self.amictl.wait_until_ready()
        self.visit.url = self.amictl.url


@pytest.fixture
def pbx(private_asterisk: AsteriskServer) -> AsteriskServer:
    """An Asterisk that is some seconds old: of a younger one nobody can tell later whether it began anew."""
    assert wait_until(lambda: uptime(private_asterisk) > 3)
    return private_asterisk


@pytest.fixture
def board(start_amictl: StartAmictl, pbx: AsteriskServer) -> Wallboard:
    return Wallboard.of(pbx, start_amictl(pbx))


def uptime(pbx: AsteriskServer) -> int:
    """Seconds since Asterisk began."""
    return int(pbx.cli("core show uptime seconds").split()[2])


def give_up(pbx: AsteriskServer, queue: str = "303") -> None:
    """A caller whom nobody answers hangs up after a second."""
    place_call(pbx, queue, caller="2101")


def logged(pbx: AsteriskServer, queue: str, event: str) -> list[str]:
    """What Asterisk's queue log tells with a queue's one event that begins so; times in whole seconds."""
    log = pbx.home / "log" / "queue_log"

    def find() -> list[list[str]]:
        lines = (line.split("|") for line in log.read_text(encoding="utf-8").splitlines())
        return [data for _, _, of, _, kind, *data in lines if of == queue and kind.startswith(event)]

    assert wait_until(find)
    (found,) = find()
    return found


def begin_three_calls(board: Wallboard) -> None:
    """One caller talks, one waits, one gave up."""
    place_call(board.pbx, "300", caller="200")
    place_call(board.pbx, "302")
    give_up(board.pbx)
    board.shows("support", answered=1)
    board.shows("lobby", waiting=1)
    board.shows("nobody", abandoned=1)


def reasons(today: dict[str, Any]) -> list[str]:
    return [period["reason"] for period in today["missed"]]


@pytest.mark.each_version
def test_calls_are_counted_with_their_waits_and_ends(board: Wallboard) -> None:
    place_call(board.pbx, "300", caller="2102")  # answered at once
    board.shows("support", answered=1)
    give_up(board.pbx)
    board.shows("nobody", abandoned=1)
    place_call(board.pbx, "302")
    board.shows("lobby", waiting=1)

    assert wait_until(lambda: board.today("support")["average_talk"] is not None)
    today = board.today("support")
    assert (today["answered_in_level"], today["service_level_perf"]) == (1, 100.0)
    waited, talked = logged(board.pbx, "support", "COMPLETE")[:2]
    assert (today["asa"], today["average_talk"]) == (float(waited), float(talked))
    assert board.today("nobody")["longest_wait"] == float(logged(board.pbx, "nobody", "ABANDON")[2])
    queue = board.queue("lobby")
    assert queue["longest_wait_since"] == queue["callers"][0]["joined_at"]
    board.hang_up_all()
    board.shows("lobby", abandoned=1)
    assert reasons(board.today("lobby")) == ["not_started"]  # of this day, before amictl


def test_a_member_shows_whom_it_talks_to_until_the_call_ends_even_to_a_new_amictl(board: Wallboard) -> None:
    place_call(board.pbx, "300", caller="200")
    board.shows("support", answered=1)

    def member() -> dict[str, Any]:
        members = board.queue("support")["members"]
        return next((each for each in members if each["in_call_with"]), {})

    assert wait_until(member)
    call = member()["in_call_with"]
    assert call["unique_id"] in {channel.unique_id for channel in live_channels(board.pbx)}
    assert member()["status_since"] is not None
    board.restart()
    assert wait_until(member)["in_call_with"] | {"since": call["since"]} == call
    board.hang_up_all()
    assert wait_until(lambda: not member())


def test_a_redirect_counts_as_abandoned_and_a_transfer_ends_the_members_call(board: Wallboard) -> None:
    place_call(board.pbx, "300", caller="200")
    place_call(board.pbx, "302")
    board.shows("support", answered=1)
    board.shows("lobby", waiting=1)

    (waiting,) = board.queue("lobby")["callers"]
    board.post("redirect/", channel=waiting["channel"], exten="201", context="default")
    board.shows("lobby", abandoned=1)
    talking = next(each["in_call_with"] for each in board.queue("support")["members"] if each["in_call_with"])
    board.post("transfer/blind/", channel=talking["unique_id"], exten="201", context="default")
    assert wait_until(lambda: not any(each["in_call_with"] for each in board.queue("support")["members"]))
    assert live_channels(board.pbx)
    board.shows("support", answered=1)


def test_an_amictl_restarted_amid_calls_counts_each_of_them_once(board: Wallboard) -> None:
    begin_three_calls(board)

    board.restart()
    board.shows("support", answered=1)
    board.shows("lobby", waiting=1)
    board.shows("nobody", abandoned=1)
    assert reasons(board.today("support")) == ["not_started"]

    board.hang_up_all()
    board.shows("lobby", abandoned=1)
    board.shows("support", answered=1)
    assert board.today("lobby")["longest_wait"] >= 1  # with its time: it was seen to join and to leave


def test_calls_that_came_while_amictl_was_down_are_counted_and_marked(board: Wallboard) -> None:
    give_up(board.pbx)
    place_call(board.pbx, "302")
    board.shows("nobody", abandoned=1)
    board.shows("lobby", waiting=1)
    board.amictl.stop()

    place_call(board.pbx, "300", caller="2101")
    give_up(board.pbx)
    give_up(board.pbx)
    with AmiClient(board.pbx.host, board.pbx.ami_port, board.pbx.username, board.pbx.secret) as ami:
        assert wait_until(lambda: asterisk_counts(ami, "support") == (1, 0))
        assert wait_until(lambda: asterisk_counts(ami, "nobody") == (0, 3))
    board.hang_up_all()
    board.begin_again()

    board.shows("support", answered=1)
    board.shows("nobody", abandoned=3)
    board.shows("lobby", abandoned=1)
    period = board.today("nobody")["missed"][-1]
    assert (period["reason"], period["answered"], period["abandoned"]) == ("link_lost", 0, 2)
    assert board.today("support")["asa"] is None  # nobody knows how long that caller waited
    assert board.today("sales")["missed"] == board.today("sales")["missed"][:1]


def test_a_killed_amictl_finds_the_seconds_that_it_had_not_stored(board: Wallboard) -> None:
    for number in range(1, 4):
        give_up(board.pbx)
        board.shows("nobody", abandoned=number)
    board.restart(signal.SIGKILL)

    board.shows("nobody", abandoned=3)


def test_a_reset_of_asterisks_counters_leaves_the_day_alone(board: Wallboard) -> None:
    give_up(board.pbx)
    board.shows("nobody", abandoned=1)
    board.pbx.cli("queue reset stats")
    give_up(board.pbx)
    board.shows("nobody", abandoned=2)
    answer = board.visit.post("/api/ami/queue/reset/", {"queue": "nobody"})
    assert answer.json()["data"]["refreshed"], answer.text
    assert board.queue("nobody")["abandoned"] == 0
    give_up(board.pbx)

    board.shows("nobody", abandoned=3)
    assert reasons(board.today("nobody")) == ["not_started"]  # every event was heard


def test_a_reset_while_amictl_was_down_adds_what_came_after_it_and_is_marked(board: Wallboard) -> None:
    for number in (1, 2):
        give_up(board.pbx)
        board.shows("nobody", abandoned=number)
    board.amictl.stop()
    board.pbx.cli("queue reset stats")
    give_up(board.pbx)
    with AmiClient(board.pbx.host, board.pbx.ami_port, board.pbx.username, board.pbx.secret) as ami:
        assert wait_until(lambda: asterisk_counts(ami, "nobody") == (0, 1))
    board.begin_again()

    board.shows("nobody", abandoned=3)
    assert reasons(board.today("nobody"))[-1] == "counters_reset"


def test_a_reload_of_the_module_changes_nothing_and_an_unload_is_survived(board: Wallboard) -> None:
    give_up(board.pbx)
    board.shows("nobody", abandoned=1)
    board.pbx.cli("module reload app_queue.so")
    give_up(board.pbx)
    board.shows("nobody", abandoned=2)
    board.pbx.cli("module unload app_queue.so")
    board.pbx.cli("module load app_queue.so")
    give_up(board.pbx)

    board.shows("nobody", abandoned=3)
    assert reasons(board.today("nobody")) == ["not_started"]


@pytest.mark.parametrize("restart", [AsteriskServer.restart, AsteriskServer.restart_by_console])
def test_a_restart_of_asterisk_is_survived_and_marked(
    board: Wallboard, restart: Callable[[AsteriskServer], None]
) -> None:
    begin_three_calls(board)

    restart_asterisk(board, restart)

    board.shows("support", answered=1)
    assert wait_until(lambda: not board.counts("lobby").get("waiting"))
    assert sum(board.counts("lobby").values()) == 1
    assert wait_until(lambda: reasons(board.today("nobody"))[-1] == "counters_reset")
    give_up(board.pbx)
    board.shows("nobody", abandoned=2)


def test_calls_that_end_while_the_link_is_cut_are_found(
    start_amictl: StartAmictl, pbx: AsteriskServer
) -> None:
    with FaultProxy(pbx.host, pbx.ami_port) as proxy:
        server = start_amictl(Proxied(proxy.host, proxy.port, pbx.username, pbx.secret))
        board = Wallboard.of(pbx, server)
        place_call(pbx, "300", caller="200")
        place_call(pbx, "302")
        board.shows("support", answered=1)
        board.shows("lobby", waiting=1)

        proxy.freeze()
        give_up(pbx)
        board.hang_up_all()
        place_call(pbx, "302")
        assert wait_until(lambda: waiting_callers(pbx, "lobby") == 1)
        proxy.cut()
        proxy.thaw()

        board.shows("support", answered=1)
        board.shows("lobby", abandoned=1, waiting=1)
        board.shows("nobody", abandoned=1)
        assert reasons(board.today("lobby"))[-1] == "link_lost"
        assert reasons(board.today("support")) == ["not_started"]
        board.hang_up_all()
        board.shows("lobby", abandoned=2)


def asterisk_counts(ami: AmiClient, queue: str) -> tuple[int, int]:
    """What Asterisk itself counts: completed and abandoned calls."""
    item = next(item for item in ami.action("QueueStatus", Queue=queue) if item.get("Event") == "QueueParams")
    return int(item["Completed"]), int(item["Abandoned"])


def restart_asterisk(board: Wallboard, restart: Callable[[AsteriskServer], None]) -> None:
    """Restart it as an administrator does, and wait until amictl has a picture of the new one."""
    before = board.visit.get("/api/ami/queue/status/").json()["data"]["epoch"]
    restart(board.pbx)

    def is_new() -> bool:
        answer = board.visit.get("/api/ami/queue/status/")
        return answer.status_code == 200 and answer.json()["data"]["epoch"] != before

    assert wait_until(is_new)
    board.amictl.wait_until_ready()
