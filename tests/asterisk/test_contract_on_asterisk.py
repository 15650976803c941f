"""Any request that the OpenAPI document allows or forbids gets an answer that the document has."""

from __future__ import annotations

import subprocess
import sys
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


def make_unlikely_token(server: AmictlServer) -> str:
    """Return a token that no revocation by a small number hits."""
    visit = server.log_in()
    return [str(visit.post("/api/tokens/", {}).json()["data"]["token"]) for _ in range(_TOKENS)][-1]


def read_epoch(server: AmictlServer, token: str) -> str:
    answer = server.call_api(token).get("/api/ami/status/")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["data"]["epoch"])


@pytest.mark.long
def test_no_request_breaks_the_contract_or_the_link(
    private_asterisk_22: AsteriskServer, start_amictl: StartAmictl, tmp_path: Path
) -> None:
    pbx = private_asterisk_22
    server = start_amictl(pbx)
    server.wait_until_ready()
    link = requests.get(f"{server.url}/readyz", timeout=PATIENCE).json()["links"]
    with AmiClient(pbx.host, pbx.ami_port, pbx.username, pbx.secret) as ami:
        token = make_unlikely_token(server)
        epoch = read_epoch(server, token)
        done = subprocess.run(
            [
                str(Path(sys.executable).with_name("schemathesis")),
                f"--config-file={_SETTINGS}",
                "run",
                f"{server.url}/api/openapi.json",
                f"--header=Authorization: Bearer {token}",
                f"--max-examples={_EXAMPLES}",
                "--phases=examples,coverage,fuzzing",
                "--seed=1",
                "--no-color",
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-20000:] + done.stderr
        assert "No issues found" in done.stdout
        assert ami.action("Ping")[0]["Response"] == "Success"  # the PBX lives, by another link
    ready = requests.get(f"{server.url}/readyz", timeout=PATIENCE)
    assert ready.status_code == 200, ready.text
    assert ready.json()["links"] == link
    assert read_epoch(server, token) == epoch  # one AMI session all the way
    assert "Traceback" not in server.output
