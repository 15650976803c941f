"""What ``docs/extending.md`` says is done to a copy of amictl, and does what the document says of it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs

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


def test_a_new_error_is_one_class(tmp_path: Path) -> None:
    (section,) = re.findall(r"^## An error\n(.*?)(?=^## |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
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


def insert(file: Path, text: str, *, before: str) -> None:
    """Put a text in front of the one place where another one stands."""
    front, mark, rest = file.read_text(encoding="utf-8").partition(before)
    assert mark, before
    file.write_text(f"{front}{text}{mark}{rest}", encoding="utf-8")


def run_in(folder: Path, program: str) -> Any:  # noqa: ANN401 - JSON
    """Return what a Python program prints as JSON, run in a copy of amictl."""
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)
