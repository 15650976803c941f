"""What the routes that read calls tell, and to whom."""

from __future__ import annotations

from typing import Any

import pytest

from amictl.pbx.topics.links.value import TopicLimit
from amictl.store import Permission
from tests.application import Application, Browser
from tests.pbx.ami_events import channel_event

API = "/api/ami/calls/"


@pytest.fixture
def admin(application: Application) -> Browser:
    return application.log_in()


def limited_to(application: Application, *queues: str) -> Browser:
    """Return a program that may read what is live, and is limited to some queues."""
    application.make_role("limited", Permission.LIVE_READ, queue_scope=queues)
    application.make_user("limited", "limited")
    return application.call_api(application.make_token("limited"))


def wait_in(application: Application, queue: str, unique_id: str) -> None:
    """Let a caller wait in a queue."""
    picture = application.manager.picture
    picture.apply_event(channel_event("Newchannel", unique_id, ChannelStateDesc="Up"))
    picture.apply_event(
        channel_event("QueueCallerJoin", unique_id, ChannelStateDesc="Up", Queue=queue, Position=1)
    )


def shown(browser: Browser) -> dict[str, dict[str, Any]]:
    """Return the calls that somebody sees, by linked ID."""
    return {call["linked_id"]: call for call in browser.get(API).json["data"]["calls"]}


def test_all_calls_come_from_the_picture_with_how_fresh_it_is(
    application: Application, admin: Browser
) -> None:
    answer = admin.get(API)
    assert answer.status_code == 200, answer.text
    assert answer.json["data"].keys() == {"pbx", "epoch", "seq", "age", "limit", "link", "calls"}
    (call,) = answer.json["data"]["calls"]
    assert (call["linked_id"], call["state"], call["caller"]["number"]) == ("100.1", "ivr", "100")
    assert [step["kind"] for step in call["journey"]] == ["joined_late"]
    assert application.manager.sent == []


def test_one_call_is_shown_by_its_linked_id_and_another_is_a_404(admin: Browser) -> None:
    call = admin.get(f"{API}100.1/").json["data"]["call"]
    assert [leg["channel"] for leg in call["legs"]] == ["PJSIP/100-1"]
    gone = admin.get(f"{API}100.2/")
    assert (gone.status_code, gone.json["code"]) == (404, "not_found")


def test_who_is_limited_to_queues_sees_the_calls_of_those(application: Application) -> None:
    wait_in(application, "support", "17.1")
    wait_in(application, "sales", "17.2")
    agent = limited_to(application, "support")
    assert shown(agent).keys() == {"17.1"}
    assert agent.get(f"{API}17.1/").json["data"]["call"]["queue"] == "support"
    for foreign in ("17.2", "100.1"):
        assert agent.get(f"{API}{foreign}/").status_code == 404


def test_a_call_belongs_to_its_latest_queue_and_keeps_the_others_to_itself(
    application: Application, admin: Browser
) -> None:
    picture = application.manager.picture
    wait_in(application, "sales", "17.1")
    picture.apply_event(channel_event("QueueCallerLeave", "17.1", ChannelStateDesc="Up", Queue="sales"))
    agent = limited_to(application, "support")
    assert shown(agent) == {}
    wait_in(application, "support", "17.1")
    whole = shown(admin)["17.1"]["journey"]
    assert [step.get("queue") for step in whole] == [None, "sales", "sales", "support"]
    assert shown(agent)["17.1"]["journey"] == [whole[0], whole[3]]

    picture.apply_event(channel_event("QueueCallerLeave", "17.1", ChannelStateDesc="Up", Queue="support"))
    assert shown(agent)["17.1"]["queue"] is None


def test_a_call_that_ended_is_told_by_its_linked_id_to_those_who_saw_it(
    application: Application, admin: Browser
) -> None:
    wait_in(application, "support", "17.1")
    wait_in(application, "sales", "17.2")
    for unique_id in ("17.1", "17.2"):
        application.manager.picture.apply_event(channel_event("Hangup", unique_id))
    assert not {"17.1", "17.2"} & shown(admin).keys()
    ended = admin.get(f"{API}17.1/").json["data"]["call"]
    assert (ended["state"], ended["journey"][-1]["kind"]) == ("queued", "leg_ended")
    assert ended["ended_at"] is not None
    agent = limited_to(application, "support")
    assert [agent.get(f"{API}{each}/").status_code for each in ("17.1", "17.2")] == [200, 404]


def limit(application: Application, **limits: TopicLimit) -> None:
    application.set_link(last_received=1_000_000.0, limits=limits)


def test_what_events_do_not_feed_is_as_old_as_its_lists_and_says_why(
    application: Application, admin: Browser
) -> None:
    as_of = application.picture._clock() - 17.0
    limit(application, calls=TopicLimit("No events.", as_of=as_of), queues=TopicLimit("None.", as_of=as_of))
    told = admin.get(API).json["data"]
    assert told["limit"] == "No events."
    assert 17.0 <= told["age"] < 60.0
    assert told["link"]["limits"]["calls"]["known"] is True
    channels = admin.get("/api/ami/channels/").json["data"]
    assert (channels["limit"], channels["age"]) == (None, 0.0)
    status = admin.get("/api/ami/status/").json["data"]
    assert (status["limit"], status["age"] >= 17.0) == ("None.", True), "it counts callers, too"


@pytest.mark.parametrize(
    ("topic", "route"),
    [
        ("calls", "calls/"),
        ("channels", "channels/"),
        ("channels", "status/"),
        ("bridges", "bridges/"),
        ("queues", "queue/status/"),
        ("parking", "parked/"),
    ],
)
def test_what_nothing_lists_is_not_known_and_never_empty(
    application: Application, admin: Browser, topic: str, route: str
) -> None:
    limit(application, **{topic: TopicLimit("It lacks the write class call.", known=False)})
    answer = admin.get(f"/api/ami/{route}")
    assert (answer.status_code, answer.json["code"]) == (501, "action_unsupported")
    assert answer.json["detail"] == "PBX main: this is not known. It lacks the write class call."
