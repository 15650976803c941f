"""Text messages outside of calls (Asterisk main/message.c, res/res_pjsip_messaging.c)."""

from __future__ import annotations

from amictl.demo.actions.registry import answers
from amictl.demo.actions.request import Request

_TECHNOLOGY = "pjsip"


@answers("MessageSend")
def send_message(request: Request) -> None:
    """Send a message to a phone; it arrives where somebody is registered."""
    to = request.get("Destination") or request.get("To")
    technology, colon, target = to.partition(":")
    if not to:
        request.fail("No 'To' address specified.")
    elif technology.lower() != _TECHNOLOGY or not colon:
        request.fail("Message technology not found.")
    elif request.world.endpoints.contacts(target.partition("/")[0]):
        request.succeed("Message successfully sent")
    else:
        request.fail("Message failed to send.")
