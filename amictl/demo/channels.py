"""Channels: the legs of calls, and all that the AMI tells of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import simpy

from amictl.demo.causes import NOT_ASKED, SoftHangup, cause_text, sip_code
from amictl.demo.snapshots import NOBODY, STATE_NAMES, Party, Snapshot, State
from amictl.demo.text import Block, escape_c

if TYPE_CHECKING:
    from amictl.demo.bridges import Bridge
    from amictl.demo.mailbox import Mailbox
    from amictl.demo.outgoing import Leg
    from amictl.demo.world import World

__all__ = ["NOBODY", "STATE_NAMES", "Channel", "Party", "State"]


@dataclass(slots=True, eq=False, repr=False)
class Channel:
    """One leg of a call.

    A process of the world runs its dialplan, or stays with it in a bridge. Whoever wants something of it
    (that it ends, that it goes elsewhere) leaves a note in the channel and interrupts that process:
    `simpy.Interrupt` is only a nudge, and `is_ending` and `leaves` say why.

    Args:
        world: Where it lives.
        name: As in AMI, ``PJSIP/1001-0000002a``.
        unique_id: As in AMI.
        linked_id: The unique ID of the oldest channel of its call.
        state: What it does.
        caller: Whose channel this is.
        context: Where in the dialplan it is, with ``exten`` and ``priority``.
        language: Its prompts' language.
        account: Its account code.

    Attributes:
        connected: Whom it talks to, as its phone shows it.
        application: The dialplan application that runs, with its ``data``.
        bridge: The bridge it is in.
        leg: Who rings it, while nobody answered.
        process: What runs its dialplan or holds it in a bridge; None for a leg that rings.
        peer_half: The other half of a Local channel.
        answered_at: When it was answered, in the world's time (``env.now``).
        created_at: The same for its beginning.
        music: The class of the music that it hears; empty where it hears none.
        is_held: Whether the other party holds the call; ``holds`` is whether its own phone does.
        counted_as: The state that it gives its device.
        told_application: Application and data as they were published last, which CoreShowChannels lists.
        hangup_cause: Why it ends, 0 as long as nobody said.
        after_bridge: Where in the dialplan it goes on when it is put out of its bridge.
        is_outgoing: Whether the PBX called it.
        has_jumped: Whether the application that runs has set the place where the dialplan goes on.
        features: What its person may do by pressing digits, in the letters of Dial's options.
        call_id: Of its SIP dialogue.
        on_end: Called with the channel right before it ends.
        on_hangup_request: Called with the channel when it is told that it shall end (Asterisk:
            ast_channel_hangup_request_type), which AMI's own Hangup does not tell.
        facts: What modules remember of it.
        digits: Where an application that reads digits gets those that are pressed outside of a bridge.
    """

    world: World
    name: str
    unique_id: str
    linked_id: str
    state: int
    caller: Party
    context: str
    exten: str
    priority: int = 1
    language: str = "en"
    account: str = ""
    connected: Party = NOBODY
    variables: dict[str, str] = field(default_factory=dict)
    application: str = ""
    data: str = ""
    bridge: Bridge | None = None
    leg: Leg | None = None
    process: simpy.Process | None = None
    peer_half: Channel | None = None
    answered_at: float | None = None
    created_at: float = 0.0
    music: str = ""
    is_held: bool = False
    counted_as: str = ""
    told_application: tuple[str, str] = ("", "")
    holds: bool = False
    hung_up: bool = False
    hangup_cause: int = 0
    tech_cause: int = 0
    softhangup: SoftHangup = NOT_ASKED
    dialed_number: str = ""
    music_class: str = ""
    features: str = ""
    call_id: str = ""
    has_jumped: bool = False
    is_outgoing: bool = False
    after_bridge: tuple[str, str, int] | None = None
    on_end: list[Any] = field(default_factory=list)
    on_hangup_request: list[Callable[[Channel], None]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    digits: Mailbox[str] | None = None
    _published: Snapshot | None = None
    _blocks: dict[str, Block] = field(default_factory=dict)
    _staging: int = 0

    def __repr__(self) -> str:
        return f"Channel({self.name})"

    @property
    def technology(self) -> str:
        """The driver: ``PJSIP`` or ``Local``."""
        return self.name.partition("/")[0]

    @property
    def device(self) -> str:
        """The device whose state follows from this channel: the name without its number."""
        return self.name.rpartition("-")[0]

    @property
    def is_ending(self) -> bool:
        """Whether it was asked to end (Asterisk: ast_check_hangup), or to go elsewhere in the dialplan."""
        return self.hung_up or bool(self.softhangup)

    @property
    def leaves(self) -> bool:
        """Whether it was asked to go elsewhere in the dialplan, and not to end."""
        return self.softhangup == SoftHangup.ASYNC_GOTO

    # What the AMI says of it

    def headers(self, prefix: str = "") -> Block:
        """Return the headers of the snapshot that was published last."""
        block = self._blocks.get(prefix)
        if block is None:
            block = self._blocks[prefix] = (self._published or self.look()).block(prefix)
        return block

    def fresh_headers(self, prefix: str = "") -> Block:
        """Return the headers of what the channel is now, published or not."""
        now = self.look()
        return self.headers(prefix) if now == self._published else now.block(prefix)

    def look(self) -> Snapshot:
        """Return what the channel is now."""
        return Snapshot(
            self.name, self.state, self.caller, self.connected, self.language, self.account,
            self.context, self.exten, self.priority, self.unique_id, self.linked_id,
        )  # fmt: skip

    @contextmanager
    def staged(self) -> Iterator[None]:
        """Publish nothing until several changes are made (Asterisk: ast_channel_stage_snapshot)."""
        self._staging += 1
        try:
            yield
        finally:
            self._staging -= 1
            self.publish()

    def publish(self) -> None:
        """Tell what changed since the last time ("Asterisk main/manager_channels.c", channel_monitors)."""
        if self._staging or self.hung_up:
            return
        old, new = self._published, self.look()
        begins = bool(self.application) and not self.told_application[0]
        # An application that changes at one place of the dialplan is published without an event.
        self.told_application = (self.application, self.data)
        if new == old and not begins:
            return
        self._published = new
        if new != old:
            self._blocks = {}
        if self.world.is_heard:
            self._tell_changes(old, new, begins=begins)

    def _tell_changes(self, old: Snapshot | None, new: Snapshot, *, begins: bool) -> None:
        headers, emit = self.headers(), self.world.emit
        if old is None:
            emit("Newchannel", headers)
        elif old.state != new.state:
            emit("Newstate", headers)
        if self.application and (begins or old is None or old[6:9] != new[6:9]):
            place = (("Extension", self.exten), ("Application", self.application), ("AppData", self.data))
            emit("Newexten", headers, place)
        if old is not None:
            self._tell_parties(old, new)

    def _tell_parties(self, old: Snapshot, new: Snapshot) -> None:
        headers, emit = self.headers(), self.world.emit
        if old.caller != new.caller:
            shown = ("CID-CallingPres", "0 (Presentation Allowed, Not Screened)")
            emit("NewCallerid", headers, (shown,))
        if old.account != new.account:
            emit("NewAccountCode", headers, (("OldAccountCode", old.account),))
        if old.connected != new.connected:
            emit("NewConnectedLine", headers)

    def tell(self, event: str, *headers: tuple[str, str]) -> None:
        """Send an event about this channel, with further headers."""
        if self.world.is_heard:
            self.world.emit(event, self.headers(), headers)

    # What becomes of it

    def set_state(self, state: int) -> None:
        """Change what the channel does; its device's state follows."""
        if state == self.state or self.hung_up:
            return
        self.state = State(state)
        if state == State.UP:
            self.answered_at = self.world.env.now
        self.publish()
        self.note_device()

    def hold(self, *, is_held: bool) -> None:
        """Note that the other party holds the call, or takes it back; the device's state follows."""
        if self.is_held != is_held:
            self.is_held = is_held
            self.note_device()

    def note_device(self) -> None:
        """Let the device's state follow from what the channel does now."""
        self.world.channels.count(self)
        self.world.devices.changed(self.device)

    def answer(self) -> None:
        """Go up, as the applications that answer let it; the far half of a Local channel follows."""
        if self.state == State.UP or self.is_ending:
            return
        self.set_state(State.UP)
        if self.peer_half is not None and self.peer_half.leg is not None:
            self.peer_half.leg.answered()

    def set_variable(self, name: str, value: str) -> None:
        """Set a variable of the channel and tell so; an empty value stays as an empty variable."""
        self.variables[name] = value
        if self.world.is_heard:
            self.tell("VarSet", ("Variable", name), ("Value", escape_c(value)))

    def drop_variable(self, name: str) -> None:
        """Take a variable away, where it is set, and tell so."""
        if self.variables.pop(name, ""):
            self.tell("VarSet", ("Variable", name), ("Value", ""))

    def set_caller(self, caller: Party) -> None:
        """Change whose channel it is."""
        self.caller = caller
        self.publish()

    def set_connected(self, connected: Party) -> None:
        """Change whom its phone shows as the other party; through a Local channel, that of the far end."""
        if connected == self.connected:
            return
        self.connected = connected
        self.publish()
        half = self.peer_half
        if half is not None and not half.hung_up:
            # Asterisk main/core_unreal.c: the other half takes it for its own caller, and tells it later.
            half.caller = connected
            if half.bridge is not None and half.bridge.type == "basic":
                for other in half.bridge.others(half):
                    other.set_connected(connected)

    def start_music(self, music_class: str = "") -> None:
        """Let it hear music on hold."""
        wanted = music_class or self.music_class or "default"
        if self.music == wanted:
            return
        self.stop_music()
        self.music = wanted
        self.tell("MusicOnHoldStart", ("Class", wanted))

    def stop_music(self) -> None:
        """End the music, where it hears some."""
        if self.music:
            self.music = ""
            self.tell("MusicOnHoldStop")

    def go_to(self, context: str, exten: str, priority: int) -> None:
        """Send it elsewhere in the dialplan, out of whatever it does (Asterisk: ast_async_goto).

        A channel that runs no dialplan yet begins to when it has left what it is in.
        """
        self.context, self.exten, self.priority = context, exten, priority
        self.softhangup |= SoftHangup.ASYNC_GOTO
        self.nudge()

    def reconfigure_bridge(self) -> None:
        """Let its bridge be set up anew, as what listens to it or changes its sound does."""
        bridge = self.bridge
        if bridge is not None and bridge.type == "basic":
            self.world.later(0, bridge.name_peers)

    # How it ends

    def hang_up(self, cause: int = 0) -> None:
        """Ask the channel to end, without an event of its own, as AMI's Hangup does.

        Args:
            cause: Why; 0 leaves it to whoever ends it.
        """
        if cause:
            self.hangup_cause = cause
        self.ask_to_end(SoftHangup.EXPLICIT)

    def soft_hang_up(self, reason: SoftHangup) -> None:
        """Ask the channel to end and tell so (Asterisk: ast_softhangup, SoftHangupRequest)."""
        self._tell_request("SoftHangupRequest", int(reason))
        self.ask_to_end(reason)

    def far_end_hung_up(self, cause: int = 0, tech_cause: int = 0) -> None:
        """Take note that its phone hung up ("Asterisk channels/chan_pjsip.c", chan_pjsip_session_end).

        Args:
            cause: Why, where the phone said so; a cause that the channel has already stays.
            tech_cause: The SIP response that said so.
        """
        if self.hung_up:
            return
        self.hangup_cause = self.hangup_cause or cause
        self.tech_cause = self.tech_cause or tech_cause or sip_code(self.hangup_cause)
        self._tell_request("HangupRequest", self.hangup_cause or None)
        self.ask_to_end(SoftHangup.DEVICE)

    def _tell_dial_status(self, near: Channel) -> None:
        """Leave what became of the far half's Dial at the near one (Asterisk: local_hangup)."""
        status = self.variables.get("DIALSTATUS")
        if status and self.name.endswith(";2") and not near.hung_up:
            near.set_variable("CHANLOCALSTATUS", status)

    def other_half_ended(self, cause: int) -> None:
        """Take note that the Local channel's other half ended (Asterisk: ast_queue_hangup_with_cause)."""
        if self.hung_up:
            return
        self._tell_request("HangupRequest", cause)
        self.hangup_cause = self.hangup_cause or cause
        self.ask_to_end(SoftHangup.DEVICE)

    def _tell_request(self, event: str, cause: int | None) -> None:
        told = () if cause is None else (("Cause", str(int(cause))),)
        self.tell(event, *told, *self._tech_cause_header())
        for hear in self.on_hangup_request:
            hear(self)

    def nudge(self) -> None:
        """Interrupt whatever the channel's process waits for."""
        process = self.process
        if process is not None and process.is_alive:
            if process is not self.world.env.active_process:
                process.interrupt()
        elif self.leg is not None:
            self.leg.ended()

    def end(self) -> None:
        """End now: the channel leaves the world, and Hangup is told."""
        if self.hung_up:
            return
        self.stop_music()
        for farewell in self.on_end:
            farewell(self)
        if self.peer_half is not None:
            self._tell_dial_status(self.peer_half)
            self.peer_half.other_half_ended(self.hangup_cause)
        self.world.phones.tell_quality(self)
        if self.technology == "PJSIP":
            self.tech_cause = self.tech_cause or sip_code(self.hangup_cause)
        # What changed without being published shows in Hangup only.
        self.hung_up = True
        self._published, self._blocks = self.look(), {}
        self.tell(
            "Hangup",
            ("Cause", str(int(self.hangup_cause))),
            ("Cause-txt", cause_text(self.hangup_cause)),
            *self._tech_cause_header(),
        )
        self.world.channels.forget(self)
        self.world.devices.changed(self.device)

    def ask_to_end(self, reason: SoftHangup) -> None:
        """Ask the channel to end, without an event (Asterisk: ast_softhangup_nolock)."""
        was_ending = self.is_ending and not self.leaves
        self.softhangup |= reason
        if not was_ending:
            self.nudge()

    def _tech_cause_header(self) -> tuple[tuple[str, str], ...]:
        return (("TechCause", str(self.tech_cause)),) if self.tech_cause else ()
