"""Finding the live channel that a request names, and whether the one who asks may touch its call."""

from __future__ import annotations

from amictl.errors import InvalidInput, NotFound
from amictl.manager import Pbx
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.channels.value import Channel
from amictl.protocol import Reply
from amictl.services.access import Actor, open_gate


def find_channel(pbx: Pbx, actor: Actor, field: str, name: str) -> Channel:
    """Return the channel that a field names.

    Args:
        pbx: Where; its picture must be live.
        actor: Who asks; one limited to queues controls the calls of those queues.
        field: The field, for the error.
        name: The channel's name or unique ID.

    Raises:
        InvalidInput: A regular expression, which Asterisk would match against all channels.
        NotFound: There is no such channel, or no longer.
        PermissionDenied: Its call is out of the actor's scope.
    """
    if name.startswith("/"):
        raise InvalidInput.of(field, "Name one channel; a regular expression is not taken.")
    found = pbx.picture.find_channel(name)
    if found is None:
        raise NotFound(f"{field}: there is no such channel on {pbx.name}; it may have ended.")
    open_gate(pbx, actor).require_channel(found)
    return found


def channels_of_call(picture: LivePicture, channel: Channel) -> tuple[Channel, ...]:
    """Return all channels with the linked ID of one of them, itself included."""
    if channel.linked_id is None:
        return (channel,)
    return tuple(each for each in picture.channels() if each.linked_id == channel.linked_id)


def words_of(reply: Reply) -> str:
    """Return what the PBX said; some actions succeed without a word."""
    return reply.message.strip() or "Success"


def done_to(pbx: Pbx, channel: Channel, reply: Reply) -> tuple[str, str, str, str]:
    """Return what a `amictl.services.results.ChannelDone` begins with.

    Args:
        pbx: Where it was done.
        channel: To what.
        reply: What the PBX said.
    """
    return pbx.name, words_of(reply), channel.channel, channel.unique_id
