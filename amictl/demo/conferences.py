"""Conferences: who is in which room, who waits, who is heard (Asterisk apps/app_confbridge.c)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from amictl.demo.bridges import Bridge
from amictl.demo.causes import Cause
from amictl.demo.channels import Channel
from amictl.demo.conference_profiles import DEFAULT_MENU, BridgeProfile, Profiles, UserProfile
from amictl.demo.text import Headers

if TYPE_CHECKING:
    from amictl.demo.world import World

_RESULT: Final = "CONFBRIDGE_RESULT"
_RECORDER: Final = "CBRec"  # the driver of channels that record, which it counts by itself


@dataclass(slots=True, eq=False)
class ConferenceUser:
    """Somebody in a conference.

    Args:
        channel: Their channel.
        profile: How they take part.
        menu: The name of the menu that their digits mean something in.
        is_muted: Whether they asked, or were made, not to be heard.
        is_waiting: Whether they wait for a marked user.

    Attributes:
        wants_music: Whether they hear music as long as they are in the room.
        is_inside: Whether they are in the bridge, and not listening to a prompt before.
    """

    channel: Channel
    profile: UserProfile
    menu: str = DEFAULT_MENU
    is_muted: bool = False
    is_waiting: bool = False
    is_talking: bool = False
    is_kicked: bool = False
    wants_music: bool = False
    is_inside: bool = False

    def start_music(self) -> None:
        """Let them hear music, as soon as they are in the room."""
        self.wants_music = True
        if self.is_inside:
            self.channel.start_music(self.profile.music_class)

    def stop_music(self) -> None:
        """Let them hear the others."""
        self.wants_music = False
        if self.is_inside:
            self.channel.stop_music()


@dataclass(slots=True, eq=False)
class Conference:
    """One room, as long as somebody is in it.

    Args:
        world: The world.
        name: What is dialled for it.
        profile: How it is.
        bridge: Where all are.

    Attributes:
        users: Who takes part, first those who are active, in the order of their coming.
        is_locked: Whether only admins may come.
        recording: The file it is recorded to; empty while it is not.
    """

    world: World
    name: str
    profile: BridgeProfile
    bridge: Bridge
    users: list[ConferenceUser] = field(default_factory=list)
    is_locked: bool = False
    recording: str = ""

    @property
    def active(self) -> list[ConferenceUser]:
        """Who takes part and does not wait."""
        return [user for user in self.users if not user.is_waiting]

    @property
    def waiting(self) -> list[ConferenceUser]:
        """Who waits for a marked user."""
        return [user for user in self.users if user.is_waiting]

    @property
    def marked(self) -> list[ConferenceUser]:
        """The marked users."""
        return [user for user in self.users if user.profile.is_marked]

    @property
    def device(self) -> str:
        """The device that shows whether somebody is in it."""
        return f"confbridge:{self.name}"

    @property
    def is_full(self) -> bool:
        """Whether nobody but admins may come, since there are enough."""
        return bool(self.profile.max_members) and len(self.active) >= self.profile.max_members

    def user_of(self, channel: Channel) -> ConferenceUser | None:
        """Return who takes part with a channel."""
        return next((user for user in self.users if user.channel is channel), None)

    def find(self, name: str) -> list[ConferenceUser]:
        """Return who is meant by a channel's name, ``all`` or ``participants`` (all but admins)."""
        users = [*self.active, *self.waiting]
        if name.lower() == "all":
            return users
        if name.lower() == "participants":
            return [user for user in users if not user.profile.is_admin]
        return [user for user in users if user.channel.name.lower() == name.lower()]

    # Who comes and goes (apps/confbridge/conf_state_*.c)

    def add(self, user: ConferenceUser) -> None:
        """Let somebody take part, before they are in the bridge."""
        was_empty, alone = not self.users, self.active if len(self.active) == 1 else []
        user.is_muted = user.profile.starts_muted
        user.is_waiting = user.profile.waits_for_marked and not user.profile.is_marked and not self.marked
        self.users.append(user)
        if was_empty:
            self.world.devices.changed(self.device)
        if user.is_waiting:
            if user.profile.hears_music:
                user.start_music()
            return
        for first in alone:
            if first.profile.hears_music:
                first.stop_music()
        if user.profile.is_marked:
            self._let_waiting_in(user)
        self._see_who_is_alone()

    def remove(self, user: ConferenceUser) -> None:
        """Let somebody take part no more; the last one ends the conference."""
        self.users.remove(user)
        user.stop_music()
        if user.profile.is_marked:
            self._see_to_those_of_marked()
        if not self.users:
            self.world.conferences.end(self)
        else:
            self._see_who_is_alone()

    def _let_waiting_in(self, marked: ConferenceUser) -> None:
        for user in self.waiting:
            user.is_waiting = False
            user.stop_music()
        # Who waited comes after those who were there, and after the marked user.
        self.users.sort(key=lambda user: user.profile.waits_for_marked and user is not marked)

    def _see_to_those_of_marked(self) -> None:
        """Put out, or let wait, those who were there for marked users ("leave_marked")."""
        is_left = not self.marked
        for user in self.active:
            profile = user.profile
            if not is_left and not profile.ends_with_any_marked:
                continue
            if (profile.ends_with_marked or profile.ends_with_any_marked) and not user.is_kicked:
                user.is_waiting = profile.waits_for_marked and not profile.is_marked
                self.put_out(user, "ENDMARKED")
            elif profile.waits_for_marked and not profile.is_marked:
                user.is_waiting = True
                if profile.hears_music:
                    user.start_music()

    def _see_who_is_alone(self) -> None:
        active = self.active
        if len(active) == 1 and active[0].profile.hears_music and not active[0].is_kicked:
            active[0].start_music()

    # What its bridge does as channels come and go

    def push(self, channel: Channel, swaps: Channel | None) -> None:
        """Do nothing: who takes part was added before."""

    def joined(self, channel: Channel) -> None:
        """Tell who came."""
        user = self.user_of(channel)
        if user is not None:
            self._tell_of(user, "ConfbridgeJoin", ("Muted", _yes_no(user.is_muted)))

    def pull(self, channel: Channel) -> None:
        """Tell who goes."""
        user = self.user_of(channel)
        if user is not None:
            self._tell_of(user, "ConfbridgeLeave")
            channel.stop_music()
            user.is_inside = False

    # What is done to it

    def put_out(self, user: ConferenceUser, result: str) -> None:
        """Put somebody out.

        Args:
            user: Who.
            result: What CONFBRIDGE_RESULT says, ``KICKED`` or ``ENDMARKED``.
        """
        user.is_kicked = True
        user.channel.set_variable(_RESULT, result)
        if user.channel.bridge is self.bridge:
            user.channel.hangup_cause = user.channel.hangup_cause or Cause.NORMAL
            self.bridge.kick(user.channel)

    def mute(self, user: ConferenceUser, *, is_muted: bool) -> None:
        """Let somebody be heard, or not."""
        user.is_muted = is_muted
        self._tell_of(user, "ConfbridgeMute" if is_muted else "ConfbridgeUnmute")

    def hear(self, channel: Channel, *, is_talking: bool) -> None:
        """Take note that somebody begins to talk, or ends; told where their profile says so."""
        user = self.user_of(channel)
        if user is not None and user.is_talking != is_talking and user.profile.tells_talking:
            user.is_talking = is_talking
            self._tell_of(user, "ConfbridgeTalking", before=("TalkingStatus", "on" if is_talking else "off"))

    def start_recording(self, file: str) -> None:
        """Record it."""
        self.recording = file
        self.bridge.unseen_last = [
            f"{_RECORDER}/{self.name}-{self.world.channels.take_number(_RECORDER):08x}"
        ]
        self.tell("ConfbridgeRecord")
        self.bridge.name_peers()

    def stop_recording(self) -> None:
        """Record it no more."""
        self.tell("ConfbridgeStopRecord")
        self.recording, self.bridge.unseen_last = "", []
        self.bridge.name_peers()

    def show_video_of(self, user: ConferenceUser) -> None:
        """Let all see one user."""
        previous = self.bridge.video_source
        self.bridge.video_source_mode, self.bridge.video_source = "single", user.channel.unique_id
        if previous != self.bridge.video_source:
            self.tell_video_source(previous)

    def tell_video_source(self, previous: str) -> None:
        """Send BridgeVideoSourceUpdate."""
        told = (("BridgePreviousVideoSource", previous),)
        self.world.emit("BridgeVideoSourceUpdate", self.bridge.headers(), told)

    def tell(self, event: str) -> None:
        """Send one of its events."""
        self.world.emit(event, (("Conference", self.name),), self.bridge.headers())

    def _tell_of(
        self, user: ConferenceUser, event: str, *after: tuple[str, str], before: tuple[str, str] | None = None
    ) -> None:
        admin = ("Admin", _yes_no(user.profile.is_admin))
        told: Headers = (*((before,) if before else ()), admin, *after)
        room = (("Conference", self.name),)
        self.world.emit(event, room, self.bridge.headers(), user.channel.headers(), told)


class Conferences:
    """All conferences that somebody is in.

    Args:
        world: The world.
        path: ``confbridge.conf``.

    Attributes:
        profiles: What the file says.
    """

    def __init__(self, world: World, path: Path) -> None:
        self._world = world
        self.profiles = Profiles(path)
        self._conferences: dict[str, Conference] = {}
        world.devices.set_base("confbridge", self._state)
        world.devices.set_base("CBAnn", lambda _: "UNKNOWN")

    def get(self, name: str) -> Conference | None:
        """Return the conference of a name."""
        return self._conferences.get(name)

    def all(self) -> list[Conference]:
        """Return all conferences, oldest first."""
        return list(self._conferences.values())

    def open(self, name: str, profile: BridgeProfile) -> Conference:
        """Return the conference of a name, made as a profile says where there is none."""
        conference = self._conferences.get(name)
        if conference is None:
            bridge = self._world.bridges.create("base", "softmix", "ConfBridge", name=name, dissolves=False)
            conference = self._conferences[name] = Conference(self._world, name, profile, bridge)
            bridge.methods = conference
            bridge.unseen = [f"CBAnn/{name}-{self._world.channels.take_number():08x};2"]
            if profile.is_recorded:
                conference.start_recording(profile.record_file)
            conference.tell("ConfbridgeStart")
        return conference

    def end(self, conference: Conference) -> None:
        """End a conference that nobody is in any more."""
        if self._conferences.get(conference.name) is conference:  # and not of a PBX that was started again
            del self._conferences[conference.name]
        self._world.devices.changed(conference.device)
        conference.tell("ConfbridgeEnd")
        if conference.recording:
            conference.stop_recording()
        conference.bridge.unseen = []
        conference.bridge.destroy()
        # The channel that announces goes; both of its halves tell of its device.
        for _ in range(2):
            told = (("Device", f"CBAnn/{conference.name}"), ("State", "UNKNOWN"))
            self._world.emit("DeviceStateChange", told)

    def _state(self, device: str) -> str:
        return "INUSE" if device.removeprefix("confbridge:") in self._conferences else "NOT_INUSE"


def _yes_no(value: bool) -> str:
    return "Yes" if value else "No"
