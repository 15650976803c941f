"""What ``confbridge.conf`` says of conferences and of who takes part (Asterisk apps/confbridge)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from amictl.demo.configuration import Section, is_true, read_configuration, to_integer

DEFAULT_BRIDGE: Final = "default_bridge"
DEFAULT_USER: Final = "default_user"
DEFAULT_MENU: Final = "default_menu"


@dataclass(frozen=True, slots=True)
class BridgeProfile:
    """How a conference is.

    Args:
        name: The section's name.
        max_members: How many may take part, 0 for any number; admins always may.
        is_recorded: Whether it is recorded from the beginning.
        record_file: Where to; empty gives each recording a name of its own.
        video_mode: Whose video all see: ``none``, ``first_marked``, ``last_marked``, ``follow_talker`` or
            ``sfu``.
        sounds: Other sounds than Asterisk's own, by what they say (``locked``, ``kicked``, …).
    """

    name: str = DEFAULT_BRIDGE
    max_members: int = 0
    is_recorded: bool = False
    record_file: str = ""
    video_mode: str = "none"
    sounds: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def read(cls, section: Section) -> BridgeProfile:
        """Read a section of ``type = bridge``."""
        sounds = {
            setting.name.removeprefix("sound_"): setting.value
            for setting in section.settings
            if setting.name.startswith("sound_")
        }
        return cls(
            section.name,
            to_integer(section.get("max_members")),
            is_true(section.get("record_conference")),
            section.get("record_file"),
            section.get("video_mode", "none"),
            MappingProxyType(sounds),
        )

    def sound(self, what: str, standard: str) -> str:
        """Return the name of a sound, Asterisk's own where the profile has none."""
        return self.sounds.get(what, standard)


@dataclass(frozen=True, slots=True)
class UserProfile:
    """How somebody takes part.

    Args:
        name: The section's name.
        is_admin: May come into a locked or full conference.
        is_marked: Those who wait for a marked user wait for this one.
        waits_for_marked: Hears nobody until a marked user is there.
        ends_with_marked: Is put out when the last marked user leaves; ``ends_with_any_marked`` when one does.
        ends_with_any_marked: See there.
        starts_muted: Is not heard at first.
        is_quiet: Hears no prompts.
        says_only_person: Hears that nobody else is there.
        hears_music: Hears music while nobody else is there.
        music_class: Which.
        pin: What has to be dialled.
        tells_talking: Whether ConfbridgeTalking is sent.
        answers: Whether the call is answered.
        seconds: For how long at most, 0 for ever.
    """

    name: str = DEFAULT_USER
    is_admin: bool = False
    is_marked: bool = False
    waits_for_marked: bool = False
    ends_with_marked: bool = False
    ends_with_any_marked: bool = False
    starts_muted: bool = False
    is_quiet: bool = False
    says_only_person: bool = True
    hears_music: bool = False
    music_class: str = ""
    pin: str = ""
    tells_talking: bool = False
    answers: bool = True
    seconds: int = 0

    @classmethod
    def read(cls, section: Section) -> UserProfile:
        """Read a section of ``type = user``."""
        return cls(
            section.name,
            is_true(section.get("admin")),
            is_true(section.get("marked")),
            is_true(section.get("wait_marked")),
            is_true(section.get("end_marked")),
            is_true(section.get("end_marked_any")),
            is_true(section.get("startmuted")),
            is_true(section.get("quiet")),
            is_true(section.get("announce_only_user", "yes")),
            is_true(section.get("music_on_hold_when_empty")),
            section.get("music_on_hold_class"),
            section.get("pin"),
            is_true(section.get("talk_detection_events")),
            is_true(section.get("answer_channel", "yes")),
            to_integer(section.get("timeout")),
        )


class Profiles:
    """All profiles; the default ones are there without being written.

    Args:
        path: ``confbridge.conf``.

    Attributes:
        bridges: By name.
        users: By name.
        menus: The actions of each menu by the digits that are pressed for them.
    """

    def __init__(self, path: Path) -> None:
        self.bridges = {DEFAULT_BRIDGE: BridgeProfile()}
        self.users = {DEFAULT_USER: UserProfile()}
        self.menus: dict[str, Mapping[str, str]] = {DEFAULT_MENU: {}}
        for section in read_configuration(path):
            kind = section.get("type")
            if kind == "bridge":
                self.bridges[section.name] = BridgeProfile.read(section)
            elif kind == "user":
                self.users[section.name] = UserProfile.read(section)
            elif kind == "menu":
                self.menus[section.name] = {
                    setting.name: setting.value
                    for setting in section.settings
                    if setting.name not in {"type", "template"}
                }
