"""The distribution's Chromium, for tests and measurements."""

from __future__ import annotations

import os
import shutil
from typing import Final

FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""For a run without a screen, as root, and without anything that calls home."""


def find_chromium() -> str | None:
    """Return the browser's path: what ``AMICTL_TEST_CHROMIUM`` names, else ``chromium`` of the PATH."""
    return os.environ.get("AMICTL_TEST_CHROMIUM") or shutil.which("chromium")
