"""``flask ami`` against real Asterisk; the PBX's own command line is the judge."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator

import pytest

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import live_channels, place_call
from tests.asterisk.fixtures import BedPbx, end_calls
from tests.fork_server import run_command
from tests.patience import PATIENCE
from tests.serving import AmictlServer, StartAmictl, wait_until

pytestmark = pytest.mark.asterisk

Ami = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def ami_command(start_amictl: StartAmictl, asterisk_22: BedPbx) -> Iterator[Ami]:
    """Run ``flask ami …`` beside a running amictl, as a person on its machine would."""
    yield command_runner(start_amictl(asterisk_22))
    end_calls(asterisk_22)


def command_runner(server: AmictlServer) -> Ami:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AMICTL_")}
    environment |= {"AMICTL_INSTANCE": str(server.instance)}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return run_command(["ami", *words], environment, timeout=PATIENCE)

    return run


def test_channels_and_queues_are_listed_for_people_and_for_programs(
    ami_command: Ami, asterisk_22: BedPbx
) -> None:
    place_call(asterisk_22, "200")
    assert wait_until(lambda: len(live_channels(asterisk_22)) == 2)
    shown = ami_command("channels")
    assert shown.returncode == 0, shown.stderr
    heading, *rows = shown.stdout.splitlines()
    assert heading.split() == ["CHANNEL", "STATE", "CALLER", "CONNECTED", "TO", "EXTENSION", "APPLICATION"]
    assert {row.split()[0] for row in rows} == {each.name for each in live_channels(asterisk_22)}
    told = json.loads(ami_command("channels", "--json").stdout)
    assert {each["unique_id"] for each in told["channels"]} == {
        each.unique_id for each in live_channels(asterisk_22)
    }
    assert "support" in ami_command("queues").stdout
    assert "PJSIP/100" in ami_command("queues", "support").stdout


def test_a_call_is_placed_waited_for_and_hung_up(ami_command: Ami, asterisk_22: BedPbx) -> None:
    place = ("--exten", "200", "--context", "default", "--wait")
    answered = ami_command("originate", "Local/200@default", *place)
    assert answered.returncode == 0, answered.stdout + answered.stderr
    assert answered.stdout.startswith("Answered")
    names = [each.name for each in live_channels(asterisk_22)]
    assert names
    ended = ami_command("hangup", *names[:1])
    assert ended.returncode == 0, ended.stdout
    assert wait_until(lambda: names[0] not in {each.name for each in live_channels(asterisk_22)})
    unknown = ami_command("hangup", "Local/nobody@nowhere-0001;1")
    assert unknown.returncode == 1
    assert "no such channel" in unknown.stdout.lower()


def test_a_call_that_is_not_answered_fails_the_command(ami_command: Ami) -> None:
    place = ("--exten", "200", "--context", "default", "--wait")
    busy = ami_command("originate", "Local/202@default/n", *place)
    assert busy.returncode == 1
    assert not busy.stdout.startswith("Answered")
    wrong = ami_command("originate", "Local/200@default", "--variable", "NAME", *place)
    assert wrong.returncode == 2
    assert "NAME=VALUE" in wrong.stderr


def test_a_member_is_paused_with_a_reason_and_unpaused(ami_command: Ami, asterisk_22: BedPbx) -> None:
    done = ami_command("pause", "PJSIP/101", "--queue", "support", "--reason", "Piano lesson")
    assert done.returncode == 0, done.stderr
    assert "paused:Piano lesson" in asterisk_22.cli("queue show support")
    assert ami_command("pause", "PJSIP/101", "--queue", "support", "--unpause").returncode == 0
    assert "paused:Piano lesson" not in asterisk_22.cli("queue show support")
    assert "is no member" in ami_command("pause", "PJSIP/999", "--queue", "support").stderr


def test_events_follow_until_the_count_and_commands_print_their_output(
    ami_command: Ami, asterisk_22: BedPbx
) -> None:
    watching = command_watch(ami_command, asterisk_22)
    assert [each["event"] for each in watching] == ["Newchannel", "Newchannel"]
    assert ami_command("ping").stdout.startswith("main answers in ")
    printed = ami_command("command", "core", "show", "version")
    assert printed.stdout.startswith("Asterisk "), printed.stderr


def command_watch(ami_command: Ami, asterisk_22: BedPbx) -> list[dict[str, str]]:
    calls = threading.Thread(target=keep_calling, args=(asterisk_22, stop := threading.Event()))
    calls.start()
    try:
        shown = ami_command("events", "--name", "newchannel", "--count", "2", "--json")
    finally:
        stop.set()
        calls.join()
    assert shown.returncode == 0, shown.stderr
    return [json.loads(line) for line in shown.stdout.splitlines()]


def keep_calling(asterisk_22: BedPbx, stop: threading.Event) -> None:
    while not stop.wait(0.5):
        place_call(asterisk_22, "2101")


def test_a_caller_id_acts_on_no_terminal_and_stays_whole_in_json(
    ami_command: Ami, asterisk_22: BedPbx
) -> None:
    name = "x\x1b]0;owned\x07\u202e\x9b"
    with AmiClient(
        asterisk_22.host, asterisk_22.ami_port, asterisk_22.username, asterisk_22.secret
    ) as second:
        second.action(
            "Originate",
            Channel="Local/200@default/n",
            Application="Wait",
            Data="300",
            CallerID=f'"{name}" <100>',
            Async="true",
        )
    assert wait_until(lambda: len(live_channels(asterisk_22)) == 2)
    shown = ami_command("channels").stdout
    assert r"x\u001b]0;owned\u0007\u202e\u009b <100>" in shown
    assert not [each for each in shown if not each.isprintable() and each != "\n"]
    told = ami_command("channels", "--json").stdout
    assert not [each for each in told if not each.isprintable() and each != "\n"]
    assert name in {each["caller_id_name"] for each in json.loads(told)["channels"]}
