"""What becomes of members: added, removed, paused, reloaded, kept; with the events and log of Asterisk."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from amictl.demo.queues.loading import Parts
from amictl.demo.queues.members import DEVICE_STATES, Member
from amictl.demo.queues.queue import CallQueue
from amictl.demo.queues.queues import Result
from amictl.demo.queues.settings import MemberSettings
from amictl.demo.world import CONFIGURATION, World

START = 1_800_000_000.0
EXTENSIONS = "[agents]\nexten => _5XX,1,Wait(10)\n"
PHONES = "[1001]\ntype=endpoint\naors=1001\n[1001]\ntype=aor\n[1002]\ntype=endpoint\naors=1002\n"
QUEUES = """\
[general]
persistentmembers=yes
log_membername_as_agent=yes
[support]
ringinuse=no
strategy=linear
member=>PJSIP/1001,0,Anna
[sales]
member=>PJSIP/1001,0,Anna
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(CONFIGURATION, tmp_path, dirs_exist_ok=True)
    (tmp_path / "extensions.conf").write_text(EXTENSIONS)
    (tmp_path / "pjsip.conf").write_text(PHONES)
    (tmp_path / "queues.conf").write_text(QUEUES)
    (tmp_path / "queuerules.conf").write_text("[widen]\npenaltychange=>30,3\n")
    return tmp_path


@pytest.fixture
def world(folder: Path) -> World:
    world = World(folder, start=START)
    plug_in(world, "1001", "1002")
    return world


def plug_in(world: World, *numbers: str) -> None:
    for number in numbers:
        phone = world.phones.get(number)
        assert phone
        phone.plug_in()
    let_devices_tell(world)


def let_devices_tell(world: World) -> None:
    """Let the moment pass after which device states are told."""
    world.run_until(world.now() + 0.01)


class Ear:
    """Hears the events of a world, as names with headers."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._heard: list[dict[str, str]] = []
        world.listen(lambda event: self._heard.append(dict(_lines(event.raw))))

    def told(self) -> list[str]:
        """What was told since the last time, shortened to what matters here."""
        let_devices_tell(self._world)
        heard, self._heard = self._heard, []
        return [_shorten(event) for event in heard if _is_wanted(event["Event"])]


def _lines(raw: bytes) -> list[tuple[str, str]]:
    pairs = (line.partition(": ") for line in raw.decode().strip().split("\r\n"))
    return [(name, value) for name, _, value in pairs]


def _is_wanted(name: str) -> bool:
    return name == "DeviceStateChange" or name.startswith("Queue")


def _shorten(event: dict[str, str]) -> str:
    if event["Event"] == "DeviceStateChange":
        return f"{event['Device']} {event['State']}"
    return f"{event['Event']} {event['Queue']} {event['MemberName']}"


def get_queue(world: World, name: str) -> CallQueue:
    queue = world.queues.get(name)
    assert queue
    return queue


def get_member(world: World, queue: str, interface: str) -> Member:
    member = get_queue(world, queue).members.get(interface)
    assert member
    return member


def write_log(world: World) -> list[str]:
    """The queue log without times and the line of the start."""
    return ["|".join(map(str, entry[1:])) for entry in list(world.queues.log)[1:]]


def make_settings(interface: str, name: str = "", **values: int) -> MemberSettings:
    return MemberSettings(interface, name, "", **values)


def test_a_world_has_the_queues_of_its_files_in_the_order_of_asterisks_hash(world: World) -> None:
    assert [queue.name for queue in world.queues] == ["support", "sales"]
    member = get_member(world, "SUPPORT", "pjsip/1001")
    assert DEVICE_STATES[member.status] == "NOT_INUSE"
    assert member.headers("support") == [
        ("Queue", "support"), ("MemberName", "Anna"), ("Interface", "PJSIP/1001"),
        ("StateInterface", "PJSIP/1001"), ("Membership", "static"), ("Penalty", "0"), ("CallsTaken", "0"),
        ("LastCall", "0"), ("LastPause", "0"), ("LoginTime", "1800000000"), ("InCall", "0"), ("Status", "1"),
        ("Paused", "0"), ("PausedReason", ""), ("Ringinuse", "0"), ("Wrapuptime", "0"),
    ]  # fmt: skip
    assert [rule.name for rule in world.queues.rules] == ["widen"]


def test_what_asterisk_says_at_its_start_nobody_hears(folder: Path) -> None:
    world = World(folder, start=START)
    ear = Ear(world)
    assert ear.told() == []


def test_a_phone_that_signs_in_makes_its_member_available_in_all_queues(folder: Path) -> None:
    world = World(folder, start=START)
    ear = Ear(world)
    assert DEVICE_STATES[get_member(world, "sales", "PJSIP/1001").status] == "UNAVAILABLE"
    plug_in(world, "1001")
    assert ear.told() == [
        "PJSIP/1001 NOT_INUSE",
        "QueueMemberStatus support Anna",
        "QueueMemberStatus sales Anna",
        "Queue:support_avail NOT_INUSE",
        "Queue:sales_avail NOT_INUSE",
    ]


def test_a_member_is_added_once_and_removed_only_when_it_was_added(world: World) -> None:
    ear = Ear(world)
    add, remove = world.memberships.add, world.memberships.remove
    assert add("support", make_settings("PJSIP/1002", "Ben", penalty=2), "Tea") is Result.DONE
    assert ear.told() == [
        "QueueMemberAdded support Ben",
        "Queue:support_pause_PJSIP/1002 NOT_INUSE",
    ]
    ben = get_member(world, "support", "PJSIP/1002")
    assert (ben.is_dynamic, ben.ring_in_use, ben.penalty, ben.reason) == (True, False, 2, "Tea")
    assert add("support", make_settings("pjsip/1002")) is Result.EXISTS
    assert add("nowhere", make_settings("PJSIP/1002")) is Result.NO_SUCH_QUEUE
    assert remove("support", "PJSIP/1001") is Result.NOT_DYNAMIC
    assert remove("nowhere", "PJSIP/1001") is Result.NO_SUCH_QUEUE
    assert remove("support", "PJSIP/1002") is Result.DONE
    assert remove("support", "PJSIP/1002") is Result.NO_SUCH_MEMBER
    assert ear.told() == ["QueueMemberRemoved support Ben"]


def test_pausing_in_all_queues_is_logged_for_all_and_each_and_the_reason_goes_with_the_pause(
    world: World,
) -> None:
    ear = Ear(world)
    assert world.memberships.pause("", "PJSIP/1001", paused=True, reason="Lunch")
    assert not world.memberships.pause("support", "PJSIP/9", paused=True)
    assert set(ear.told()) == {
        "QueueMemberPause support Anna", "QueueMemberPause sales Anna",
        "Queue:support_pause_PJSIP/1001 INUSE", "Queue:sales_pause_PJSIP/1001 INUSE",
        "Queue:support_avail INUSE", "Queue:sales_avail INUSE",
    }  # fmt: skip
    member = get_member(world, "sales", "PJSIP/1001")
    assert (member.paused, member.reason, member.last_pause) == (True, "Lunch", int(START))
    world.memberships.pause("sales", "PJSIP/1001", paused=False, reason="back")
    assert (member.paused, member.reason) == (False, "")
    assert write_log(world) == [
        "NONE|NONE|Anna|PAUSEALL|Lunch",
        "NONE|support|Anna|PAUSE|Lunch",
        "NONE|sales|Anna|PAUSE|Lunch",
        "NONE|sales|Anna|UNPAUSE|back",
    ]


def test_penalty_and_ring_in_use_change_in_one_queue_or_in_all(world: World) -> None:
    ear = Ear(world)
    assert world.memberships.set_penalty("", "PJSIP/1001", 4)
    assert not world.memberships.set_penalty("", "PJSIP/1001", -1)
    assert not world.memberships.set_penalty("nowhere", "PJSIP/1001", 1)
    assert world.memberships.set_ring_in_use("support", "PJSIP/1001", ring_in_use=True)
    assert get_member(world, "support", "PJSIP/1001").ring_in_use
    assert ear.told() == [
        "QueueMemberPenalty support Anna",
        "QueueMemberPenalty sales Anna",
        "QueueMemberRinginuse support Anna",
    ]
    assert write_log(world) == [
        "NONE|support|PJSIP/1001|PENALTY|4",
        "NONE|sales|PJSIP/1001|PENALTY|4",
        "NONE|support|PJSIP/1001|RINGINUSE|1",
    ]


def test_dynamic_members_are_kept_in_the_database_as_asterisk_keeps_them(world: World, folder: Path) -> None:
    world.memberships.add("support", make_settings("PJSIP/1002", "Ben", penalty=3, wrap_up_time=4))
    world.memberships.add("support", make_settings("Local/501@agents/n"))
    world.memberships.pause("support", "PJSIP/1002", paused=True, reason="Tea")
    kept = world.database.get("Queue/PersistentMembers", "support")
    local = "Local/501@agents/n"
    assert kept == f"PJSIP/1002;3;1;Ben;PJSIP/1002;Tea;4|{local};0;0;{local};{local};;0"
    again = World(folder, start=START + 60)
    again.database.put("Queue/PersistentMembers", "support", kept)
    again.memberships.restore()
    ben = get_member(again, "support", "PJSIP/1002")
    assert (ben.name, ben.penalty, ben.paused, ben.reason, ben.wrap_up_time) == ("Ben", 3, True, "Tea", 4)
    again.memberships.remove("support", "PJSIP/1002")
    again.memberships.remove("support", local)
    assert again.database.get("Queue/PersistentMembers", "support") is None


def test_a_restart_forgets_counters_and_keeps_the_members_of_the_database(world: World) -> None:
    world.memberships.add("support", make_settings("PJSIP/1002", "Ben"))
    get_queue(world, "support").counters.abandon(in_level=True)
    get_member(world, "sales", "PJSIP/1001").calls = 3
    world.restart()
    assert get_member(world, "support", "PJSIP/1002").is_dynamic
    assert get_queue(world, "support").counters.abandoned == 0
    assert get_member(world, "sales", "PJSIP/1001").calls == 0
    assert [entry.event for entry in world.queues.log] == ["QUEUESTART"]


def test_a_reload_of_files_that_did_not_change_changes_nothing(world: World) -> None:
    before = get_member(world, "support", "PJSIP/1001")
    world.run_until(START + 10)
    world.queue_loader.load()
    assert get_member(world, "support", "PJSIP/1001") is before


def test_a_reload_brings_and_takes_queues_and_members_and_keeps_what_members_did(
    world: World, folder: Path
) -> None:
    anna = get_member(world, "support", "PJSIP/1001")
    anna.calls, anna.last_call = 3, 77
    world.memberships.pause("support", "PJSIP/1001", paused=True, reason="Tea")
    world.run_until(START + 10)
    (folder / "queues.conf").write_text(
        "[support]\nstrategy=linear\nringinuse=yes\nmember=>PJSIP/1001,2,Ann\n[billing]\nmember=>PJSIP/1002\n"
    )
    world.queue_loader.load()
    assert [queue.name for queue in world.queues] == ["billing", "support"]
    again = get_member(world, "support", "PJSIP/1001")
    assert (again.name, again.penalty, again.calls, again.last_call) == ("Ann", 2, 3, 77)
    assert (again.paused, again.reason, again.logged_in) == (True, "", int(START) + 10)
    assert not world.queues.general.persistent_members


def test_a_reload_of_members_alone_leaves_the_settings(world: World, folder: Path) -> None:
    (folder / "queues.conf").write_text("[support]\ntimeout=3\nmember=>PJSIP/1002\n[new]\n")
    world.queue_loader.load(Parts.MEMBERS, "support")
    support = get_queue(world, "support")
    assert [member.interface for member in support.members] == ["PJSIP/1002"]
    assert support.settings.timeout == 15
    assert world.queues.get("new") is None
    assert world.queues.get("sales") is not None
