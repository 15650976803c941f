"""The dialplan's applications; importing this package registers them all."""

from amictl.demo.applications import (
    basic,
    confbridge,
    dial,
    listening,
    parking,
    queue,
    queue_members,
    voicemail,
)
from amictl.demo.applications.registry import application, application_names, find_application

__all__ = [
    "application",
    "application_names",
    "basic",
    "confbridge",
    "dial",
    "find_application",
    "listening",
    "parking",
    "queue",
    "queue_members",
    "voicemail",
]
