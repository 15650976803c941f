"""What is written for plain threads works on eventlet's green ones, too: the same tests, patched."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
# In processes of their own, which eventlet patches before anything else. Each takes seconds to start.
_TESTS = (
    ("tests/manager", "tests/realtime/test_outboxes.py", "tests/realtime/test_websocket_endpoint.py"),
    (
        *("tests/asterisk/test_manager_on_asterisk.py", "tests/faults"),
        *("tests/demo/test_demo_server.py", "tests/demo/test_link_to_demo.py"),
    ),
)


@pytest.mark.long
@pytest.mark.served
@pytest.mark.parametrize("paths", _TESTS, ids=lambda paths: paths[0])
def test_the_same_tests_pass_on_green_threads(paths: tuple[str, ...]) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", *paths],
        env=kept | {"AMICTL_TEST_EVENTLET": "1"},
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d passed", done.stdout), done.stdout
