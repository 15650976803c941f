"""What answers each AMI action; importing the package fills the table of `registry`."""

from amictl.demo.actions import core, session

__all__ = ["core", "session"]
