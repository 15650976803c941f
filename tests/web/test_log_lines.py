"""Log lines: for people on a terminal and for programs, nothing in them acts."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import ROOT

LOGS = """
import structlog, sys
from amictl.serving import set_up_logging
set_up_logging()
text = "x\\x1b]0;owned\\x07\\u202e\\x9b\\x7f\\udcff\\nforged"
log = structlog.get_logger()
try:
    raise ValueError(text)
except ValueError:
    log.exception("from_a_pbx", caller=text, channels=[text])
"""
ACTING = ("\x1b]0;owned", "\x07", "\u202e", "\x9b", "\x7f", "\nforged")


def run_logging(stderr: int) -> None:
    command = [sys.executable, "-W", "ignore", "-c", LOGS]
    subprocess.run(command, cwd=ROOT, stderr=stderr, check=True, env={**os.environ, "NO_COLOR": ""})


def test_lines_for_programs_are_json_of_one_line_that_says_what_was_said(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        run_logging(log.fileno())
    (line,) = (tmp_path / "log").read_text().splitlines()
    assert json.loads(line)["caller"] == "x\x1b]0;owned\x07\u202e\x9b\x7f\udcff\nforged"
    assert line.isprintable()


def test_lines_for_people_show_what_would_act(capfd: pytest.CaptureFixture[str]) -> None:
    controller, terminal = pty.openpty()
    run_logging(terminal)
    os.close(terminal)
    written = os.read(controller, 65536).decode()
    os.close(controller)
    head, _, trace = written.partition("Traceback")
    assert r"x\u001b]0;owned\u0007\u202e\u009b\u007f\udcff\u000aforged" in head
    assert trace
    assert not [each for each in ACTING if each in head]
    assert not [each for each in ACTING[:-1] if each in trace]
    capfd.readouterr()
