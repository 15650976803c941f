"""What the fork server starts is the program itself, with its own environment, streams, signals and end."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.fork_server import ROOT, Program, fork_server, run_command
from tests.patience import PATIENCE
from tests.serving import PASSWORD, StartAmictl

pytestmark = pytest.mark.served


def test_a_command_has_its_own_environment_arguments_and_streams(start_amictl: StartAmictl) -> None:
    server = start_amictl()
    made = server.flask("user", "create", "eve", "--role", "Supervisor", "--password-stdin", stdin=PASSWORD)
    assert "eve" in made
    assert server.log_in("eve").get("/console/").status_code == 200


def test_a_command_that_fails_ends_with_its_status_and_says_why_on_standard_error(tmp_path: Path) -> None:
    done = run_command(["nonsense"], {"AMICTL_INSTANCE": str(tmp_path)}, timeout=PATIENCE)
    assert (done.returncode, done.stdout) == (2, "")
    assert "No such command 'nonsense'" in done.stderr


def test_a_process_runs_until_a_signal_ends_it_and_that_is_told(tmp_path: Path) -> None:
    environment = {"AMICTL_INSTANCE": str(tmp_path), "AMICTL_PORT": "0", "AMICTL_DEMO": "no"}
    with Path(os.devnull).open() as nothing, (tmp_path / "output").open("w") as output:
        process = fork_server(Program.SERVER).start([], environment, nothing, output, output)
    assert process.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.01)
    assert Path(f"/proc/{process.pid}/cwd").resolve() == ROOT
    process.kill()
    assert process.wait(PATIENCE) == process.poll() == -signal.SIGKILL
    assert not Path(f"/proc/{process.pid}").exists()


@pytest.mark.parametrize("program", Program)
def test_forks_share_nothing_by_which_they_could_wake_each_other(program: Program) -> None:
    server = fork_server(program)
    with Path(os.devnull).open("r+b") as nothing:
        ended = server.start(["--version"], {"AMICTL_PORT": "none"}, nothing, nothing, nothing)
    assert ended.wait(PATIENCE) == (1 if program is Program.SERVER else 0)  # by then all was imported
    opened = {int(path.name): str(path.readlink()) for path in Path(f"/proc/{server.pid}/fd").iterdir()}
    (orders,) = (name for number, name in opened.items() if number > 2)
    assert orders.startswith("socket:")
