"""``confbridge …``, ``parking …`` and ``voicemail …``: rooms, lots and mailboxes."""

from __future__ import annotations

from collections.abc import Iterator

from amictl.demo.conferences import Conference, ConferenceUser
from amictl.demo.console.registry import CommandFailed, Invocation, command
from amictl.demo.parking import Lot
from amictl.demo.text import UNKNOWN

_LINE = "-" * 74


@command("confbridge list", "List conference bridges and participants.", most=1)
def list_conferences(asked: Invocation) -> Iterator[str]:
    """List all conferences, or who is in one (apps/app_confbridge.c)."""
    conferences = asked.world.conferences
    if not asked.words:
        yield "Conference Bridge Name           Users  Marked Locked Muted"
        yield "================================ ====== ====== ====== ====="
        for each in conferences.all():
            locked = "Yes" if each.is_locked else "No"
            yield f"{_pad(each.name, 32)} {len(each.users):6} {len(each.marked):6} {locked:6} No"
        return
    conference = conferences.get(asked.words[0])
    if conference is None:
        yield f"No conference bridge named '{asked.words[0]}' found!"
        return
    yield "Channel                        Flags  User Profile     Bridge Profile   Menu             CallerID"
    yield " ".join("=" * width for width in (30, 6, 16, 16, 16, 16))
    for user in (*conference.active, *conference.waiting):
        yield _describe_user(conference, user)


def _describe_user(conference: Conference, user: ConferenceUser) -> str:
    profile = user.profile
    flags = (
        ("A", profile.is_admin), ("M", profile.is_marked), ("W", profile.waits_for_marked),
        ("E", profile.ends_with_marked), ("m", user.is_muted), ("w", user.is_waiting),
    )  # fmt: skip
    shown = "".join(letter for letter, is_set in flags if is_set)
    names = " ".join(_pad(name, 16) for name in (profile.name, conference.profile.name, user.menu))
    return f"{_pad(user.channel.name, 30)} {shown:6} {names} {user.channel.caller.number or UNKNOWN}"


@command("parking show", "Show a parking lot or a list of all parking lots.", most=1)
def show_lots(asked: Invocation) -> Iterator[str]:
    """Show all lots, or one with who waits in it (res/parking/parking_ui.c)."""
    parking = asked.world.parking
    yield ""
    if not asked.words:
        yield from ("Parking General Options", "-----------------------")
        yield f"Dynamic Parking     :  {'yes' if parking.is_dynamic else 'no'}"
        yield ""
        for each in parking.all():
            yield from _describe_lot(each)
        yield ""
        return
    lot = parking.get(asked.words[0])
    if lot is None:
        yield f"Could not find parking lot '{asked.words[0]}'"
        yield ""
        return
    yield from _describe_lot(lot)
    yield from ("Parked Calls", "------------")
    if not lot.users:
        yield from ("  (none)", "")
    for user in lot.users.values():
        yield f"  Space               :  {user.space}"
        yield f"  Channel             :  {user.channel.name}"
        yield f"  Parker Dial String  :  {user.dial_string}"
        yield ""
    yield ""


def _describe_lot(lot: Lot) -> Iterator[str]:
    settings = lot.settings
    unused = " (comebacktoorigin=yes, not used)" if settings.comes_back_to_origin else ""
    yield f"Parking Lot: {settings.name}"
    yield _LINE
    yield f"Parking Extension   :  {settings.extension}"
    yield f"Parking Context     :  {settings.context}"
    yield f"Parking Spaces      :  {settings.first}-{settings.last}"
    yield f"Parking Time        :  {settings.seconds} sec"
    yield f"Comeback to Origin  :  {'yes' if settings.comes_back_to_origin else 'no'}"
    yield f"Comeback Context    :  {settings.comeback_context}{unused}"
    yield f"Comeback Dial Time  :  {settings.comeback_seconds} sec"
    yield f"MusicOnHold Class   :  {settings.music_class}"
    yield "Enabled             :  yes"
    yield "Dynamic             :  no"
    yield ""


@command("voicemail show users", "List defined voicemail boxes", most=2)
def show_mailboxes(asked: Invocation) -> Iterator[str]:
    """Show all mailboxes, or those of a context after ``for`` (apps/app_voicemail.c)."""
    boxes = asked.world.voicemail.all()
    if not boxes:
        raise CommandFailed("There are no voicemail users currently defined")
    if asked.words:
        context = asked.words[-1]
        boxes = [box for box in boxes if box.context == context]
        if not boxes:
            raise CommandFailed(f'No such voicemail context "{context}"')
    yield _describe_columns("Context", "Mbox", "User", "Zone", "NewMsg")
    for box in boxes:
        yield _describe_columns(box.context, box.number, box.fullname, box.option("tz"), str(box.new))
    yield f"{len(boxes)} voicemail users configured."


@command("voicemail show zones", "List zone message formats")
def show_zones(_asked: Invocation) -> Iterator[str]:
    """Show how mailboxes say times; the demo's files have no zone."""
    raise CommandFailed("There are no voicemail zones currently defined")


def _describe_columns(context: str, number: str, name: str, zone: str, new: str) -> str:
    return f"{_pad(context, 10)} {_pad(number, 5)} {_pad(name, 25)} {_pad(zone, 10)} {new:>6}"


def _pad(text: str, width: int) -> str:
    """Fill a text up with blanks; C counts its bytes, and not the characters."""
    return text + " " * (width - len(text.encode()))
