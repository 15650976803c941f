"""Links whose AMI user does not get all that amictl asks for: nothing is told as if it were known."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from amictl.config import LinkSettings
from amictl.manager import AmiManager, LinkTimings, Verdict, probe
from amictl.manager.stanza import READ_CLASSES, WRITE_CLASSES
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.links.value import LinkState
from tests.asterisk.calls import hang_up_all, place_call, waiting_callers
from tests.asterisk.server import (
    FILTERED,
    NO_AGENT,
    NO_CALL,
    PANEL,
    WRONG_RIGHTS,
    AmiUser,
    AsteriskServer,
    await_condition,
)
from tests.faults.links import await_state
from tests.patience import PATIENCE
from tests.serving import StartAmictl

pytestmark = pytest.mark.asterisk

# A list of each kind in every second; a difference is a drift after two looks.
EAGER = replace(
    LinkTimings(), ping_interval=0.1, reconcile_share=0.5, reconcile_interval=1.0, reconcile_settle=0.3
)


@contextmanager
def linked(pbx: AsteriskServer, user: AmiUser) -> Iterator[AmiManager]:
    """Run an eager link of a user."""
    settings = LinkSettings("main", pbx.host, pbx.ami_port, user.username, user.secret)
    manager = AmiManager(settings, LivePicture("main"), timings=EAGER)
    manager.start()
    try:
        await_state(manager, LinkState.CONNECTED)
        yield manager
    finally:
        manager.stop()


def missing_of(pbx: AsteriskServer, user: AmiUser) -> str:
    """Return what a look at the link finds wrong or cannot see."""
    settings = LinkSettings("main", pbx.host, pbx.ami_port, user.username, user.secret)
    findings = probe.inspect_link(settings, PATIENCE)
    return " ".join(finding.seen for finding in findings if finding.verdict is not Verdict.FINE)


def test_events_that_a_filter_keeps_away_are_named_at_once_where_the_pbx_shows_the_filter(
    asterisk_server: AsteriskServer,
) -> None:
    told = missing_of(asterisk_server, FILTERED)
    with linked(asterisk_server, FILTERED) as manager:
        detail = manager.status.detail or ""
        for event in ("Hangup", "QueueMemberPause", "QueueMemberStatus"):
            assert event in told
            assert event in detail
        assert "eventfilter" in detail
        assert manager.status.limits.keys() == {"channels", "calls", "queues", "agents", "events"}
        assert all(limit.known for limit in manager.status.limits.values())
        assert manager.picture.age("channels") > 0
        assert manager.picture.age("bridges") == 0
        (day, *_) = [queue.today for queue in manager.picture.queues()]
        assert day is not None, "callers are heard, and so is the day"


def test_events_that_a_hidden_filter_keeps_away_are_found_by_what_lists_show(
    asterisk_server: AsteriskServer,
) -> None:
    pbx = asterisk_server
    assert "Hangup" not in missing_of(pbx, PANEL)
    with linked(pbx, PANEL) as manager:
        assert manager.rights is None
        assert "Hangup" not in (manager.status.detail or "")
        for _ in range(2):
            place_call(pbx, "200")
            await_condition(lambda: len(manager.picture.channels()) == 2, what="the call")
            hang_up_all(pbx)
            await_condition(lambda: not manager.picture.channels(), what="the end that only lists tell")
        await_condition(lambda: "Hangup (" in (manager.status.detail or ""), what="the name of the event")
        assert {"channels", "calls"} <= manager.status.limits.keys()
        assert manager.picture.age("channels") > 0
        assert manager.picture.age("bridges") == 0


def test_a_link_that_hears_everything_never_doubts_it(asterisk_server: AsteriskServer) -> None:
    pbx = asterisk_server
    with linked(pbx, AmiUser(pbx.username, pbx.secret)) as manager:
        for _ in range(3):
            place_call(pbx, "300")
            await_condition(lambda: waiting_callers(pbx, "support") == 1 or manager.picture.channels())
            hang_up_all(pbx)
            await_condition(lambda: not manager.picture.channels())
        await_condition(lambda: "CoreShowChannels" in manager.metrics.lists, what="the first comparison")
        asked = manager.metrics.lists["CoreShowChannels"].asked
        await_condition(lambda: manager.metrics.lists["CoreShowChannels"].asked > asked + 2)
        assert manager.status.limits == {}
        assert manager.status.detail is None
        assert manager.picture.age() == 0


def test_without_the_class_call_what_is_not_known_is_not_told_as_known(
    asterisk_server: AsteriskServer, start_amictl: StartAmictl
) -> None:
    pbx = asterisk_server
    server = start_amictl(pbx, AMICTL_AMI_USERNAME=NO_CALL.username, AMICTL_AMI_SECRET=NO_CALL.secret)
    server.wait_until_ready()
    visit = server.call_api(server.make_token())

    def read(route: str) -> dict[str, Any]:
        answer = visit.get(f"/api/ami/{route}/")
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["data"])

    parked = visit.get("/api/ami/parked/")
    assert (parked.status_code, parked.json()["code"]) == (501, "action_unsupported")
    assert "lacks the write class call" in parked.json()["detail"]

    for route in ("channels", "calls", "bridges", "status"):
        told = read(route)
        assert "lacks the read class call" in told["limit"], route
        assert told["age"] > 0, route
    link = read("channels")["link"]
    assert not link["limits"]["parking"]["known"]
    assert link["limits"]["calls"]["as_of"]
    assert link["limits"].keys() >= {"conferences", "endpoints", "actions", "events"}
    for told in (link["detail"], server.flask("pbx", "test")):
        assert "lacks the read class call: " in told
        assert "lacks the write class call: " in told

    queues = read("queue/status")
    assert (queues["age"], queues["limit"]) == (0, None)
    assert all(queue["today"] is not None for queue in queues["queues"])

    order = {"channel": "Local/200@default", "exten": "200", "context": "default"}
    ordered = visit.post("/api/ami/originate/?wait=1", order).json()["data"]
    assert ordered["state"] == "timed_out"
    assert "lacks the read class call" in ordered["detail"]


def test_without_the_class_agent_queues_are_as_old_as_their_list_and_days_are_not_known(
    asterisk_server: AsteriskServer,
) -> None:
    pbx = asterisk_server
    with linked(pbx, NO_AGENT) as manager:
        picture = manager.picture
        assert manager.status.limits.keys() == {"queues", "agents", "calls", "events"}
        assert picture.age("queues") > 0
        assert picture.age("channels") == 0
        assert all(queue.today is None for queue in picture.queues())
        place_call(pbx, "303")
        await_condition(lambda: waiting_callers(pbx, "nobody") == 1, what="the caller at the PBX")
        seen_from = time.time()

        def as_of() -> float:
            return manager.status.limits["queues"].as_of or 0.0

        await_condition(lambda: as_of() > seen_from, what="a list from after that")
        (queue,) = [each for each in picture.queues() if each.queue == "nobody"]
        assert len(queue.callers) == 1, "what is told as of a moment is what was there then"
        assert queue.today is None


def test_each_class_that_a_user_lacks_is_named(asterisk_server: AsteriskServer) -> None:
    told = missing_of(asterisk_server, WRONG_RIGHTS)
    assert "does not tell which read classes" in told
    for name in WRITE_CLASSES:
        assert f"lacks the write class {name}: " in told
    told = missing_of(asterisk_server, NO_AGENT)
    assert [name for name in READ_CLASSES if f"lacks the read class {name}: " in told] == ["agent"]
    assert "write class" not in told.replace("write class:", "")
