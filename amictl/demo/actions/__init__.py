"""What answers each AMI action; importing the package fills the table of `registry`."""

from amictl.demo.actions import (
    calls,
    channels,
    conferences,
    core,
    originations,
    parking,
    queues,
    recording,
    session,
)

__all__ = [
    "calls",
    "channels",
    "conferences",
    "core",
    "originations",
    "parking",
    "queues",
    "recording",
    "session",
]
