"""AMI as a pure protocol: bytes in, messages and replies out, and actions to bytes; no socket."""

from amictl.protocol.buffer import MessageBuffer
from amictl.protocol.codec import Action
from amictl.protocol.connection import AmiConnection, challenge_action, login_action, logoff_action
from amictl.protocol.escapes import is_escaped, unescape
from amictl.protocol.messages import Message
from amictl.protocol.replies import Absorbed, Replies, Reply

__all__ = [
    "Absorbed",
    "Action",
    "AmiConnection",
    "Message",
    "MessageBuffer",
    "Replies",
    "Reply",
    "challenge_action",
    "is_escaped",
    "login_action",
    "logoff_action",
    "unescape",
]
