"""Which Asterisk the demo speaks like; the test bed has the same."""

from __future__ import annotations

from typing import Final

ASTERISK_VERSION: Final = "22.10.1"
"""The release whose dialogue it is; its headers and texts were compared with that release's."""

AMI_VERSION: Final = "11.0.0"
"""Asterisk include/asterisk/manager.h, AMI_VERSION."""
