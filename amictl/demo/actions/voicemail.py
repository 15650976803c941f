"""Actions of mailboxes (Asterisk apps/app_voicemail.c, main/manager.c)."""

from __future__ import annotations

from collections.abc import Iterator

from amictl.demo.actions.registry import answers
from amictl.demo.actions.request import ListItem, Request
from amictl.demo.voicemail import FOLDERS, INBOX, OLD, URGENT, MailBox, Message


@answers("MailboxStatus")
def tell_waiting(request: Request) -> None:
    """Tell whether new messages wait in a mailbox, or in any of several."""
    name = request.get("Mailbox")
    if not name:
        request.fail("Mailbox not specified")
        return
    waits = any(box.new for box in request.world.voicemail.several(name))
    request.give([("Mailbox", name), ("Waiting", str(int(waits)))], "Mailbox Status")


@answers("MailboxCount")
def count_messages(request: Request) -> None:
    """Count the messages of a mailbox, or of several."""
    name = request.get("Mailbox")
    if not name:
        request.fail("Mailbox not specified")
        return
    boxes = request.world.voicemail.several(name)
    counts = {
        title: sum(len(box.folders[folder]) for box in boxes)
        for title, folder in (("UrgMessages", URGENT), ("NewMessages", INBOX), ("OldMessages", OLD))
    }
    told = [("Mailbox", name), *((title, str(count)) for title, count in counts.items())]
    request.give(told, "Mailbox Message Count")


@answers("VoicemailUsersList")
def list_users(request: Request) -> None:
    """List all mailboxes."""
    boxes = request.world.voicemail.all()
    if not boxes:
        request.succeed("There are no voicemail users currently defined.")
        return
    items: list[ListItem] = [("VoicemailUserEntry", [box.headers()]) for box in boxes]
    request.list("Voicemail user list will follow", items, complete="VoicemailUserEntryComplete")


@answers("VoicemailUserStatus")
def show_user(request: Request) -> None:
    """Show a mailbox."""
    box = _find_box(request, "There is no voicemail user of the given info.")
    if box is None:
        return
    message = "Voicemail user detail will follow"
    request.list(message, [("VoicemailUserDetail", [box.headers()])], complete="VoicemailUserDetailComplete")


@answers("VoicemailBoxSummary")
def list_messages(request: Request) -> None:
    """List the messages of a mailbox."""
    box = _find_box(request, "There is no voicemail user matching the given user.")
    if box is None:
        return
    message = "Voicemail box detail will follow"
    request.list(message, list(_messages(request, box)), complete="VoicemailBoxDetailComplete")


def _find_box(request: Request, unknown: str) -> MailBox | None:
    """Return the mailbox that an action names; answer the action where there is none."""
    context, number = request.get("Context"), request.get("Mailbox")
    if not context or not number:
        request.fail("Need 'Context' and 'Mailbox' parameters.")
        return None
    box = request.world.voicemail.get(f"{number}@{context}")
    if box is None:
        request.succeed(unknown)
    return box


def _messages(request: Request, box: MailBox) -> Iterator[ListItem]:
    for folder in FOLDERS:
        for message in box.folders[folder]:
            left_at = request.world.local_time(message.left_at)
            told = [
                ("Folder", folder),
                ("CallerID", message.caller_id),
                ("Date", f"{left_at:%a %b} {left_at.day:2d} {left_at:%I:%M:%S %p UTC %Y}"),
                ("Duration", str(message.seconds)),
                ("Flag", message.flag),
                ("ID", message.message_id),
            ]
            yield "VoicemailBoxDetail", [told]


@answers("VoicemailRefresh")
def refresh(request: Request) -> None:
    """Look for changes; the demo's mailboxes change by the demo alone."""
    request.succeed("Refresh sent")


@answers("VoicemailMove")
def move(request: Request) -> None:
    """Put a message into another folder."""
    if _lacks(request, "Mailbox", "Context", "Folder", "ID", "ToFolder"):
        return
    box, message = _find(request)
    folder, target = request.get("Folder"), request.get("ToFolder")
    voicemail = request.world.voicemail
    if box is not None and message is not None and voicemail.move(box, message, folder, target):
        request.succeed("Message move successful\n")
        voicemail.tell(box)
    else:
        request.succeed("Message move failed\n")


@answers("VoicemailRemove")
def remove(request: Request) -> None:
    """Delete a message."""
    if _lacks(request, "Mailbox", "Context", "Folder", "ID"):
        return
    box, message = _find(request)
    if box is not None and message is not None:
        box.folders[request.get("Folder")].remove(message)
        request.succeed("Message remove successful\n")
        request.world.voicemail.tell(box)
    else:
        request.succeed("Message remove failed\n")


@answers("VoicemailForward")
def forward(request: Request) -> None:
    """Copy a message into another mailbox."""
    if _lacks(request, "Mailbox", "Context", "Folder", "ID", "ToMailbox", "ToContext", "ToFolder"):
        return
    voicemail = request.world.voicemail
    _, message = _find(request)
    target = voicemail.get(f"{request.get('ToMailbox')}@{request.get('ToContext')}")
    if (
        message is not None
        and target is not None
        and voicemail.forward(message, target, request.get("ToFolder"))
    ):
        request.succeed("Message forward successful\n")
        voicemail.tell(target)
    else:
        request.succeed("Message forward failed\n")


def _lacks(request: Request, *headers: str) -> bool:
    """Refuse an action that lacks one of its headers."""
    missing = next((name for name in headers if not request.get(name)), None)
    if missing is not None:
        request.fail(f"{missing} not specified, required")
    return missing is not None


def _find(request: Request) -> tuple[MailBox | None, Message | None]:
    box = request.world.voicemail.get(f"{request.get('Mailbox')}@{request.get('Context')}")
    return box, box.find(request.get("Folder"), request.get("ID")) if box is not None else None
