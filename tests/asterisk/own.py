"""A PBX of the developer's own, for machines on which the bed cannot run."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.asterisk.ami_client import AmiClient

_PREFIX = "AMICTL_TEST_AMI_"


@dataclass(frozen=True, slots=True)
class OwnPbx:
    """An Asterisk that tests may use but not kill; its dialplan must be that of ``tests/asterisk/conf``.

    Args:
        host: Where AMI listens.
        ami_port: Its TCP port.
        username: An AMI user with all rights.
        secret: That user's secret.
        major: Its major version.
    """

    host: str
    ami_port: int
    username: str
    secret: str
    major: int

    @staticmethod
    def is_configured(environ: Mapping[str, str] = os.environ) -> bool:
        """Whether the environment names one."""
        return f"{_PREFIX}HOST" in environ

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> OwnPbx:
        """Read ``AMICTL_TEST_AMI_HOST``, ``_PORT``, ``_USERNAME`` and ``_SECRET``; ask for the version."""
        host, port = environ[f"{_PREFIX}HOST"], int(environ.get(f"{_PREFIX}PORT", "5038"))
        username, secret = environ[f"{_PREFIX}USERNAME"], environ[f"{_PREFIX}SECRET"]
        with AmiClient(host, port, username, secret) as client:
            version = client.action("CoreSettings")[0]["AsteriskVersion"]
        found = re.search(r"\d+", version)
        if not found:
            raise ValueError(f"The PBX at {host}:{port} calls its version {version!r}")
        return cls(host, port, username, secret, int(found.group()))

    def cli(self, command: str) -> str:
        """Run a CLI command over AMI and return its output."""
        with AmiClient(self.host, self.ami_port, self.username, self.secret, events="off") as client:
            return client.command(command)
