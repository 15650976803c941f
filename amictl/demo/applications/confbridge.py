"""ConfBridge: a channel takes part in a conference (Asterisk apps/app_confbridge.c, confbridge_exec)."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Final

import simpy

from amictl.demo.applications.registry import application
from amictl.demo.arguments import split_arguments
from amictl.demo.channels import Channel
from amictl.demo.conference_profiles import DEFAULT_BRIDGE, DEFAULT_MENU, DEFAULT_USER, UserProfile
from amictl.demo.conferences import Conference, ConferenceUser
from amictl.demo.mailbox import Mailbox
from amictl.demo.playing import sound_seconds
from amictl.demo.waiting import pause

Steps = Generator[simpy.Event, Any, bool | None]

_RESULT: Final = "CONFBRIDGE_RESULT"
_LONGEST_NAME: Final = 79
_TRIES: Final = 3
_DIGIT_SECONDS: Final = 6.0


@application("ConfBridge")
def confbridge(channel: Channel, data: str) -> Steps:
    """Take part in a conference until the channel leaves it, is put out, or ends."""
    name, bridge_name, user_name, menu_name = split_arguments(data, 4)
    profiles = channel.world.conferences.profiles
    bridge_profile = profiles.bridges.get(bridge_name or DEFAULT_BRIDGE)
    profile = profiles.users.get(user_name or DEFAULT_USER)
    if not name or len(name) > _LONGEST_NAME or bridge_profile is None or profile is None:
        return _fail(channel)
    if profile.answers:
        channel.answer()
    if profile.pin and not (yield from _ask_pin(channel, profile)):
        return _fail(channel)
    if (menu_name or DEFAULT_MENU) not in profiles.menus:
        return _fail(channel)
    conference = channel.world.conferences.get(name)
    if conference is not None and (conference.is_full or conference.is_locked) and not profile.is_admin:
        yield from pause(channel, sound_seconds(conference.profile.sound("locked", "confbridge-locked")))
        return _fail(channel)
    conference = channel.world.conferences.open(name, bridge_profile)
    user = ConferenceUser(channel, profile, menu_name or DEFAULT_MENU)
    conference.add(user)
    try:
        yield from _take_part(conference, user)
    finally:
        if user in conference.users:
            conference.remove(user)
    return None


def _take_part(conference: Conference, user: ConferenceUser) -> Generator[simpy.Event, Any, None]:
    channel, profile = user.channel, user.profile
    if not profile.is_quiet:
        yield from _greet(conference, user)
    if user.is_kicked:
        return
    user.is_inside = True
    if user.wants_music:
        channel.start_music(profile.music_class)
    if profile.is_marked and conference.profile.video_mode in {"first_marked", "last_marked"}:
        _show_marked(conference, user)
    if profile.seconds:
        channel.world.later(profile.seconds, lambda: _time_out(conference, user))
    yield from conference.bridge.join(channel)
    if not user.is_kicked and channel.is_ending:
        channel.set_variable(_RESULT, "HANGUP")
    if conference.bridge.video_source == channel.unique_id:
        conference.bridge.video_source = ""
        conference.tell_video_source(channel.unique_id)
    if user.is_kicked and not profile.is_quiet:
        yield from pause(channel, _sound(conference, "kicked", "conf-kicked"))


def _greet(conference: Conference, user: ConferenceUser) -> Generator[simpy.Event, Any, None]:
    """Let who comes hear how things are, and all others that somebody comes."""
    if user.is_waiting:
        yield from pause(user.channel, _sound(conference, "wait_for_leader", "conf-waitforleader"))
    elif user.profile.says_only_person and len(conference.users) == 1:
        yield from pause(user.channel, _sound(conference, "only_person", "conf-onlyperson"))
    yield from pause(user.channel, _sound(conference, "join", "confbridge-join"))


def _show_marked(conference: Conference, user: ConferenceUser) -> None:
    is_taken = bool(conference.bridge.video_source)
    if conference.profile.video_mode == "last_marked" or not is_taken:
        conference.show_video_of(user)


def _time_out(conference: Conference, user: ConferenceUser) -> None:
    if user.channel.bridge is conference.bridge and not user.channel.hung_up:
        conference.put_out(user, "TIMEOUT")


def _ask_pin(channel: Channel, profile: UserProfile) -> Generator[simpy.Event, Any, bool]:
    """Let somebody dial the PIN, up to three times."""
    digits: Mailbox[str] = Mailbox(channel.world.env)
    channel.digits = digits
    try:
        for _ in range(_TRIES):
            yield from pause(channel, sound_seconds("conf-getpin"))
            dialled = ""
            while (digit := (yield from digits.take(channel.world.env.now + _DIGIT_SECONDS))) not in {
                "#",
                None,
            }:
                dialled += digit or ""
            if dialled == profile.pin:
                return True
            yield from pause(channel, sound_seconds("conf-invalidpin"))
    finally:
        channel.digits = None
    return False


def _fail(channel: Channel) -> bool:
    channel.set_variable(_RESULT, "FAILED")
    return False


def _sound(conference: Conference, what: str, standard: str) -> float:
    return sound_seconds(conference.profile.sound(what, standard))
