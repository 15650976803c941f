"""The AsyncAPI document is whole, and what does not fit it is refused to the tests' clients."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from amictl.pbx.picture.topics import SPECS, TOPICS
from tests.application import Application
from tests.serving import ROOT
from tests.socket_contract import check_event, check_packet, find_validator, read_document, read_plain

META_SCHEMA = ROOT / "node_modules/@asyncapi/specs/schemas/3.0.0.json"
CHANGES = {"pbx": "main", "topic": "channels", "epoch": "e", "seq": 1, "prev_seq": 0, "changes": []}


def test_the_document_is_one_of_asyncapi_3() -> None:
    meta = jsonschema_rs.validator_for(json.loads(META_SCHEMA.read_text(encoding="utf-8")))
    assert [problem.message for problem in meta.iter_errors(read_document())] == []
    assert not meta.is_valid({**read_document(), "channels": []})


def test_every_reference_leads_somewhere() -> None:
    for reference in find_references(read_document()):
        found = read_document()
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]


def find_references(node: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from find_references(each)


def test_every_message_has_a_schema_and_says_what_it_is() -> None:
    for channel, facts in read_document()["channels"].items():
        for name, message in facts["messages"].items():
            assert message.get("summary") or name.endswith(".ack"), name
            assert not find_validator(channel, name).is_valid({"surprise": 1}), name


def test_every_topic_has_a_message_with_its_values() -> None:
    assert {*SPECS, "events"} == set(TOPICS)
    for channel in ("socketio", "websocket"):
        named = read_document()["channels"][channel]["messages"]
        assert {name.removeprefix("changes.") for name in named if name.startswith("changes.")} == set(SPECS)


@pytest.mark.parametrize(
    "misfit",
    [
        {"more": 1},
        {"seq": "1"},
        {"topic": "nothing"},
        {"changes": [{"op": "put", "key": "1.1"}]},
        {"changes": [{"op": "put", "key": "1.1", "value": {"unique_id": "1.1"}}]},
        {"changes": [{"op": "del", "key": 1}]},
    ],
)
def test_what_does_not_fit_is_refused(misfit: dict[str, Any]) -> None:
    check_event("changes", CHANGES)
    content = {**CHANGES, **misfit}
    for check in (
        lambda: check_event("changes", content),
        lambda: check_packet("42" + json.dumps(["changes", content])),
        lambda: read_plain(json.dumps({"type": "changes", **content})),
    ):
        with pytest.raises(AssertionError):
            check()


def test_the_document_needs_a_login_and_is_served_as_json(shared_application: Application) -> None:
    assert shared_application.browse().get("/api/asyncapi.json").status_code == 401
    answer = shared_application.log_in().get("/api/asyncapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json == read_document()
