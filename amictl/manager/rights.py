"""What the AMI user may do on the PBX, as far as Asterisk tells."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from amictl.manager.event_filters import find_filtered
from amictl.manager.stanza import READ_CLASSES, WRITE_CLASSES
from amictl.pbx.catalogue import CATALOGUE, KnownAction, explain_missing, is_new_enough, parse_version
from amictl.pbx.picture.hearing import CLASS_OF_EVENT
from amictl.protocol import Action, Reply

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_FILTER = "eventfilter"
_REPLY_HEADERS = frozenset({"response", "actionid", "message"})


@dataclass(frozen=True, slots=True)
class UserRights:
    """The classes of one user in ``manager.conf``.

    Args:
        read: Classes of events that the user receives.
        write: Classes of actions that the user may send.
        filtered: Names of events that the user's ``eventfilter`` lines keep away.
    """

    read: frozenset[str]
    write: frozenset[str]
    filtered: frozenset[str] = frozenset()

    @property
    def lacking_reads(self) -> tuple[str, ...]:
        """The read classes that amictl asks for and the user does not have."""
        return tuple(name for name in READ_CLASSES if not self.read & {name, "all"})

    @property
    def lacking_writes(self) -> tuple[str, ...]:
        """The write classes that amictl asks for and the user does not have."""
        return tuple(name for name in WRITE_CLASSES if not self.write & {name, "all"})


def read_listing(reply: Reply) -> dict[str, str] | None:
    """Return the description that ``ListCommands`` gives of each action, by name; None when refused."""
    if not reply.success:
        return None
    return {name: text for name, text in reply.response.headers if name.lower() not in _REPLY_HEADERS}


def read_action_names(reply: Reply) -> frozenset[str] | None:
    """Return the lower-case names that ``ListCommands`` lists, or None when it was refused."""
    listing = read_listing(reply)
    return None if listing is None else frozenset(name.lower() for name in listing)


def show_user(username: str, actions: frozenset[str] | None) -> Action | None:
    """Return the action that shows the user's classes, or None where it cannot be asked.

    The CLI tells what is in force, read classes included, and needs the write class ``command``.
    """
    if actions is None or "command" not in actions or not _PLAIN_NAME.fullmatch(username):
        return None
    return Action("Command", (("Command", f"manager show user {username}"),), changes_pbx=False)


def show_section(username: str, actions: frozenset[str] | None) -> Action | None:
    """Return the action that shows the user's section of ``manager.conf``, or None where it cannot be asked.

    It alone tells event filters, and needs the write class ``system`` or ``config``.
    """
    if actions is None or "getconfig" not in actions:
        return None
    return Action("GetConfig", (("Filename", "manager.conf"), ("Category", username)), changes_pbx=False)


def read_user_rights(shown: Reply | None, section: Reply | None = None) -> UserRights | None:
    """Return the user's classes and event filters, or None when the PBX tells no classes.

    Args:
        shown: The answer to `show_user`.
        section: The answer to `show_section`; what is in force may be older than the file.
    """
    lines = _read_section(section) if section else []
    rights = (_read_shown(shown) if shown else None) or _read_classes(dict(lines))
    if rights is None:
        return None
    return replace(rights, filtered=find_filtered(read_filters(section), CLASS_OF_EVENT))


def read_filters(section: Reply | None) -> list[tuple[str, str]]:
    """Return key and value of each ``eventfilter`` line that the user's section has.

    Args:
        section: The answer to `show_section`; None where it was not asked.
    """
    lines = _read_section(section) if section else []
    return [(key, value) for key, value in lines if key.startswith(_FILTER)]


def _read_shown(reply: Reply) -> UserRights | None:
    """Return the classes that ``manager show user`` prints."""
    lines = (line.strip().partition(" perm: ") for line in reply.output) if reply.success else ()
    return _read_classes({label: classes for label, _, classes in lines})


def _read_section(reply: Reply) -> list[tuple[str, str]]:
    """Return key and value of each line of a section; the secret among them is not kept."""
    if not reply.success:
        return []
    lines = (value.partition("=") for name, value in reply.response.headers if name.startswith("Line-"))
    pairs = [(_read_key(key), value.strip()) for key, _, value in lines]
    return [pair for pair in pairs if pair[0].startswith(("read", "write", _FILTER))]


def _read_key(key: str) -> str:
    """Return a line's key in lower case; what a filter asks for in parentheses stays as it is."""
    word, parenthesis, criteria = key.strip().partition("(")
    return f"{word.lower()}{parenthesis}{criteria}"


def _read_classes(told: Mapping[str, str]) -> UserRights | None:
    """Return the classes in words such as ``call,agent``."""
    if not {"read", "write"} <= told.keys():
        return None
    read, write = (frozenset(name.strip() for name in told[label].split(",")) for label in ("read", "write"))
    return UserRights(read, write)


def describe_missing_classes(
    rights: UserRights | None, actions: frozenset[str] | None, asterisk_version: str | None
) -> list[str]:
    """Return a sentence for each class that amictl asks for and the user lacks.

    Args:
        rights: What the PBX tells of the user; where it is None, what it listed shows the write classes.
        actions: What the PBX listed, in lower case; None when it does not list anything.
        asterisk_version: As the PBX told.
    """
    if rights is None:
        reads = ["The PBX does not tell which read classes the AMI user has."]
    else:
        reads = [
            f"The AMI user lacks the read class {name}: {READ_CLASSES[name]}."
            for name in rights.lacking_reads
        ]
    lacking = find_lacking_writes(rights, actions, asterisk_version)
    writes = [f"The AMI user lacks the write class {name}: {WRITE_CLASSES[name]}." for name in lacking]
    return reads + writes


def find_lacking_writes(
    rights: UserRights | None, actions: frozenset[str] | None, asterisk_version: str | None
) -> tuple[str, ...]:
    """Return the write classes that the user lacks, as far as anybody knows; arguments as beside."""
    if rights is not None:
        return rights.lacking_writes
    return () if actions is None else _infer_lacking(actions, parse_version(asterisk_version))


def describe_missing_lists(
    names: Iterable[str],
    actions: frozenset[str] | None,
    rights: UserRights | None,
    asterisk_version: str | None,
) -> list[str]:
    """Return a sentence for each action that the PBX does not list; arguments as for `explain_unlisted`."""
    if actions is None:
        return []
    missing = (CATALOGUE[name.lower()] for name in names if name.lower() not in actions)
    return [explain_missing(known, find_held(rights, actions), asterisk_version) for known in missing]


def explain_unlisted(
    names: Iterable[str],
    actions: frozenset[str] | None,
    rights: UserRights | None,
    asterisk_version: str | None,
) -> dict[str, str]:
    """Return, by name, why a PBX refuses lists to the user, where a missing write class is the reason.

    Lists that the PBX lacks for its version or for a missing module are left out: no class would help.

    Args:
        names: The lists.
        actions: What the PBX listed, in lower case; None when it does not list anything.
        rights: The user's classes; None where the PBX did not tell: then what it listed shows them.
        asterisk_version: As the PBX told.
    """
    if actions is None:
        return {}
    held, version = find_held(rights, actions), parse_version(asterisk_version)
    lacking = {}
    for name in names:
        known = CATALOGUE[name.lower()]
        is_over = known.until is not None and version >= (known.until + 1,)
        if (
            known.rights
            and name.lower() not in actions
            and not is_over
            and not held & (known.rights | {"all"})
        ):
            lacking[name] = explain_missing(known, held, asterisk_version)
    return lacking


def find_held(rights: UserRights | None, actions: Collection[str] | None) -> frozenset[str]:
    """Return the write classes that the user has, as far as that is known."""
    if rights is not None:
        return rights.write
    # The PBX lists actions that need just these.
    listed: Iterable[KnownAction] = (known for name, known in CATALOGUE.items() if name in (actions or ()))
    return frozenset(next(iter(known.rights)) for known in listed if len(known.rights) == 1)


def _infer_lacking(actions: frozenset[str], version: tuple[int, ...]) -> tuple[str, ...]:
    """Return the write classes that the user lacks, since no action that needs one of them is listed.

    That says something of actions of Asterisk's core, and of modules of which other actions are listed.
    """
    loaded = {None, *(known.module for name, known in CATALOGUE.items() if name in actions)}
    missing = {
        write_class
        for name, known in CATALOGUE.items()
        if known.module in loaded
        and name not in actions
        and known.until is None
        and is_new_enough(version, known.since)
        for write_class in known.rights
    }
    held = find_held(None, actions)
    return tuple(name for name in WRITE_CLASSES if name in missing - held)
