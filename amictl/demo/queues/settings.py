"""What queues.conf says of the queues, with app_queue's own defaults (Asterisk apps/app_queue.c)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, Flag, auto
from typing import Final, Self

from amictl.demo.arguments import split_arguments
from amictl.demo.configuration import Configuration, Section, is_false, is_true, to_integer

_DEFAULT_TIMEOUT: Final = 15  # seconds
_DEFAULT_RETRY: Final = 5  # seconds


class Strategy(Enum):
    """Who is rung next; the value is the name that Asterisk shows."""

    RING_ALL = "ringall"
    LEAST_RECENT = "leastrecent"
    FEWEST_CALLS = "fewestcalls"
    RANDOM = "random"
    ROUND_ROBIN_MEMORY = "rrmemory"
    LINEAR = "linear"
    WEIGHTED_RANDOM = "wrandom"
    ROUND_ROBIN_ORDERED = "rrordered"

    @classmethod
    def read(cls, text: str) -> Strategy:
        """Return the strategy of a name; Asterisk takes ringall for one that it does not know."""
        name = text.lower()
        if name == "roundrobin":
            return cls.ROUND_ROBIN_MEMORY
        return next((each for each in cls if each.value == name), cls.RING_ALL)

    @property
    def keeps_order(self) -> bool:
        """Whether members stand in the order in which they were added, and not in that of a hash."""
        return self in {Strategy.LINEAR, Strategy.ROUND_ROBIN_ORDERED}

    @property
    def is_sequential(self) -> bool:
        """Whether members are called one after the other in a set order, so that each counts as a try."""
        return self.is_round_robin or self is Strategy.LINEAR

    @property
    def is_round_robin(self) -> bool:
        """Whether the queue remembers whose turn it is."""
        return self in {Strategy.ROUND_ROBIN_MEMORY, Strategy.ROUND_ROBIN_ORDERED}


class Empty(Flag):
    """What keeps a member from counting when it is asked whether a queue is empty."""

    NOTHING = 0
    PENALTY = auto()
    PAUSED = auto()
    IN_USE = auto()
    RINGING = auto()
    UNAVAILABLE = auto()
    INVALID = auto()
    UNKNOWN = auto()
    WRAP_UP = auto()


_EMPTY_WORDS: Final = {
    "penalty": Empty.PENALTY,
    "paused": Empty.PAUSED,
    "inuse": Empty.IN_USE,
    "ringing": Empty.RINGING,
    "unavailable": Empty.UNAVAILABLE,
    "invalid": Empty.INVALID,
    "unknown": Empty.UNKNOWN,
    "wrapup": Empty.WRAP_UP,
}
_LOOSE: Final = Empty.PENALTY | Empty.INVALID
_NO_AGENTS: Final = _LOOSE | Empty.PAUSED
_STRICT: Final = _NO_AGENTS | Empty.UNAVAILABLE


def _read_empty(section: Section, name: str, *, is_for_joining: bool) -> Empty:
    """Return the conditions of ``joinempty`` or ``leavewhenempty``."""
    found = Empty.NOTHING
    for word in ",".join(section.all(name)).lower().split(","):
        if word in _EMPTY_WORDS:
            found |= _EMPTY_WORDS[word]
        elif word == "loose":
            found = _LOOSE
        elif word == "strict":
            found = _STRICT
        elif is_true(word) or is_false(word):
            found = Empty.NOTHING if is_true(word) == is_for_joining else _NO_AGENTS
    return found


class AutoPause(Enum):
    """Whether a member that does not answer is paused: not, in this queue, in all queues."""

    OFF = "no"
    ON = "yes"
    ALL = "all"

    @classmethod
    def read(cls, text: str) -> AutoPause:
        """Return the mode of a word; what Asterisk does not know is off."""
        if is_true(text):
            return cls.ON
        return cls.ALL if text.lower() == "all" else cls.OFF


@dataclass(frozen=True, slots=True)
class GeneralSettings:
    """The section ``[general]`` of queues.conf.

    Attributes:
        force_longest_waiting: A member of several queues gets the caller who waits longest: ``no``, ``yes``,
            or ``prio``, where a higher priority counts first.
    """

    persistent_members: bool = False
    autofill: bool = False
    shared_last_call: bool = False
    negative_penalty_invalid: bool = False
    log_member_name_as_agent: bool = False
    force_longest_waiting: str = "no"
    log_unpause_on_reason_change: bool = False
    log_caller_id_name: bool = False

    @classmethod
    def read(cls, section: Section) -> Self:
        """Return what a section says."""
        forced = section.get("force_longest_waiting_caller").lower()
        return cls(
            persistent_members=is_true(section.get("persistentmembers")),
            autofill=is_true(section.get("autofill")),
            shared_last_call=is_true(section.get("shared_lastcall")),
            negative_penalty_invalid=is_true(section.get("negative_penalty_invalid")),
            log_member_name_as_agent=is_true(section.get("log_membername_as_agent")),
            force_longest_waiting="prio" if forced == "prio" else "yes" if is_true(forced) else "no",
            log_unpause_on_reason_change=is_true(section.get("log_unpause_on_reason_change")),
            log_caller_id_name=is_true(section.get("log-caller-id-name")),
        )


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """The section of one queue; times in seconds.

    Announcements to callers are left out: Asterisk without sound files plays none.
    """

    name: str
    strategy: Strategy = Strategy.RING_ALL
    timeout: int = _DEFAULT_TIMEOUT
    retry: int = _DEFAULT_RETRY
    timeout_restart: bool = False
    timeout_has_priority: bool = False
    max_length: int = 0
    weight: int = 0
    wrap_up_time: int = 0
    service_level: int = 0
    ring_in_use: bool = True
    autofill: bool = False
    join_empty: Empty = Empty.NOTHING
    leave_when_empty: Empty = Empty.NOTHING
    autopause: AutoPause = AutoPause.OFF
    autopause_delay: int = 0
    autopause_busy: bool = False
    autopause_unavailable: bool = False
    penalty_members_limit: int = 0
    default_rule: str = ""
    member_delay: int = 0
    music_class: str = ""
    exit_context: str = ""
    set_interface_variables: bool = False
    set_queue_variables: bool = False
    set_entry_variables: bool = False
    log_restricted_caller_id: bool = True

    @classmethod
    def read(cls, section: Section, general: GeneralSettings) -> Self:
        """Return what a section says; settings that are unknown are passed over, as Asterisk does."""
        timeout = _number(section, "timeout", _DEFAULT_TIMEOUT)
        retry = _number(section, "retry", _DEFAULT_RETRY)
        return cls(
            name=section.name,
            strategy=Strategy.read(section.get("strategy")),
            timeout=timeout if timeout >= 0 else _DEFAULT_TIMEOUT,
            retry=retry if retry > 0 else _DEFAULT_RETRY,
            timeout_restart=is_true(section.get("timeoutrestart")),
            timeout_has_priority=section.get("timeoutpriority").lower() == "conf",
            max_length=max(0, _number(section, "maxlen", 0)),
            weight=_number(section, "weight", 0),
            wrap_up_time=_number(section, "wrapuptime", 0),
            service_level=_number(section, "servicelevel", 0),
            ring_in_use=is_true(section.get("ringinuse", "yes")),
            autofill=is_true(section.get("autofill", "yes" if general.autofill else "no")),
            join_empty=_read_empty(section, "joinempty", is_for_joining=True),
            leave_when_empty=_read_empty(section, "leavewhenempty", is_for_joining=False),
            autopause=AutoPause.read(section.get("autopause")),
            autopause_delay=_number(section, "autopausedelay", 0),
            autopause_busy=is_true(section.get("autopausebusy")),
            autopause_unavailable=is_true(section.get("autopauseunavail")),
            penalty_members_limit=_number(section, "penaltymemberslimit", 0),
            default_rule=section.get("defaultrule"),
            member_delay=_number(section, "memberdelay", 0),
            music_class=_last_of(section, "musicclass", "music", "musiconhold"),
            exit_context=section.get("context"),
            set_interface_variables=is_true(section.get("setinterfacevar")),
            set_queue_variables=is_true(section.get("setqueuevar")),
            set_entry_variables=is_true(section.get("setqueueentryvar")),
            log_restricted_caller_id=is_true(section.get("log-restricted-caller-id", "yes")),
        )


def _number(section: Section, name: str, default: int) -> int:
    text = section.get(name)
    return to_integer(text) if text else default


def _last_of(section: Section, *names: str) -> str:
    found = [each.value for each in section.settings if each.name.lower() in names]
    return found[-1] if found else ""


@dataclass(frozen=True, slots=True)
class MemberSettings:
    """A line ``member => interface,penalty,name,state interface,ringinuse,wrapuptime,paused``."""

    interface: str
    name: str
    state_interface: str
    penalty: int = 0
    ring_in_use: bool = True
    wrap_up_time: int = 0
    paused: bool = False

    @classmethod
    def read(cls, text: str, queue: QueueSettings) -> Self:
        """Return what a line says; ``ringinuse`` is the queue's where the line has none."""
        interface, penalty, name, state_interface, ring_in_use, wrap_up, paused = (
            part.strip() for part in split_arguments(text, 7)
        )
        return cls(
            interface=interface,
            name=name or interface,
            state_interface=state_interface or interface,
            penalty=max(0, to_integer(penalty)),
            ring_in_use=is_true(ring_in_use)
            if is_true(ring_in_use) or is_false(ring_in_use)
            else queue.ring_in_use,
            wrap_up_time=max(0, to_integer(wrap_up)),
            paused=is_true(paused),
        )


@dataclass(frozen=True, slots=True)
class QueueConfiguration:
    """One queue as the file has it: its settings and its members, in order."""

    settings: QueueSettings
    members: tuple[MemberSettings, ...]


def read_queues(configuration: Configuration) -> tuple[GeneralSettings, list[QueueConfiguration]]:
    """Return what queues.conf says: the general settings, and the queues in the order of the file.

    A name that comes again is passed over, as Asterisk does.
    """
    general = GeneralSettings.read(configuration.section("general"))
    queues: dict[str, QueueConfiguration] = {}
    for section in configuration:
        key = section.name.lower()
        if key == "general" or key in queues:
            continue
        settings = QueueSettings.read(section, general)
        lines = (line for line in section.all("member") if line)
        members = tuple(MemberSettings.read(line, settings) for line in lines)
        queues[key] = QueueConfiguration(settings, members)
    return general, list(queues.values())
