from __future__ import annotations

import pytest

from amictl.manager.rights import (
    UserRights,
    describe_missing_actions,
    describe_missing_lists,
    describe_missing_reads,
    read_action_names,
    read_listing,
    read_user_rights,
    show_user,
)
from amictl.protocol import Message, Reply


def reply(*lines: str) -> Reply:
    return Reply("1", Message("\r\n".join(lines).encode()))


def shown_user(read: str, write: str) -> Reply:
    # as Asterisk 22 prints it
    return reply(
        "Response: Success",
        "Message: Command output follows",
        "Output: ",
        "Output:           username: console",
        "Output:             secret: <Set>",
        f"Output:          read perm: {read}",
        f"Output:         write perm: {write}",
    )


def test_the_listed_actions_are_known_by_lower_case_name() -> None:
    names = read_action_names(
        reply(
            "Response: Success",
            "ActionID: 1",
            "QueuePause: Makes a queue member temporarily unavailable.  (Priv: agent,all)",
            "Ping: Keepalive command.  (Priv: <none>)",
        )
    )
    assert names == {"queuepause", "ping"}


def test_what_is_told_of_each_action_is_kept_by_its_name() -> None:
    listing = read_listing(reply("Response: Success", "ActionID: 1", "Ping: Alive?  (Priv: <none>)"))
    assert listing == {"Ping": "Alive?  (Priv: <none>)"}
    assert read_listing(reply("Response: Error", "Message: Permission denied")) is None


def test_a_refused_list_of_actions_is_not_an_empty_list() -> None:
    assert read_action_names(reply("Response: Error", "Message: Permission denied")) is None


def test_the_classes_are_read_from_the_command_line_interface() -> None:
    rights = read_user_rights(shown_user("call,agent", "<none>"))
    assert rights is not None
    assert rights.read == {"call", "agent"}
    assert rights.write == {"<none>"}


def test_output_without_classes_tells_nothing() -> None:
    assert read_user_rights(reply("Response: Success", "Output: There is no manager called x")) is None
    assert read_user_rights(reply("Response: Error", "Message: Permission denied")) is None


def test_missing_read_classes_are_told_with_their_effect() -> None:
    problems = describe_missing_reads(read_user_rights(shown_user("call,system,dialplan", "all")))
    assert problems == ["The AMI user lacks the read class agent: queues do not change."]


@pytest.mark.parametrize("read", ["call,agent,system,all", "system,call,agent,dialplan"])
def test_enough_read_classes_are_no_problem(read: str) -> None:
    assert describe_missing_reads(read_user_rights(shown_user(read, "all"))) == []


def test_unknown_classes_are_no_problem_either() -> None:
    assert describe_missing_reads(None) == []


def test_a_missing_action_names_the_class_or_the_module() -> None:
    problems = describe_missing_actions(["Originate", "QueueStatus", "Ping"], frozenset({"ping"}))
    assert problems == [
        "Originate is not available: the AMI user lacks the write class originate.",
        "QueueStatus is not available: its module is not loaded in Asterisk.",
    ]
    assert describe_missing_actions(["Originate"], None) == []


LISTS = ("ParkedCalls", "PJSIPShowEndpoints", "SIPpeers", "DeviceStateList")


@pytest.mark.parametrize(
    ("actions", "write", "version", "missing"),
    [
        # Nobody told the classes: actions that need just one show it.
        ("parkedcalls setvar", None, "22.1.0", "PJSIPShowEndpoints (system)"),
        ("setvar moduleload", None, "22.1.0", ""),
        ("ping", "reporting", "22.1.0", "ParkedCalls (call), PJSIPShowEndpoints (system)"),
        (
            "ping",
            "log",
            "16.28.0",
            "ParkedCalls (call), PJSIPShowEndpoints (system), SIPpeers (reporting or ",
        ),
        ("ping", "all", "16.28.0", ""),
        ("ping", "system,call", None, ""),
    ],
)
def test_lists_that_a_right_would_give_are_told_and_those_of_missing_modules_are_not(
    actions: str, write: str | None, version: str | None, missing: str
) -> None:
    rights = None if write is None else UserRights(frozenset(), frozenset(write.split(",")))
    problems = " ".join(describe_missing_lists(LISTS, frozenset(actions.split()), rights, version))
    assert bool(problems) == bool(missing)
    assert missing in problems


def test_a_pbx_that_lists_no_actions_tells_nothing_of_lists() -> None:
    assert describe_missing_lists(LISTS, None, None, None) == []


def test_a_user_name_that_is_no_plain_word_is_not_put_into_a_command() -> None:
    commands = frozenset({"command"})
    assert show_user("console", commands) is not None
    assert show_user("con sole; core stop now", commands) is None
    assert show_user("console", frozenset()) is None
    assert show_user("console", None) is None
