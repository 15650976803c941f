"""Any request that the OpenAPI document allows or forbids gets an answer that the document has."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import requests

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.server import AsteriskServer
from tests.patience import PATIENCE
from tests.serving import AmictlServer, StartAmictl

_SETTINGS = Path(__file__).with_name("schemathesis.toml")
_LONGEST = 10 * PATIENCE
_TOKENS = 25
_EXAMPLES = 4  # random ones for each operation, beside those at the bounds of each field
# The operations whose bodies are richest: all kinds of bounds that a field can have are among them.
_RICH = r"/(originate|add|pause|tokens|db|action|command)/$"
_SHORT = (("examples,fuzzing",), ("coverage", f"--include-path-regex={_RICH}"))
_WHOLE = (("examples,coverage,fuzzing",),)


def make_unlikely_token(server: AmictlServer) -> str:
    """Return a token that no revocation by a small number hits."""
    visit = server.log_in()
    return [str(visit.post("/api/tokens/", {}).json()["data"]["token"]) for _ in range(_TOKENS)][-1]


def read_epoch(server: AmictlServer, token: str) -> str:
    answer = server.call_api(token).get("/api/ami/status/")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["data"]["epoch"])


def send_requests(server: AmictlServer, token: str, folder: Path, phases: str, *options: str) -> None:
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            f"--config-file={_SETTINGS}",
            "run",
            f"{server.url}/api/openapi.json",
            f"--header=Authorization: Bearer {token}",
            f"--max-examples={_EXAMPLES}",
            f"--phases={phases}",
            f"--request-timeout={PATIENCE:.0f}",
            "--seed=1",
            "--no-color",
            *options,
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_LONGEST,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-20000:] + done.stderr
    assert "No issues found" in done.stdout


@pytest.mark.long
@pytest.mark.parametrize(
    "runs", [pytest.param(_SHORT, id="short"), pytest.param(_WHOLE, id="whole", marks=pytest.mark.soak)]
)
def test_no_request_breaks_the_contract_or_the_link(
    private_asterisk_22: AsteriskServer,
    start_amictl: StartAmictl,
    tmp_path: Path,
    runs: Sequence[Sequence[str]],
) -> None:
    pbx = private_asterisk_22
    server = start_amictl(pbx)
    server.wait_until_ready()
    link = requests.get(f"{server.url}/readyz", timeout=PATIENCE).json()["links"]
    with AmiClient(pbx.host, pbx.ami_port, pbx.username, pbx.secret) as ami:
        token = make_unlikely_token(server)
        epoch = read_epoch(server, token)
        for phases, *options in runs:
            send_requests(server, token, tmp_path, phases, *options)
        assert ami.action("Ping")[0]["Response"] == "Success"  # the PBX lives, by another link
    ready = requests.get(f"{server.url}/readyz", timeout=PATIENCE)
    assert ready.status_code == 200, ready.text
    assert ready.json()["links"] == link
    assert read_epoch(server, token) == epoch  # one AMI session all the way
    assert "Traceback" not in server.output
