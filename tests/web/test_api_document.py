"""``docs/api.md`` names every route, error code and topic, and nothing that is not there."""

from __future__ import annotations

import re

from amictl.errors import list_errors
from amictl.pbx.picture.topics import TOPICS
from amictl.web.idempotency import REPLAYED_HEADER
from amictl.web.openapi import Route, list_routes
from tests.application import Application
from tests.serving import ROOT

DOCUMENT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
_PREFIXED_TOPICS = ("queue:<name>", "event:<Name>")


def section(title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def write_row(route: Route) -> str:
    facts = route.description
    permission = "" if facts.permission is None else f"`{facts.permission.value}`"
    return f"| {route.method} | `{route.rule.rule}` | {permission} | {facts.summary} |"


def test_all_routes_are_listed_with_their_permissions(shared_application: Application) -> None:
    wanted = {write_row(route) for route in list_routes(shared_application.app)}
    listed = {line for line in section("All routes").splitlines() if re.match(r"\| [A-Z]+ \|", line)}
    assert wanted - listed == set(), "add these rows:\n" + "\n".join(sorted(wanted - listed))
    assert listed - wanted == set(), "remove these rows:\n" + "\n".join(sorted(listed - wanted))


def test_every_error_is_listed_in_order_with_its_status_and_meaning() -> None:
    rows = re.findall(r"^\| (\d{3}) \| `(\w+)` \| (.*) \|$", DOCUMENT, re.MULTILINE)
    wanted = [f"| {each.status} | `{each.code}` | {_begin_small(each.meaning())} |" for each in list_errors()]
    assert [(int(status), code) for status, code, _ in rows] == [
        (each.status, each.code) for each in list_errors()
    ], "the rows are:\n" + "\n".join(wanted)
    for error, (_, _, words) in zip(list_errors(), rows, strict=True):
        assert _begin_small(error.meaning()) in words.replace("`", ""), error.code


def _begin_small(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def test_every_topic_is_listed_with_its_permission() -> None:
    _, _, table = section("Socket.IO").partition("| topic |")
    rows = [line for line in table.partition("\n\n")[0].splitlines() if line.startswith("| `")]
    listed = {topic for row in rows for topic in re.findall(r"`([^`]+)`", row.split("|")[1])}
    assert listed == {*TOPICS, *_PREFIXED_TOPICS}
    assert all(re.search(r"`(live|events)\.read`", row.split("|")[3]) for row in rows)


def test_the_headers_of_a_write_are_explained() -> None:
    for header in ("Authorization", "X-CSRF-Token", "Idempotency-Key", REPLAYED_HEADER, "Retry-After"):
        assert f"`{header}" in DOCUMENT, header
