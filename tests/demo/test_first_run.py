"""An amictl without a PBX shows the demo, with its day so far, and lets it go when there is a PBX."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults.scripted_server import SECRET, USERNAME, HonestAsterisk, ScriptedServer
from tests.serving import AmictlServer, StartAmictl, Visit, wait_until

pytestmark = pytest.mark.served

EARLY = "8"  # o'clock: the demo has little of its day to live through


@pytest.fixture
def first_run(start_amictl: StartAmictl) -> AmictlServer:
    server = start_amictl(AMICTL_DEMO="auto", AMICTL_DEMO_HOUR="10")
    server.wait_until_ready()
    return server


@pytest.fixture
def real_pbx() -> Iterator[ScriptedServer]:
    """Something that is configured, and answers as an idle Asterisk does."""
    with ScriptedServer(HonestAsterisk({})) as pbx:
        yield pbx


def pbxes(visit: Visit) -> list[str]:
    return list(visit.get("/readyz").json()["links"])


def queues(visit: Visit) -> list[dict[str, Any]]:
    return visit.get("/api/ami/queue/status/").json()["data"]["queues"]


def add_pbx(server: AmictlServer, pbx: ScriptedServer) -> None:
    server.flask(
        *("pbx", "add", "main", "--host", "127.0.0.1", "--port", str(pbx.port)),
        *("--username", USERNAME, "--secret-stdin"),
        stdin=SECRET,
    )


def test_the_demo_is_there_with_the_day_so_far_and_nothing_of_it_is_stored(first_run: AmictlServer) -> None:
    visit = first_run.log_in()
    assert pbxes(visit) == ["demo"]
    days = {queue["queue"]: queue["today"] for queue in queues(visit)}
    assert set(days) == {"support", "sales", "billing", "vip"}
    assert sum(day["offered"] for day in days.values()) > 20
    assert all(day["complete"] for day in days.values()), days
    with first_run.open_store() as store:
        assert store.servers.all() == []
        assert not store.queue_days.load("demo", days["support"]["day"])


def test_a_pbx_that_is_configured_takes_the_place_of_the_demo_until_it_is_removed(
    start_amictl: StartAmictl, real_pbx: ScriptedServer
) -> None:
    first_run = start_amictl(AMICTL_DEMO="auto", AMICTL_DEMO_HOUR=EARLY)
    visit = first_run.log_in()
    assert wait_until(lambda: pbxes(visit) == ["demo"])
    add_pbx(first_run, real_pbx)
    assert wait_until(lambda: pbxes(visit) == ["main"])
    assert "demo-notice" not in visit.get("/console/").text
    first_run.flask("pbx", "remove", "main")
    assert wait_until(lambda: pbxes(visit) == ["demo"])
    first_run.wait_until_ready()
    assert "demo-notice" in visit.get("/console/").text


def test_the_demo_can_be_beside_a_pbx(start_amictl: StartAmictl, real_pbx: ScriptedServer) -> None:
    server = start_amictl(AMICTL_DEMO="yes", AMICTL_DEMO_HOUR=EARLY)
    add_pbx(server, real_pbx)
    visit = server.log_in()
    assert wait_until(lambda: sorted(pbxes(visit)) == ["demo", "main"])
    assert "The PBX demo is simulated" in visit.get("/admin/").text


def test_without_the_demo_there_is_nothing(start_amictl: StartAmictl) -> None:
    server = start_amictl(AMICTL_DEMO="no")
    visit = server.log_in()
    assert pbxes(visit) == []
    assert "demo-notice" not in visit.get("/console/").text
