"""What answers each AMI action; importing the package fills the table of `registry`."""

from amictl.demo.actions import (
    core,
    parking,
    queues,
    session,
)

__all__ = [
    "core",
    "parking",
    "queues",
    "session",
]
