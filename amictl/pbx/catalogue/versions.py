"""Which version of Asterisk has an action, and why a PBX does not."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from amictl.pbx.catalogue.entries import KnownAction

OLDEST_VERSION: Final = 16
NEWEST_VERSION: Final = 22
"""The major versions of Asterisk between which the catalogue knows every action."""

_NUMBERS: Final = re.compile(r"\d+(?:\.\d+)*")


def parse_version(text: str | None) -> tuple[int, ...]:
    """Return the numbers of a version such as ``16.28.0~dfsg``; nothing when there are none."""
    found = _NUMBERS.search(text or "")
    return tuple(int(number) for number in found[0].split(".")) if found else ()


def is_new_enough(version: tuple[int, ...], since: Collection[str]) -> bool:
    """Return whether a version has what came with these releases, the first of each major version.

    Args:
        version: From `parse_version`; an unknown one is taken to have everything.
        since: Releases; when there are none every version has it.
    """
    if not version or not since:
        return True
    releases = [parse_version(release) for release in since]
    same_major = [release for release in releases if release[0] == version[0]]
    return version >= min(same_major) if same_major else version[0] > max(releases)[0]


def explain_missing(
    known: KnownAction, write_classes: frozenset[str] | None = None, asterisk_version: str | None = None
) -> str:
    """Return why a PBX does not list an action for its AMI user, as one sentence.

    Args:
        known: The action.
        write_classes: What the AMI user may do; None when nobody knows.
        asterisk_version: As the PBX told; None when nobody knows.
    """
    version = parse_version(asterisk_version)
    if known.until is not None and version and version[0] > known.until:
        instead = f"; {known.successor} does its work there" if known.successor else ""
        return f"Asterisk {version[0]} has {known.name} no more{instead}."
    if not is_new_enough(version, known.since):
        return f"{known.name} came with Asterisk {', '.join(known.since)}; this is {asterisk_version}."
    classes = " or ".join(sorted(known.rights))
    if known.rights and write_classes is not None and not write_classes & (known.rights | {"all"}):
        return f"The AMI user lacks the write class {classes} for {known.name}."
    if known.module is None:
        doubt = f": the AMI user may lack the write class {classes}" if classes and not write_classes else ""
        return f"The PBX does not list {known.name}{doubt}."
    doubt = f", or the AMI user lacks the write class {classes}" if classes and not write_classes else ""
    return f"{known.name} needs the module {known.module}, which the PBX has not loaded{doubt}."
