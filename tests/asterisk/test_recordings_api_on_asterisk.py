"""Recordings on real Asterisk: the files of the PBX and another AMI session are the judges."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import LiveChannel, live_channels
from tests.asterisk.server import AsteriskServer
from tests.asterisk.shared_amictl import Console
from tests.serving import wait_until

pytestmark = pytest.mark.asterisk

_HEADER = 44  # bytes of a wav file without sound
_numbers = itertools.count(1)


@pytest.fixture
def talking(console: Console, asterisk_server: AsteriskServer) -> LiveChannel:
    """A channel that hears a tone all the time."""
    asterisk_server.cli("channel originate Local/200@default/n application Milliwatt")
    return console.find(lambda each: each.application == "Milliwatt" and each.state == "Up")


@pytest.fixture
def name() -> str:
    """A file that no other test of this run records to."""
    return f"calls/recording-{next(_numbers)}"


def on_disk(pbx: AsteriskServer, path: str) -> Path:
    """Return the file behind a path of the PBX."""
    return pbx.installation.root / path.lstrip("/")


def grows(file: Path) -> bool:
    """Return whether sound is added to a file within some seconds."""
    before = file.stat().st_size if file.exists() else 0
    return wait_until(lambda: file.exists() and file.stat().st_size > max(before, _HEADER))


def recordings(pbx: AsteriskServer, channel: LiveChannel) -> list[str]:
    """Return what MixMonitor writes now for a channel, as the PBX's console tells: paths without ending."""
    return re.findall(r"^0x\w+\t(/\S+)", pbx.cli(f"mixmonitor list {channel.name}"), re.MULTILINE)


def test_a_recording_is_written_until_it_is_stopped(
    console: Console, asterisk_server: AsteriskServer, ami: AmiClient, talking: LiveChannel, name: str
) -> None:
    started = console.post("monitor/start/", channel=talking.name, file=name)
    assert started["files"] == [f"{name}.wav"]
    assert (started["channel"], started["unique_id"]) == (talking.name, talking.unique_id)
    assert ami.wait_event("MixMonitorStart", Uniqueid=talking.unique_id)
    assert started["path"].endswith(f"/spool/monitor/{name}.wav")
    assert recordings(asterisk_server, talking) == [started["path"].removesuffix(".wav")]
    assert grows(on_disk(asterisk_server, started["path"]))
    console.post("monitor/stop/", channel=talking.unique_id)
    assert ami.wait_event("MixMonitorStop", Uniqueid=talking.unique_id)
    assert recordings(asterisk_server, talking) == []


def test_a_muted_recording_is_silent_until_it_is_heard_again(
    console: Console, asterisk_server: AsteriskServer, ami: AmiClient, talking: LiveChannel, name: str
) -> None:
    started = console.post("monitor/start/", channel=talking.name, file=name)
    file = on_disk(asterisk_server, started["path"])
    assert grows(file)
    console.post("monitor/mute/", channel=talking.name, muted=True)
    assert ami.wait_event("MixMonitorMute", Uniqueid=talking.unique_id, State="1", Direction="both")
    assert wait_until(lambda: not any(file.read_bytes()[-1600:]))
    console.post("monitor/mute/", channel=talking.name, muted=False)
    assert ami.wait_event("MixMonitorMute", Uniqueid=talking.unique_id, State="0", Direction="both")
    assert wait_until(lambda: any(file.read_bytes()[-1600:]))
    console.post("monitor/mute/", channel=talking.name, muted=True, direction="read")
    assert ami.wait_event("MixMonitorMute", Uniqueid=talking.unique_id, State="1", Direction="read")


def test_one_of_two_recordings_is_stopped_by_its_id(
    console: Console, asterisk_server: AsteriskServer, talking: LiveChannel, name: str
) -> None:
    first = console.post("monitor/start/", channel=talking.name, file=f"{name}a", format="sln")
    second = console.post("monitor/start/", channel=talking.name, file=f"{name}b")
    assert first["mixmonitor_id"] != second["mixmonitor_id"]
    console.post("monitor/stop/", channel=talking.name, mixmonitor_id=first["mixmonitor_id"])
    assert wait_until(lambda: recordings(asterisk_server, talking) == [second["path"].removesuffix(".wav")])
    unknown = console.refuse("monitor/stop/", 404, channel=talking.name, mixmonitor_id="0x1")
    assert unknown["detail"].startswith("mixmonitor_id:")
    assert recordings(asterisk_server, talking) == [second["path"].removesuffix(".wav")]


def test_a_recording_goes_on_at_the_end_of_its_file_where_asked(
    console: Console, asterisk_server: AsteriskServer, talking: LiveChannel, name: str
) -> None:
    started = console.post("monitor/start/", channel=talking.name, file=name, format="ulaw")
    file = on_disk(asterisk_server, started["path"])
    assert grows(file)
    console.post("monitor/stop/", channel=talking.name)
    assert wait_until(lambda: recordings(asterisk_server, talking) == [])
    before = file.read_bytes()
    console.post("monitor/start/", channel=talking.name, file=name, format="ulaw", append=True)
    assert grows(file)
    assert file.read_bytes().startswith(before[: len(before) // 2])


def test_a_recording_without_a_name_gets_one_that_is_its_own(
    console: Console, asterisk_server: AsteriskServer, talking: LiveChannel
) -> None:
    started = console.post("monitor/start/", channel=talking.unique_id)
    assert talking.unique_id.replace(".", "-") in started["files"][0]
    assert recordings(asterisk_server, talking) == [started["path"].removesuffix(".wav")]
    assert grows(on_disk(asterisk_server, started["path"]))


@pytest.mark.each_version
def test_monitor_writes_both_directions_where_the_pbx_has_it(
    console: Console, asterisk_server: AsteriskServer, ami: AmiClient, talking: LiveChannel, name: str
) -> None:
    folder = asterisk_server.home / "spool/monitor"
    if asterisk_server.major > 20:
        for route, fields in (
            ("start", {"file": name}),
            ("stop", {}),
            ("mute", {"muted": True}),
        ):
            gone = console.refuse(f"monitor/{route}/", 501, channel=talking.name, method="monitor", **fields)
            assert gone["code"] == "action_unsupported"
            assert "MixMonitor" in gone["detail"]
        assert not list(folder.glob(f"{name}*"))
        return
    started = console.post("monitor/start/", channel=talking.name, file=name, method="monitor")
    assert ami.wait_event("MonitorStart", Uniqueid=talking.unique_id)
    assert started["files"] == [f"{name}-in.wav", f"{name}-out.wav"]
    assert grows(folder / started["files"][1])
    console.post("monitor/mute/", channel=talking.name, method="monitor", muted=True)
    console.post("monitor/mute/", channel=talking.name, method="monitor", muted=False)
    assert grows(folder / started["files"][1])
    console.post("monitor/stop/", channel=talking.name, method="monitor")
    assert ami.wait_event("MonitorStop", Uniqueid=talking.unique_id)


def test_what_cannot_be_recorded_is_named_and_nothing_is_written(
    console: Console, asterisk_server: AsteriskServer, talking: LiveChannel
) -> None:
    for file in ("../proof", "/srv/proof", "a,b", "a;touch proof", "a b", "$(x)"):
        problem = console.refuse("monitor/start/", 422, channel=talking.name, file=file)
        assert [each["field"] for each in problem["errors"]] == ["file"], file
    for route, fields in (("start", {}), ("stop", {}), ("mute", {"muted": True})):
        gone = console.refuse(f"monitor/{route}/", 404, channel="PJSIP/gone-00000001", **fields)
        assert gone["detail"].startswith("channel:")
    assert recordings(asterisk_server, talking) == []
    assert talking in live_channels(asterisk_server)
