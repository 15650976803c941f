"""Every call of `make_action` in our own code names an action and its parameters as the catalogue does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from amictl.errors import InvalidInput
from amictl.pbx.catalogue import CATALOGUE
from amictl.pbx.catalogue.headers import Headers

ROOT = Path(__file__).parents[2]
TESTS_OF_WHAT_IS_WRONG = {"test_actions_of_the_catalogue.py", "test_guarded_actions.py", Path(__file__).name}
OWN_FUNCTIONS = {"Originate": "originate", "UserEvent": "user_event", "Command": "console_command"}


@dataclass(frozen=True)
class Call:
    """A call in the source: where, of which action, and with which arguments."""

    place: str
    action: str
    arguments: dict[str | None, ast.expr]


def all_calls() -> Iterator[Call]:
    for folder in ("amictl", "bench", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            source = path.read_text()
            if "make_action" in source and path.name not in TESTS_OF_WHAT_IS_WRONG:
                yield from find_calls(source, str(path.relative_to(ROOT)))


def find_calls(source: str, path: str) -> Iterator[Call]:
    """Yield every call of `make_action`, once for each action that it may be of, and any other use."""
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and is_it(node.func)]
    called = {node.func for node in calls}
    for node in calls:
        arguments = {keyword.arg: keyword.value for keyword in node.keywords}
        for action in action_names(node.args[0], tree):
            yield Call(f"{path}:{node.lineno}", action, arguments)
    for mention in ast.walk(tree):
        if is_it(mention) and mention not in called:
            yield Call(path, "make_action without a call", {})


def is_it(node: ast.AST) -> bool:
    return "make_action" in (getattr(node, "id", None), getattr(node, "attr", None))


def action_names(node: ast.expr, tree: ast.Module) -> Iterator[str]:
    """Yield what an action's name may be: a text, one of two, or a word of the variable's `Literal` type."""
    if isinstance(node, ast.IfExp):
        yield from action_names(node.body, tree)
        yield from action_names(node.orelse, tree)
        return
    words = [node]
    if isinstance(node, ast.Name):
        arguments = [each for each in ast.walk(tree) if isinstance(each, ast.arg) and each.arg == node.id]
        types = {ast.unparse(each.annotation) for each in arguments if each.annotation is not None}
        for statement in tree.body:
            if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) in types:
                words = list(ast.walk(statement.value))
    texts = [word.value for word in words if isinstance(word, ast.Constant) and isinstance(word.value, str)]
    yield from texts or [ast.unparse(node)]


def problems_of(call: Call) -> Iterator[str]:
    """Yield what the catalogue has against a call."""
    known = CATALOGUE.get(call.action.lower())
    if known is None or known.name != call.action:
        yield f"{call.place}: no action {call.action}"
        return
    if known.refusal:
        yield f"{call.place}: {call.action} is not to be sent: {known.refusal}"
    if call.action in OWN_FUNCTIONS and not call.place.startswith("amictl/pbx/actions.py"):
        yield f"{call.place}: {call.action} is made by {OWN_FUNCTIONS[call.action]}"
    required = {parameter.name for parameter in known.parameters if parameter.required}
    for name in sorted(required - call.arguments.keys()):
        yield f"{call.place}: {call.action} needs {name}"
    for name, value in call.arguments.items():
        parameter = known.find(name or "**")
        if parameter is None or parameter.name != name:
            yield f"{call.place}: {call.action} takes no parameter {name or '** (a mapping)'}"
        elif isinstance(value, ast.Constant) and value.value is not None:
            headers = Headers()
            headers.add(parameter, name, value.value)
            try:
                headers.build(call.action, changes_pbx=known.changes_pbx)
            except InvalidInput as refusal:
                yield from (f"{call.place}: {problem.field} {problem.detail}" for problem in refusal.problems)


def test_every_call_is_of_an_action_with_its_parameters() -> None:
    calls = list(all_calls())

    assert len(calls) >= 100
    assert [problem for call in calls for problem in problems_of(call)] == []


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ('make_action("QueuePauze")', "no action QueuePauze"),
        ('make_action("queuePause", interface=i, paused=p)', "no action queuePause"),
        ('make_action("QueuePause", interface=i, paused=p, quue=q)', "QueuePause takes no parameter quue"),
        ('make_action("QueuePause", interface=i, paused=p, Queue=q)', "QueuePause takes no parameter Queue"),
        ('actions.make_action("QueuePause", interface=i)', "QueuePause needs paused"),
        ('make_action("QueuePause", interface=i, paused="maybe")', "paused must be true or false"),
        ('make_action("ConfbridgeLock" if locked else "ConfbridgeUnlok", conference=c)', "no action Confb"),
        ('make_action("QueuePause", interface=i, paused=p, **more)', "takes no parameter **"),
        ("make_action(name, interface=i)", "no action name"),
        ('partial(make_action, "Ping")', "no action make_action without a call"),
        ('make_action("Logoff")', "Logoff is not to be sent"),
        ('make_action("Command", command=c)', "Command is made by console_command"),
        ('Order = Literal["Pong"]\ndef f(order: Order): make_action(order)', "no action Pong"),
    ],
)
def test_a_call_that_is_wrong_is_told(source: str, problem: str) -> None:
    told = [each for call in find_calls(source, "x.py") for each in problems_of(call)]

    assert len(told) == 1
    assert problem in told[0]
