"""What answers each AMI action; importing the package fills the table of `registry`."""

from amictl.demo.actions import core, queues, session

__all__ = ["core", "queues", "session"]
