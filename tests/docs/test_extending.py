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

from tests.patience import PATIENCE
from tests.serving import ROOT

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
print(json.dumps([answer.status_code, answer.json, sent, browser.get("/").text, document]))
"""


def test_a_new_action_with_a_route_and_a_button_touches_three_files(tmp_path: Path) -> None:
    section = read_section("An action with a route")
    method, route = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    (button,) = re.findall(r"```html\n(.*?)```", section, re.DOTALL)
    (promised,) = re.findall(r"```json\n(.*?)```", section, re.DOTALL)
    files = re.findall(r"`((?:amictl/services/calls|amictl/web|templates)/\S+)`", section)
    service, routes, template = (tmp_path / file for file in files)
    for folder in ("amictl", "templates", "static", "migrations"):
        shutil.copytree(ROOT / folder, tmp_path / folder, symlinks=True)
    append(service, f"\n{method}")
    imported, handler = route.split("\n\n\n")
    insert(routes, f"{imported}\n", before="from amictl.services.results import")
    append(routes, f"\n\n{handler}")
    insert(template, button, before='</td>\n  </tr>\n</template>\n<template id="hangup-dialog">')
    status, answer, sent, page, document = run_in(tmp_path, SEND_FLASH)
    assert (status, answer, sent) == (200, json.loads(promised), ["SendFlash"])
    assert 'data-write="flash/"' in page
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


def read_section(title: str) -> str:
    """Return what stands below a heading of the document."""
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
