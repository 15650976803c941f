"""Which CLI commands and applications somebody may use."""

from __future__ import annotations

import pytest

from amictl.errors import InvalidInput, PermissionDenied
from amictl.services.access import Actor, require_application, require_command
from amictl.store import Permission

ALLOWED = ("core show", "queue show", "pjsip show endpoints")


def make_actor(*permissions: Permission, queue_scope: frozenset[str] | None = None) -> Actor:
    return Actor(1, "tester", "Test", frozenset(permissions), None, queue_scope, "session")


RUNNER = make_actor(Permission.COMMAND_RUN)
MASTER = make_actor(Permission.COMMAND_ANY)


@pytest.mark.parametrize(
    ("command", "sent"),
    [
        ("core show", "core show"),
        ("core show channels", "core show channels"),
        ("  core   show\tchannels  ", "core show channels"),
        ("CORE Show Channels", "CORE Show Channels"),
        ("core show channel PJSIP/100-0000001a", "core show channel PJSIP/100-0000001a"),
        ("queue show support", "queue show support"),
        ("pjsip show endpoints", "pjsip show endpoints"),
    ],
)
def test_a_command_whose_first_words_are_allowed_may_be_run(command: str, sent: str) -> None:
    assert require_command(RUNNER, command, ALLOWED) == sent


@pytest.mark.parametrize(
    "command",
    [
        "core shown channels",
        "core showchannels",
        "core sho channels",
        "core",
        "coreshow channels",
        "core stop now",
        "pjsip show endpoint",
        "pjsip show endpointsx",
        "!ls",
        "core show channels; core stop now",
        "core show channels && core stop now",
        "core show channels | sh",
        'core show "channels',
        'core "show" channels',
        "core show\\ channels",
        "core\N{NO-BREAK SPACE}show channels",
        "core show `id`",
        "core show $(id)",
        "core show channels > /tmp/x",
        "",
        "   ",
    ],
)
def test_any_other_command_is_refused(command: str) -> None:
    with pytest.raises((PermissionDenied, InvalidInput)):
        require_command(RUNNER, command, ALLOWED)


@pytest.mark.parametrize(
    "command", ["core show\nchannels", "core show\r\nAction: Reload", "core show\0", "core\vshow channels"]
)
@pytest.mark.parametrize("actor", [RUNNER, MASTER])
def test_control_characters_are_refused_to_everybody(actor: Actor, command: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        require_command(actor, command, ALLOWED)
    assert caught.value.problems[0].field == "command"


def test_who_may_run_any_command_may_run_any_command() -> None:
    assert require_command(MASTER, ' dialplan add extension "1" into x ', ()) == (
        'dialplan add extension "1" into x'
    )


@pytest.mark.parametrize("command", ["", " ", "x" * 901])
def test_a_command_must_fit_into_a_line(command: str) -> None:
    with pytest.raises(InvalidInput):
        require_command(MASTER, command, ALLOWED)


def test_without_either_permission_nothing_may_be_run() -> None:
    with pytest.raises(PermissionDenied, match=r"command\.run"):
        require_command(make_actor(Permission.LIVE_READ), "core show channels", ALLOWED)


def test_an_empty_list_allows_nothing() -> None:
    with pytest.raises(PermissionDenied):
        require_command(RUNNER, "core show channels", ())


def test_who_is_limited_to_some_queues_runs_the_command_that_shows_one_of_them_alone() -> None:
    limited = make_actor(Permission.COMMAND_RUN, queue_scope=frozenset({"support"}))
    assert require_command(limited, "queue show support", ALLOWED) == "queue show support"
    assert require_command(limited, "QUEUE  Show support", ALLOWED) == "QUEUE Show support"
    for command in (
        "queue show", "queue show sales", "queue show rules support", "core show channels", "core show calls",
    ):  # fmt: skip
        with pytest.raises(PermissionDenied):
            require_command(limited, command, ALLOWED)


def test_who_may_run_any_command_but_is_limited_to_some_queues_runs_allowed_ones_alone() -> None:
    limited = make_actor(Permission.COMMAND_ANY, queue_scope=frozenset({"support"}))
    assert require_command(limited, "queue show support", ALLOWED) == "queue show support"
    for command in ("queue add member PJSIP/100 to sales", "queue show sales", "core stop now"):
        with pytest.raises(PermissionDenied):
            require_command(limited, command, ALLOWED)


@pytest.mark.parametrize("application", ["Playback", "playback", "ConfBridge"])
def test_harmless_applications_may_be_called(application: str) -> None:
    require_application(application)


@pytest.mark.parametrize(
    "application", ["System", "TrySystem", "AGI", "Exec", "ExecIf", "Queue", "MixMonitor", "ChanSpy", ""]
)
def test_applications_that_run_programs_write_files_or_listen_in_may_not(application: str) -> None:
    with pytest.raises(InvalidInput):
        require_application(application)
