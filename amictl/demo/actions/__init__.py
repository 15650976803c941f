"""What answers each AMI action; importing the package fills the table of `registry`."""

from amictl.demo.actions import (
    calls,
    channels,
    conferences,
    core,
    database,
    dialplan,
    originations,
    parking,
    pjsip,
    queues,
    recording,
    session,
    states,
    telephony,
    voicemail,
)

__all__ = [
    "calls",
    "channels",
    "conferences",
    "core",
    "database",
    "dialplan",
    "originations",
    "parking",
    "pjsip",
    "queues",
    "recording",
    "session",
    "states",
    "telephony",
    "voicemail",
]
