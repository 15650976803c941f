"""Record anew the calls that the tests of the scripts look at: ``python -m tests.js.record_calls``.

``recorded_calls.json`` holds values of the topic ``calls`` by name: what amictl makes of the transcripts of a
real Asterisk 22 and of a day of the demo, each call as it was before its channels ended, and as it was then.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from amictl.demo.life.centre import CallCentre
from amictl.demo.server import DemoServer
from amictl.demo.settings import DemoSettings
from amictl.demo.users import AmiUser
from amictl.demo.world import World
from amictl.pbx.payloads import value_payload
from amictl.pbx.picture.clock import PbxClock
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.state import PbxState
from amictl.pbx.topics.calls.value import Call
from amictl.protocol import AmiConnection
from tests.demo.still_link import StillLink, still_server
from tests.transcripts.record import FOLDER

RECORDED: Final = Path(__file__).with_name("recorded_calls.json")

_BETWEEN_EVENTS: Final = 0.5  # seconds: transcripts tell no times
_MORNING: Final = datetime(2026, 5, 4, 9, 30, tzinfo=UTC).timestamp()
_DEMO_SECONDS: Final = 3 * 3600
_STEP: Final = 2.0
_DEMO_CALLS: Final[Mapping[str, tuple[int, frozenset[str]]]] = {
    "demo-rang-several": (2, frozenset({"queue_entered", "answered", "held", "resumed"})),
    "demo-parked": (1, frozenset({"queue_entered", "answered", "parked", "unparked"})),
    "demo-transferred": (1, frozenset({"queue_entered", "answered", "transferred", "dialed"})),
    "demo-abandoned": (1, frozenset({"queue_entered", "abandoned"})),
    "demo-asked": (1, frozenset({"queue_entered", "held", "resumed", "merged", "transferred", "dialed"})),
    "demo-conference": (1, frozenset({"queue_entered", "conference_joined"})),
}
"""How many members at least rang in each call of the demo, and its steps; the first such call is taken."""

Recording = dict[str, dict[str, Any]]


def main() -> int:
    """Record all and say how many calls there are."""
    recording = {**dict(_record_transcripts()), **_record_demo()}
    RECORDED.write_text(json.dumps(recording, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(recording)} calls\n")
    return 0


def _record_transcripts() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(FOLDER.glob("journey-*-22.ami")):
        now = [_MORNING]
        state = PbxState(clock=lambda now=now: now[0])  # type: ignore[misc]
        state.load_channels([])
        whole: dict[str, Call] = {}
        for message in AmiConnection().receive_data(path.read_bytes()):
            if message.is_event:
                now[0] += _BETWEEN_EVENTS
                state.apply(message)
                _keep_whole(whole, state.calls.by_id.values())
        first = min(state.calls.ended.values(), key=lambda call: call.started_at)
        yield path.stem.removesuffix("-22"), _write(whole[first.linked_id], first)


def _record_demo() -> Recording:
    settings = DemoSettings(queues=3, agents=15, channels=25, rate=14, speed=1, seed=11, hour=None)
    world = World(start=_MORNING, seed=settings.seed)
    CallCentre(world, settings, UTC, _MORNING).begin()
    recording: Recording = {}
    with still_server(DemoServer(world, users=[AmiUser("amictl", "secret")])) as server:
        picture = LivePicture("demo", pbx_clock=PbxClock(world.now))
        link = StillLink(server, picture)
        link.begin()
        whole: dict[str, Call] = {}
        while world.now() < _MORNING + _DEMO_SECONDS and recording.keys() != _DEMO_CALLS.keys():
            link.run_until(world.now() + _STEP)
            _keep_whole(whole, picture.calls())
            for linked_id, call in list(whole.items()):
                ended = picture.find_ended_call(linked_id)
                for name in _names_of(ended) if ended else ():
                    if name not in recording:
                        recording[name] = _write(call, ended)
                if ended:
                    del whole[linked_id]
        link.close()
    return recording


def _names_of(call: Call) -> Iterator[str]:
    """Yield under which names a call may be recorded."""
    kinds = {step.kind for step in call.journey}
    members = {step.member for step in call.journey if step.kind == "member_rang"}
    for name, (fewest, wanted) in _DEMO_CALLS.items():
        if wanted <= kinds and len(members) >= fewest and call.journey[0].kind == "started":
            yield name


def _keep_whole(whole: dict[str, Call], calls: Iterable[Call]) -> None:
    """Keep each call as it was before the first of its channels ended that nothing followed."""
    for call in calls:
        if call.journey[-1].kind != "leg_ended":
            whole[call.linked_id] = call


def _write(whole: Call, ended: Call | None) -> dict[str, Any]:
    return {"live": value_payload(whole), "ended": value_payload(ended) if ended else None}


if __name__ == "__main__":
    raise SystemExit(main())
