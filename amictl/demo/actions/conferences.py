"""Actions of conferences (Asterisk apps/app_confbridge.c)."""

from __future__ import annotations

from collections.abc import Iterator

from amictl.demo.actions.registry import answers
from amictl.demo.actions.request import ListItem, Request
from amictl.demo.conferences import Conference, ConferenceUser

_NO_CONFERENCES = "No active conferences."
_NO_CONFERENCE = "No Conference by that name found."
_NO_CHANNEL = "No Channel by that name found in Conference."


@answers("ConfbridgeListRooms")
def list_rooms(request: Request) -> None:
    """List the conferences that somebody is in."""
    conferences = request.world.conferences.all()
    if not conferences:
        request.fail(_NO_CONFERENCES)
        return
    items: list[ListItem] = [("ConfbridgeListRooms", [_room(conference)]) for conference in conferences]
    message = "Confbridge conferences will follow"
    request.list(message, items, complete="ConfbridgeListRoomsComplete")


def _room(conference: Conference) -> list[tuple[str, str]]:
    return [
        ("Conference", conference.name),
        ("Parties", str(len(conference.users))),
        ("Marked", str(len(conference.marked))),
        ("Locked", _yes_no(conference.is_locked)),
        ("Muted", "No"),  # of all participants at once, which only a menu can do
    ]


@answers("ConfbridgeList")
def list_users(request: Request) -> None:
    """List who takes part in a conference."""
    conference = _find_conference(request)
    if conference is not None:
        message = "Confbridge user list will follow"
        request.list(message, list(_users(conference)), complete="ConfbridgeListComplete")


def _users(conference: Conference) -> Iterator[ListItem]:
    for user in (*conference.active, *conference.waiting):
        yield "ConfbridgeList", [_user(conference, user), user.channel.headers()]


def _user(conference: Conference, user: ConferenceUser) -> list[tuple[str, str]]:
    profile, channel = user.profile, user.channel
    answered_at = channel.answered_at
    seconds = 0 if answered_at is None else int(channel.world.env.now - answered_at)
    return [
        ("Conference", conference.name),
        ("Admin", _yes_no(profile.is_admin)),
        ("MarkedUser", _yes_no(profile.is_marked)),
        ("WaitMarked", _yes_no(profile.waits_for_marked)),
        ("EndMarked", _yes_no(profile.ends_with_marked)),
        ("EndMarkedAny", _yes_no(profile.ends_with_any_marked)),
        ("Waiting", _yes_no(user.is_waiting)),
        ("Muted", _yes_no(user.is_muted)),
        ("Talking", _yes_no(user.is_talking)),
        ("AnsweredTime", str(seconds)),
    ]


@answers("ConfbridgeMute")
def mute(request: Request) -> None:
    """Let somebody not be heard."""
    _mute(request, is_muted=True)


@answers("ConfbridgeUnmute")
def unmute(request: Request) -> None:
    """Let somebody be heard again."""
    _mute(request, is_muted=False)


def _mute(request: Request, *, is_muted: bool) -> None:
    conference = _find_conference(request, needs_channel=True)
    if conference is None:
        return
    name = request.get("Channel").lower()
    # Here, and here only, the beginning of a channel's name is enough (generic_mute_unmute_helper).
    users = (
        conference.find(name)
        or [user for user in conference.find("all") if user.channel.name.lower().startswith(name)][:1]
    )
    if not users or (name == "participants" and not conference.find(name)):
        request.fail(_NO_CHANNEL)
        return
    for user in users:
        conference.mute(user, is_muted=is_muted)
    request.succeed("User muted" if is_muted else "User unmuted")


@answers("ConfbridgeLock")
def lock(request: Request) -> None:
    """Let nobody but admins come."""
    _lock(request, is_locked=True)


@answers("ConfbridgeUnlock")
def unlock(request: Request) -> None:
    """Let all come again."""
    _lock(request, is_locked=False)


def _lock(request: Request, *, is_locked: bool) -> None:
    conference = _find_conference(request)
    if conference is not None:
        conference.is_locked = is_locked
        request.succeed("Conference locked" if is_locked else "Conference unlocked")


@answers("ConfbridgeKick")
def kick(request: Request) -> None:
    """Put somebody out, or all."""
    conference = _find_conference(request)
    if conference is None:
        return
    name = request.get("Channel")
    users = [user for user in conference.find(name) if not user.is_kicked]
    if not users:
        request.fail(_NO_CHANNEL)
        return
    for user in users:
        conference.put_out(user, "KICKED")
    request.succeed("All participants kicked" if name == "all" else "User kicked")


@answers("ConfbridgeStartRecord")
def start_recording(request: Request) -> None:
    """Record a conference."""
    conference = _find_conference(request)
    if conference is None:
        return
    if conference.recording:
        request.fail("Conference is already being recorded.")
        return
    name = f"confbridge-{conference.name}-{int(request.world.now())}.wav"
    conference.start_recording(request.get("RecordFile") or conference.profile.record_file or name)
    request.succeed("Conference Recording Started.")


@answers("ConfbridgeStopRecord")
def stop_recording(request: Request) -> None:
    """Record a conference no more."""
    conference = _find_conference(request)
    if conference is None:
        return
    if not conference.recording:
        request.fail("Internal error while stopping recording.")
        return
    conference.stop_recording()
    request.succeed("Conference Recording Stopped.")


@answers("ConfbridgeSetSingleVideoSrc")
def set_video_source(request: Request) -> None:
    """Let all see one participant."""
    conference = _find_conference(request, needs_channel=True)
    if conference is None:
        return
    users = [user for user in conference.active if user.channel.name.startswith(request.get("Channel"))]
    if not users:
        request.fail("No channel by that name found in conference.")
        return
    conference.show_video_of(users[0])
    request.succeed("Conference single video source set.")


def _find_conference(request: Request, *, needs_channel: bool = False) -> Conference | None:
    """Return the conference that an action is about; refuses where there is none."""
    name = request.get("Conference")
    conference = request.world.conferences.get(name)
    if not name:
        request.fail("No Conference name provided.")
    elif needs_channel and not request.get("Channel"):
        request.fail("No channel name provided.")
    elif not request.world.conferences.all():
        request.fail(_NO_CONFERENCES)
    elif conference is None:
        request.fail(_NO_CONFERENCE)
    else:
        return conference
    return None


def _yes_no(value: bool) -> str:
    return "Yes" if value else "No"
