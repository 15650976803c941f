"""Builders and catalogue belong together: what one makes the other takes, argument by argument."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable

import pytest

from amictl.errors import InvalidInput
from amictl.pbx import actions
from amictl.pbx.catalogue import CATALOGUE, Kind, KnownAction, check
from amictl.protocol import Action
from tests.pbx.builder_calls import CALLS

BUILDERS: dict[str, Callable[..., Action]] = {
    name: member
    for name in actions.__all__
    if inspect.isfunction(member := getattr(actions, name)) and name != "new_channel_id"
}


def as_fields(action: Action, known: KnownAction) -> dict[str, object]:
    """Return what a program would give to `check` to get this action, by AMI's names."""
    fields: dict[str, object] = {}
    variables: dict[str, str] = {}
    for header, value in action.headers:
        parameter = known.find(header)
        if parameter is not None and parameter.kind is Kind.VARIABLES:
            name, _, text = value.partition("=")
            variables[name] = re.sub(r"\\(.)", r"\1", text)
            fields[header] = variables
        else:
            fields[header] = value
    return fields


def refused_here(known: KnownAction, header: str) -> bool:
    """Return whether only a service may send a header, which looks before it asks."""
    parameter = known.find(header)
    return parameter is not None and bool(parameter.refusal)


def test_there_are_many_builders_and_a_call_of_each_with_every_argument() -> None:
    assert len(BUILDERS) >= 130
    assert set(CALLS) == set(BUILDERS)
    exclusive = {"pjsip_notify", "originate"}  # they have arguments that exclude each other
    flags = {"any_function", "changes_pbx"}  # they say what is allowed or known, and are not sent
    for name, builder in BUILDERS.items():
        arguments = set(inspect.signature(builder).parameters) - flags
        assert set(CALLS[name]) == arguments or name in exclusive, name


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_the_catalogue_takes_what_a_builder_makes(name: str) -> None:
    action = BUILDERS[name](**CALLS[name])
    known = CATALOGUE[action.name.lower()]

    taken = [(header, value) for header, value in action.headers if not refused_here(known, header)]
    checked = check(action.name, as_fields(Action(action.name, tuple(taken)), known))

    assert action.name == known.name
    assert action.changes_pbx == known.changes_pbx
    assert sorted(checked.headers) == sorted(taken)
    assert checked.changes_pbx == action.changes_pbx
    action.encode("id-1")


@pytest.mark.parametrize("name", sorted(name for name, call in CALLS.items() if call))
def test_a_line_break_in_any_text_of_any_builder_is_refused(name: str) -> None:
    for argument, value in CALLS[name].items():
        if isinstance(value, str):
            with pytest.raises(InvalidInput) as caught:
                BUILDERS[name](**{**CALLS[name], argument: f"{value}\r\nAction: Originate"})
            refused = {problem.field for problem in caught.value.problems}
            renamed = {"line": "command", "target": "data"}.get(argument, argument)
            assert refused & {argument, renamed}, f"{name}({argument}) was refused as {refused}"


@pytest.mark.parametrize("name", sorted(name for name, call in CALLS.items() if call))
def test_an_argument_is_named_as_in_the_catalogue(name: str) -> None:
    action = BUILDERS[name](**CALLS[name])
    known = CATALOGUE[action.name.lower()]
    own = {"line", "target", "mode", "headers"}  # arguments that a builder makes something else of
    unknown = {argument for argument in CALLS[name] if known.find(argument) is None} - own

    assert unknown == set()


def test_a_command_that_only_shows_something_is_no_change() -> None:
    assert not actions.command("core show uptime", changes_pbx=False).changes_pbx
    assert actions.command("core restart now").changes_pbx
