"""What answers each AMI action; importing the package fills the table of `registry`."""

from amictl.demo.actions import (
    core,
    database,
    dialplan,
    parking,
    pjsip,
    queues,
    session,
    states,
)

__all__ = [
    "core",
    "database",
    "dialplan",
    "parking",
    "pjsip",
    "queues",
    "session",
    "states",
]
