from __future__ import annotations

import pytest

from amictl.manager.rights import (
    UserRights,
    describe_missing_classes,
    describe_missing_lists,
    explain_unlisted,
    read_action_names,
    read_listing,
    read_user_rights,
    show_section,
    show_user,
)
from amictl.manager.stanza import MANAGER_STANZA, READ_CLASSES
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


def missing(read: str, write: str = "all") -> list[str]:
    return describe_missing_classes(read_user_rights(shown_user(read, write)), frozenset(), "22.1.0")


def test_missing_read_classes_are_told_with_their_effect() -> None:
    assert missing("system,call,user,dtmf,reporting,dialplan") == [
        f"The AMI user lacks the read class agent: {READ_CLASSES['agent']}."
    ]


def test_each_class_that_the_stanza_asks_for_is_named_when_it_is_missing() -> None:
    lines = dict(line.split(" = ") for line in MANAGER_STANZA.splitlines() if " = " in line)
    sentences = missing("<none>", "<none>")
    assert [sentence.partition(":")[0] for sentence in sentences] == [
        f"The AMI user lacks the {label} class {name}"
        for label in ("read", "write")
        for name in lines[label].split(",")
    ]
    assert missing(lines["read"], lines["write"]) == []
    assert missing("all", "all") == []


def test_write_classes_that_nobody_tells_are_found_by_what_the_pbx_lists() -> None:
    listed = frozenset(["ping", "queuestatus", "originate", "setvar", "coreshowchannels", "confbridgelist"])
    told = describe_missing_classes(None, listed, "22.1.0")
    lacking = [each.partition(":")[0].rpartition(" ")[2] for each in told[1:]]
    assert lacking == ["system", "agent", "user", "command"]
    without_queues = describe_missing_classes(None, listed - {"queuestatus"}, "22.1.0")
    assert not any("class agent" in each for each in without_queues), "perhaps it has no app_queue"
    assert told[0] == "The PBX does not tell which read classes the AMI user has."
    assert describe_missing_classes(None, None, None) == told[:1]


def section(*lines: str) -> Reply:
    # as Asterisk 22 answers GetConfig
    numbered = [f"Line-000000-{number:06}: {line}" for number, line in enumerate(lines)]
    return reply("Response: Success", "ActionID: 1", "Category-000000: panel", *numbered)


def test_what_a_section_of_the_file_says_stands_in_for_the_cli_and_tells_filters() -> None:
    told = section("secret=x", "read=call,agent", "write=system", "eventfilter=!Event: Hangup")
    rights = read_user_rights(None, told)
    assert rights == UserRights(frozenset({"call", "agent"}), frozenset({"system"}), frozenset({"Hangup"}))
    in_force = read_user_rights(shown_user("all", "all"), told)
    assert in_force == UserRights(frozenset({"all"}), frozenset({"all"}), frozenset({"Hangup"}))
    assert read_user_rights(None, section()) is None
    assert read_user_rights(None, reply("Response: Error", "Message: Permission denied")) is None


def test_a_list_that_must_be_there_is_missed_for_its_module_or_for_a_class() -> None:
    everything = UserRights(frozenset({"all"}), frozenset({"all"}))
    names, listed = ["QueueStatus", "BridgeList"], frozenset({"bridgelist"})
    (sentence,) = describe_missing_lists(names, listed, everything, "22.1.0")
    assert "QueueStatus needs the module app_queue" in sentence
    assert describe_missing_lists(names, None, everything, "22.1.0") == []
    nothing = UserRights(frozenset(), frozenset())
    assert describe_missing_lists(["CoreShowChannels"], frozenset({"ping"}), nothing, "22.1.0") == [
        "The AMI user lacks the write class reporting or system for CoreShowChannels."
    ]


LISTS = ("ParkedCalls", "PJSIPShowEndpoints", "SIPpeers", "DeviceStateList")


@pytest.mark.parametrize(
    ("actions", "write", "version", "lacking"),
    [
        # Nobody told the classes: actions that need just one show it.
        ("parkedcalls setvar", None, "22.1.0", "PJSIPShowEndpoints"),
        ("setvar moduleload", None, "22.1.0", ""),
        ("ping", "reporting", "22.1.0", "ParkedCalls PJSIPShowEndpoints"),
        ("ping", "log", "16.28.0", "ParkedCalls PJSIPShowEndpoints SIPpeers DeviceStateList"),
        ("ping", "all", "16.28.0", ""),
        ("ping", "system,call", None, ""),
    ],
)
def test_lists_that_a_right_would_give_are_told_and_those_of_missing_modules_are_not(
    actions: str, write: str | None, version: str | None, lacking: str
) -> None:
    rights = None if write is None else UserRights(frozenset(), frozenset(write.split(",")))
    told = explain_unlisted(LISTS, frozenset(actions.split()), rights, version)
    assert " ".join(told) == lacking
    assert all("lacks the write class" in sentence and name in sentence for name, sentence in told.items())


def test_a_pbx_that_lists_no_actions_tells_nothing_of_lists() -> None:
    assert explain_unlisted(LISTS, None, None, None) == {}


def test_the_file_is_asked_for_where_the_pbx_lets_us_and_only_for_our_section() -> None:
    action = show_section("panel", frozenset({"getconfig"}))
    assert action is not None
    assert action.headers == (("Filename", "manager.conf"), ("Category", "panel"))
    assert not action.changes_pbx
    assert show_section("panel", frozenset({"ping"})) is None
    assert show_section("panel", None) is None


def test_a_user_name_that_is_no_plain_word_is_not_put_into_a_command() -> None:
    commands = frozenset({"command"})
    assert show_user("console", commands) is not None
    assert show_user("con sole; core stop now", commands) is None
    assert show_user("console", frozenset()) is None
    assert show_user("console", None) is None
