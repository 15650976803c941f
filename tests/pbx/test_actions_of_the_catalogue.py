"""Any action of the catalogue can be made by its name, and what does not fit it is refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from amictl.errors import InvalidInput
from amictl.pbx.actions import console_command, make_action
from amictl.pbx.catalogue import CATALOGUE, Kind, KnownAction, Parameter
from amictl.protocol import Action

KNOWN = sorted(CATALOGUE.values(), key=lambda known: known.name)
TAKES_SOMETHING = [known for known in KNOWN if known.parameters]
WRONG_TYPE: dict[Kind, object] = {
    Kind.TEXT: 1,
    Kind.INTEGER: "one",
    Kind.DECIMAL: "long",
    Kind.BOOLEAN: "perhaps",
    Kind.CHOICE: "no such word",
    Kind.PRIORITY: 1.5,
    Kind.VARIABLES: "A=1",
    Kind.NAMES: 1,
}


def refused(action: str, **values: object) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        make_action(action, **values)
    return {problem.field: problem.detail for problem in caught.value.problems}


def with_line_break(parameter: Parameter) -> object:
    """Return a value that would begin another message of AMI."""
    text = "1\r\nAction: Originate"
    return {Kind.VARIABLES: {"A": text}, Kind.NAMES: [text]}.get(parameter.kind, text)


def test_an_action_has_its_values_in_the_catalogues_order_and_spelling() -> None:
    assert make_action(
        "QueuePause", reason="Break", queue="support", paused=True, interface="PJSIP/100"
    ) == Action(
        "QueuePause",
        (("Interface", "PJSIP/100"), ("Paused", "true"), ("Queue", "support"), ("Reason", "Break")),
    )


def test_none_leaves_a_value_out() -> None:
    assert make_action("QueueStatus", queue=None, member=None) == Action("QueueStatus", changes_pbx=False)


def test_an_action_that_the_catalogue_does_not_have_is_no_users_mistake() -> None:
    with pytest.raises(LookupError, match="QueuePauze"):
        make_action("QueuePauze", interface="PJSIP/100", paused=True)


@pytest.mark.parametrize(
    ("action", "values"),
    [
        ("QueuePause", {"interface": "PJSIP/100", "paused": True, "quue": "support"}),
        ("QueuePause", {"interface": "PJSIP/100", "paused": True, "quue": None}),
        ("Getvar", {"Variable": "SHELL(id)"}),  # AMI's name would go past what is refused by ours
        ("UserEvent", {"event": "Lunch", "who": "Alice"}),
    ],
)
def test_a_parameter_that_an_action_does_not_have_is_no_users_mistake(
    action: str, values: dict[str, Any]
) -> None:
    with pytest.raises(TypeError, match=f"{action} takes no parameter"):
        make_action(action, **values)


def test_numbered_parameters_may_have_any_number() -> None:
    action = make_action(
        "UpdateConfig",
        src_filename="a.conf",
        dst_filename="a.conf",
        action_000007="NewCat",
        cat_000007="one",
    )
    assert ("Action-000007", "NewCat") in action.headers


@pytest.mark.parametrize("known", TAKES_SOMETHING, ids=lambda known: known.name)
def test_every_parameter_of_a_wrong_type_is_named(known: KnownAction) -> None:
    wrong = {parameter.name: WRONG_TYPE[parameter.kind] for parameter in known.parameters}

    assert set(refused(known.name, **wrong)) >= set(wrong)


@pytest.mark.parametrize("known", TAKES_SOMETHING, ids=lambda known: known.name)
def test_a_line_break_in_any_parameter_is_refused(known: KnownAction) -> None:
    for parameter in known.parameters:
        problems = refused(known.name, **{parameter.name: with_line_break(parameter)})

        assert any(field.partition(".")[0] == parameter.name for field in problems), parameter


@pytest.mark.parametrize("known", TAKES_SOMETHING, ids=lambda known: known.name)
def test_every_parameter_that_is_missing_is_named(known: KnownAction) -> None:
    required = {parameter.name for parameter in known.parameters if parameter.required}

    if required:
        assert set(refused(known.name)) >= required


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
def test_an_action_that_needs_nothing_can_be_made_without_anything(known: KnownAction) -> None:
    if not known.rules and not any(parameter.required for parameter in known.parameters):
        assert make_action(known.name) == Action(known.name, changes_pbx=known.changes_pbx)


def test_a_command_that_only_shows_something_is_no_change() -> None:
    assert not console_command("core show uptime", changes_pbx=False).changes_pbx
    assert console_command("core restart now").changes_pbx
