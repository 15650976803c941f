"""What ``docs/extending.md`` says is done to a copy of amictl, and does what the document says of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tests.patience import PATIENCE
from tests.serving import ROOT

pytestmark = pytest.mark.long  # each copies amictl and runs it in a process of its own

DOCUMENT = (ROOT / "docs/extending.md").read_text(encoding="utf-8")

ASK_FOR_ERROR = """
import json
from pathlib import Path

from amictl.app import create_app
from amictl.config import Settings
from amictl.errors import PbxStopping
from amictl.web.openapi import build_document


def stop():
    {raise_it}


app = create_app(Settings(instance=Path("instance"), admin_password="unused password"), start_links=False)
app.view_functions["health.show_health"] = stop
answer = app.test_client().get("/healthz")
print(json.dumps([answer.status_code, answer.mimetype, answer.json, build_document(app)]))
"""


SEND_FLASH = """
import json
from pathlib import Path

from amictl.web.openapi import build_document
from tests.application import make_reply, start_application
from tests.pbx.ami_events import channel_event

application = start_application(Path("instance").resolve())
channel = {"Channel": "PJSIP/100-1", "ChannelState": 6, "ChannelStateDesc": "Up"}
application.picture.apply_event(channel_event("Newchannel", "100.1", **channel))
application.manager.answer = lambda action: make_reply(Message="done")
browser = application.log_in()
answer = browser.post("/api/ami/flash/", {"channel": "PJSIP/100-1"})
sent = [action.name for action in application.manager.sent]
document = build_document(application.app)
print(json.dumps([answer.status_code, answer.json, sent, document]))
"""

LIST_ACTIONS = """
import {{ CHANNEL_ACTIONS }} from "{actions}";
const target = {{ unique_id: "100.1", name: "Ann" }};
const flashes = CHANNEL_ACTIONS.filter((spec) => spec.id === "flash");
const tell = (spec) => [spec.label(), spec.path, spec.body(target), spec.done(target), spec.permission];
console.log(JSON.stringify(flashes.map(tell)));
"""


def test_a_new_action_with_a_route_and_a_button_touches_three_files(tmp_path: Path) -> None:
    section = read_section("An action with a route")
    method, route = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    (control,) = re.findall(r"```js\n(.*?)```", section, re.DOTALL)
    (promised,) = re.findall(r"```json\n(.*?)```", section, re.DOTALL)
    files = re.findall(r"`((?:amictl/services/calls|amictl/web|static/js/actions)/\S+)`", section)
    service, routes, actions = (tmp_path / file for file in files)
    for folder in ("amictl", "templates", "static", "migrations"):
        shutil.copytree(ROOT / folder, tmp_path / folder, symlinks=True)
    append(service, f"\n{method}")
    imported, handler = route.split("\n\n\n")
    insert(routes, f"{imported}\n", before="from amictl.services.results import")
    append(routes, f"\n\n{handler}")
    insert(actions, f"{control}\n", before="export const park = ")
    insert(actions, "flash, ", before="park, startRecording,")
    status, answer, sent, document = run_in(tmp_path, SEND_FLASH)
    assert (status, answer, sent) == (200, json.loads(promised), ["SendFlash"])
    node = [
        str(ROOT / ".venv/bin/node"),
        "--input-type=module",
        "--eval",
        LIST_ACTIONS.format(actions=actions),
    ]
    listed = subprocess.run(node, capture_output=True, text=True, check=True, timeout=PATIENCE).stdout
    assert json.loads(listed) == [
        ["Send a flash", "flash/", {"channel": "100.1"}, "Sent a flash to Ann", "calls.control"]
    ]
    operation = document["paths"]["/api/ami/flash/"]["post"]
    assert operation["x-permission"] == "calls.control"
    assert operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["data"] == {
        "$ref": "#/components/schemas/ChannelDone"
    }


def test_a_new_error_is_one_class(tmp_path: Path) -> None:
    section = read_section("An error")
    (error,) = re.findall(r"```python\n(class .*?)```", section, re.DOTALL)
    (promised,) = re.findall(r"```json\n(.*?)```", section, re.DOTALL)
    (raise_it,) = re.findall(r"`(raise .*?)`", section)
    shutil.copytree(ROOT / "amictl", tmp_path / "amictl")  # compiled code with it
    insert(tmp_path / "amictl/errors.py", f"{error}\n\n", before="class ActionTimeout(")
    status, media_type, problem, document = run_in(tmp_path, ASK_FOR_ERROR.format(raise_it=raise_it))
    assert (status, media_type) == (503, "application/problem+json")
    assert problem == json.loads(promised)
    for path, method in (("/api/ami/hangup/", "post"), ("/api/ami/core/status/", "get")):
        reference = document["paths"][path][method]["responses"]["503"]["$ref"]
        response = document["components"]["responses"][reference.rpartition("/")[2]]
        assert "`pbx_stopping`: The PBX is about to stop and takes" in response["description"]
        schema = response["content"][media_type]["schema"]
        jsonschema_rs.validate({**schema, "components": document["components"]}, problem)


LISTED = """\
Event: OutboundRegistrationDetail
ClientUri: sip:centre@provider.example
ServerUri: sip:provider.example
Status: Unregistered
"""
REGISTRY = """\
Event: Registry
Username: sip:centre@provider.example
Domain: sip:provider.example
Status: Registered
"""
USE_TOPIC = """
import json

from amictl.pbx.picture.hearing import CLASS_OF_EVENT
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.topics import SNAPSHOT_STEPS, SPECS, TOPICS
from amictl.protocol import Message, Reply
from amictl.services.access.rights import Audience
from amictl.services.access.gate import Gate
from amictl.services.schemas import answer_of


def read(text):
    return Message(text.strip().replace("\\n", "\\r\\n").encode())


def show():
    return {key: gate.show(value) for key, value in picture.read("trunks").values.items()}


(step,) = [step for step in SNAPSHOT_STEPS if step.check and step.check.topic == "trunks"]
picture = LivePicture("main")
gate, limited = Gate(picture, Audience()), Gate(picture, Audience(queues=frozenset({"support"})))
picture.begin_session("e1")
picture.load_step(step, Reply("1", Message(b"Response: Success"), (read(LISTED),)))
picture.complete_snapshot()
listed = show()
cursor = picture.read("trunks").seq
picture.apply_event(read(REGISTRY))
changes = picture.since("trunks", "e1", cursor).changes
print(json.dumps([
    "trunks" in TOPICS, CLASS_OF_EVENT["Registry"], listed, show(), changes,
    limited.show_all(picture.read("trunks").values.values()),
    answer_of(SPECS["trunks"].value).model_json_schema(),
]))
"""


def test_a_new_topic_is_one_folder_and_one_line(tmp_path: Path) -> None:
    section = read_section("A live topic")
    files = re.findall(r"^`(amictl/\S+\.py)` .*?```python\n(.*?)```", section, re.MULTILINE | re.DOTALL)
    (line, after) = re.findall(r"`(\w+\.TOPIC,)`", section)
    shutil.copytree(ROOT / "amictl", tmp_path / "amictl")
    folder = tmp_path / "amictl/pbx/topics/trunks"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""Where the PBX is registered."""\n', encoding="utf-8")
    for name, text in files:
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert (tmp_path / name).parent == folder
    topics = tmp_path / "amictl/pbx/picture/topics.py"
    insert(topics, f"{line}\n    ", before=after)
    insert(
        topics, "from amictl.pbx.topics.trunks import topic as trunks\n", before="from amictl.pbx.topics.spec"
    )
    given = f"LISTED, REGISTRY = {LISTED!r}, {REGISTRY!r}\n"
    listed, read_class, before, now, changes, limited, schema = run_in(tmp_path, given + USE_TOPIC)
    trunk = {"trunk": "sip:centre@provider.example", "server": "sip:provider.example"}
    assert (listed, read_class, limited) == (True, "system", [])
    assert before == {trunk["trunk"]: {**trunk, "status": "Unregistered"}}
    assert now == {trunk["trunk"]: {**trunk, "status": "Registered"}}
    assert changes == [{"op": "put", "key": trunk["trunk"], "value": now[trunk["trunk"]]}]
    assert (
        schema["properties"]["status"]["description"] == "In Asterisk's words, such as Registered or Rejected"
    )


def read_section(title: str) -> str:
    """Return a section of the document."""
    (section,) = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
    return str(section)


def append(file: Path, text: str) -> None:
    """Put a text at the end of a file."""
    with file.open("a", encoding="utf-8") as stream:
        stream.write(text)


def insert(file: Path, text: str, *, before: str) -> None:
    """Put a text in front of the one place where another one stands."""
    front, mark, rest = file.read_text(encoding="utf-8").partition(before)
    assert mark, before
    file.write_text(f"{front}{text}{mark}{rest}", encoding="utf-8")


def run_in(folder: Path, program: str) -> Any:  # noqa: ANN401 - JSON
    """Return what a Python program prints last, as JSON, run in a copy of amictl beside these tests."""
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])
