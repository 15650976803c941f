"""What the AMI user may do on the PBX, as far as Asterisk tells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from amictl.pbx.catalogue import CATALOGUE, KnownAction, parse_version
from amictl.protocol import Action, Reply

# What amictl itself asks for, and the write class (any of them) that gives it. QueueStatus and BridgeList
# need none. Source: the "(Priv: …)" words of ListCommands on Asterisk 16 and 22.
WRITE_CLASSES = {
    "CoreShowChannels": "system or reporting",
    "CoreSettings": "system or reporting",
    "Hangup": "system or call",
    "Originate": "originate",
    "QueuePause": "agent",
}

# The read classes without which the live picture does not move, and what stands still.
READ_CLASSES = {
    "call": "channels, bridges, parking and conferences do not change",
    "agent": "queues do not change",
    "dialplan": "where channels are in the dialplan does not change",
    "system": "registrations do not change, and a restart of the PBX is seen late",
}

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_REPLY_HEADERS = frozenset({"response", "actionid", "message"})


@dataclass(frozen=True, slots=True)
class UserRights:
    """The classes of one user in ``manager.conf``.

    Args:
        read: Classes of events that the user receives.
        write: Classes of actions that the user may send.
    """

    read: frozenset[str]
    write: frozenset[str]


def read_listing(reply: Reply) -> dict[str, str] | None:
    """Return what ``ListCommands`` tells of each action, by name, or None when it was refused."""
    if not reply.success:
        return None
    return {name: text for name, text in reply.response.headers if name.lower() not in _REPLY_HEADERS}


def read_action_names(reply: Reply) -> frozenset[str] | None:
    """Return the lower-case names that ``ListCommands`` lists, or None when it was refused."""
    listing = read_listing(reply)
    return None if listing is None else frozenset(name.lower() for name in listing)


def show_user(username: str, actions: frozenset[str] | None) -> Action | None:
    """Return the action that shows the user's classes, or None where it cannot be asked.

    The CLI is the only place that tells the read classes, and it needs the write class ``command``.
    """
    if actions is None or "command" not in actions or not _PLAIN_NAME.fullmatch(username):
        return None
    return Action("Command", (("Command", f"manager show user {username}"),), changes_pbx=False)


def read_user_rights(reply: Reply) -> UserRights | None:
    """Return the classes that ``manager show user`` prints, or None when it prints none."""
    found: dict[str, frozenset[str]] = {}
    for line in reply.output if reply.success else ():
        label, _, classes = line.strip().partition(" perm: ")
        if label in {"read", "write"}:
            found[label] = frozenset(name.strip() for name in classes.split(","))
    if len(found) < 2:
        return None
    return UserRights(found["read"], found["write"])


def describe_missing_reads(rights: UserRights | None) -> list[str]:
    """Return a sentence for each read class that the live picture lacks."""
    if rights is None or "all" in rights.read:
        return []
    return [
        f"The AMI user lacks the read class {name}: {effect}."
        for name, effect in READ_CLASSES.items()
        if name not in rights.read
    ]


def describe_missing_actions(names: Iterable[str], actions: frozenset[str] | None) -> list[str]:
    """Return a sentence for each action that this user on this PBX cannot send."""
    if actions is None:
        return []
    return [describe_missing_action(name) for name in names if name.lower() not in actions]


def describe_missing_lists(
    names: Iterable[str],
    actions: frozenset[str] | None,
    rights: UserRights | None,
    asterisk_version: str | None,
) -> list[str]:
    """Return a sentence on the lists that a PBX does not give for want of a write class.

    Lists that it lacks by its version or for want of a module are none of the user's business.

    Args:
        names: The lists, which not every PBX has.
        actions: What the PBX listed, in lower case; None when it does not list anything.
        rights: The user's classes; None where the PBX did not tell: then what it listed shows them.
        asterisk_version: As the PBX told.
    """
    if actions is None:
        return []
    held = rights.write if rights else _infer_classes(actions)
    lacking = []
    for name in names:
        known = CATALOGUE[name.lower()]
        is_over = known.until is not None and parse_version(asterisk_version) >= (known.until + 1,)
        if name.lower() not in actions and not is_over and not held & (known.rights | {"all"}):
            lacking.append(f"{name} ({' or '.join(sorted(known.rights))})")
    if not lacking:
        return []
    return [f"The AMI user lacks the write classes for some parts of the picture: {', '.join(lacking)}."]


def _infer_classes(actions: frozenset[str]) -> frozenset[str]:
    """Return the write classes that a user must have, since the PBX lists actions that need just them."""
    listed: Iterable[KnownAction] = (known for name, known in CATALOGUE.items() if name in actions)
    return frozenset(next(iter(known.rights)) for known in listed if len(known.rights) == 1)


def describe_missing_action(name: str) -> str:
    """Return why an action is not there, and what to do about it."""
    if write_class := WRITE_CLASSES.get(name):
        return f"{name} is not available: the AMI user lacks the write class {write_class}."
    return f"{name} is not available: its module is not loaded in Asterisk."
