"""Voicemail: the mailboxes of ``voicemail.conf`` and their messages (Asterisk apps/app_voicemail.c)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from amictl.demo.channels import Channel
from amictl.demo.configuration import Section, is_true, read_configuration, to_integer
from amictl.demo.text import Headers

if TYPE_CHECKING:
    from amictl.demo.world import World

INBOX: Final = "INBOX"
OLD: Final = "Old"
URGENT: Final = "Urgent"
FOLDERS: Final = (
    INBOX, OLD, "Work", "Family", "Friends", "Cust1", "Cust2", "Cust3", "Cust4", "Cust5", "Deleted", URGENT,
)  # fmt: skip
"""The folders in Asterisk's order."""

_SPOOL: Final = "/var/spool/asterisk/voicemail"
# Sections of the file that are no contexts.
_OTHER_SECTIONS: Final = frozenset({"general", "zonemessages"})


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Args:
        message_id: As AMI's actions name it.
        caller_id: Who left it, ``"Name" <number>``.
        left_at: When, in Unix seconds.
        seconds: How long it is.
        flag: ``Urgent`` or empty.
    """

    message_id: str
    caller_id: str
    left_at: float
    seconds: int
    flag: str = ""


@dataclass(slots=True, eq=False)
class MailBox:
    """One mailbox.

    Args:
        context: Where it is.
        number: Its number there.
        password: What is dialled to open it.
        fullname: Whose it is.
        email: Where to messages are sent; empty is nowhere.
        pager: The same for a pager.
        options: What its line says besides, or the section ``general``.

    Attributes:
        folders: Its messages, oldest first.
    """

    context: str
    number: str
    password: str
    fullname: str
    email: str = ""
    pager: str = ""
    options: dict[str, str] = field(default_factory=dict)
    folders: dict[str, list[Message]] = field(default_factory=lambda: {name: [] for name in FOLDERS})

    @property
    def name(self) -> str:
        """Number and context, ``1001@default``."""
        return f"{self.number}@{self.context}"

    @property
    def new(self) -> int:
        """How many messages were not heard yet, the urgent ones included."""
        return len(self.folders[INBOX]) + len(self.folders[URGENT])

    @property
    def old(self) -> int:
        """How many were heard."""
        return len(self.folders[OLD])

    @property
    def most_messages(self) -> int:
        """How many a folder may have."""
        return to_integer(self.option("maxmsg", "100"))

    @property
    def is_full(self) -> bool:
        """Whether it takes no message more."""
        return len(self.folders[INBOX]) >= self.most_messages

    def option(self, name: str, default: str = "") -> str:
        """Return one of its options, or the one of all mailboxes."""
        return self.options.get(name, default)

    def find(self, folder: str, message_id: str) -> Message | None:
        """Return a message of a folder."""
        return next((each for each in self.folders.get(folder, ()) if each.message_id == message_id), None)

    def headers(self) -> Headers:
        """Return all that AMI tells of it ("append_vmu_info_astman")."""
        option = self.option
        return (
            ("VMContext", self.context),
            ("VoiceMailbox", self.number),
            ("Fullname", self.fullname),
            ("Email", self.email or "(null)"),
            ("Pager", self.pager),
            ("ServerEmail", option("serveremail", "asterisk")),
            ("FromString", option("fromstring")),
            ("MailCommand", option("mailcmd", "/usr/sbin/sendmail -t")),
            ("Language", option("language")),
            ("TimeZone", option("tz")),
            ("Callback", option("callback")),
            ("Dialout", option("dialout")),
            ("UniqueID", ""),
            ("ExitContext", option("exitcontext")),
            ("SayDurationMinimum", option("saydurationm", "2")),
            ("SayEnvelope", self._says("envelope", "yes")),
            ("SayCID", self._says("saycid")),
            ("AttachMessage", self._says("attach")),
            ("AttachmentFormat", option("attachfmt")),
            ("DeleteMessage", self._says("delete")),
            ("VolumeGain", f"{float(option('volgain', '0')):.2f}"),
            ("CanReview", self._says("review")),
            ("CanMarkUrgent", "Yes"),
            ("CallOperator", self._says("operator")),
            ("MaxMessageCount", str(self.most_messages)),
            ("MaxMessageLength", option("maxsecs", "0")),
            ("NewMessageCount", str(self.new)),
            ("OldMessageCount", str(self.old)),
        )

    def _says(self, option: str, default: str = "no") -> str:
        return "Yes" if is_true(self.option(option, default)) else "No"


class VoiceMail:
    """All mailboxes.

    Args:
        world: The world.
        path: ``voicemail.conf``.
    """

    def __init__(self, world: World, path: Path) -> None:
        self._world = world
        self._made = 0
        self._boxes: dict[str, MailBox] = {}
        configuration = read_configuration(path)
        general = {setting.name: setting.value for setting in configuration.section("general").settings}
        for section in configuration:
            if section.name not in _OTHER_SECTIONS:
                self._read(section, general)

    def begin(self) -> None:
        """Let phones' lamps show the mailboxes of a PBX that was just started; messages outlive it."""
        self._world.devices.set_base("MWI", self._state)
        for box in self._boxes.values():
            self._world.devices.begin(f"MWI:{box.name}")

    def get(self, name: str) -> MailBox | None:
        """Return a mailbox by ``number@context``; without a context it is in ``default``."""
        return self._boxes.get(name if "@" in name else f"{name}@default")

    def all(self) -> list[MailBox]:
        """Return all mailboxes, in the order of the file."""
        return list(self._boxes.values())

    def several(self, names: str) -> list[MailBox]:
        """Return the mailboxes of a list with commas between; those that are not there are left out."""
        found = (self.get(name.strip()) for name in names.split(","))
        return [box for box in found if box is not None]

    def leave(self, box: MailBox, channel: Channel, seconds: int, *, is_urgent: bool = False) -> str:
        """Leave a message that a channel spoke.

        Returns:
            The path of its file, without the ending.
        """
        caller = channel.caller
        caller_id = f'"{caller.name}" <{caller.number}>' if caller.name else caller.number
        flag = URGENT if is_urgent else ""
        message = Message(self._next_id(), caller_id, self._world.now(), seconds, flag)
        folder = URGENT if is_urgent else INBOX
        box.folders[folder].append(message)
        number = len(box.folders[folder]) - 1
        return f"{_SPOOL}/{box.context}/{box.number}/{folder}/msg{number:04d}"

    def move(self, box: MailBox, message: Message, folder: str, target: str) -> bool:
        """Put a message into another folder.

        Returns:
            Whether it was: there may be no such folder.
        """
        if target not in box.folders:
            return False
        box.folders[folder].remove(message)
        box.folders[target].append(message)
        return True

    def forward(self, message: Message, box: MailBox, folder: str) -> bool:
        """Copy a message into a mailbox.

        Returns:
            Whether it was: there may be no such folder, or no room.
        """
        if folder not in box.folders or box.is_full:
            return False
        copy = Message(self._next_id(), message.caller_id, message.left_at, message.seconds, message.flag)
        box.folders[folder].append(copy)
        return True

    def tell(self, box: MailBox, channel: Channel | None = None) -> None:
        """Send MessageWaiting, and let the lamps of phones follow.

        Args:
            box: Whose messages changed.
            channel: Who changed them.
        """
        counts = (("New", str(box.new)), ("Old", str(box.old)))
        told = (("Mailbox", box.name), ("Waiting", str(int(box.new > 0))), *counts)
        self._world.emit("MessageWaiting", channel.headers() if channel is not None else (), told)
        self._world.devices.changed(f"MWI:{box.name}")

    def _read(self, section: Section, general: dict[str, str]) -> None:
        for setting in section.settings:
            password, fullname, email, pager, options = _split_line(setting.value)
            box = MailBox(section.name, setting.name, password, fullname, email, pager, general | options)
            self._boxes[box.name] = box

    def _next_id(self) -> str:
        self._made += 1
        return f"{int(self._world.now())}-{self._made:08x}"

    def _state(self, device: str) -> str:
        box = self.get(device.removeprefix("MWI:"))
        return "INUSE" if box is not None and box.new else "NOT_INUSE"


def _split_line(line: str) -> tuple[str, str, str, str, dict[str, str]]:
    """Take a mailbox's line apart: password, name, email, pager, and options with ``|`` between."""
    password, fullname, email, pager, options = [*(part.strip() for part in line.split(",", 4)), *[""] * 4][
        :5
    ]
    return password, fullname, email, pager, dict(_options(options.split("|")))


def _options(parts: Iterable[str]) -> Iterable[tuple[str, str]]:
    for part in parts:
        name, equals, value = part.partition("=")
        if equals:
            yield name.strip(), value.strip()
