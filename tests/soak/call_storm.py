"""Many short calls of all kinds on a real Asterisk, and what is done to them while they go on.

One thread with an AMI session of its own orders calls at random moments, hears what becomes of them, and does
to them what their kind says. A call is known by its account code, which all its channels share.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from types import TracebackType
from typing import Final, Self

from tests.asterisk.ami_client import AmiClient, Message, is_event
from tests.asterisk.server import AsteriskServer, await_condition
from tests.patience import PATIENCE
from tests.soak.agenda import Agenda
from tests.soak.call_kinds import KINDS, Kind
from tests.soak.steering import Steering

MEMBERS: Final = (
    ("support", "Local/511@soak-agents/n", "Gül", "Custom:soak511"),
    ("support", "Local/521@soak-agents/n", "Hana", "Custom:soak521"),
    ("support", "Local/530@soak-agents/n", "Igor", "Custom:soak530"),
    ("sales", "Local/522@soak-agents/n", "Jun", "Custom:soak522"),
    ("sales", "Local/512@soak-agents/n", "Kaya", ""),
    ("lobby", "Local/513@soak-agents/n", "Lea", ""),
    ("lobby", "Local/523@soak-agents/n", "Mia", "Custom:soak523"),
    ("lobby", "Local/514@soak-agents/n", "Nils", ""),
    ("nobody", "Local/540@soak-agents/n", "Omar", "Custom:soak540"),
)
_CALLERS: Final = (
    "Anna Kowalska <48225550101>",
    "María Núñez <34915550103>",
    "王小明 <861055501>",
    "O'Neil, \\ Ltd <12025550107>",
    "<12025550108>",
)
_MOST_CHANNELS: Final = 160
_LONGEST_CALL: Final = 10.0
_BREAK_SECONDS: Final = 2.0
_TELLING: Final = frozenset(
    {
        *("AgentConnect", "AgentComplete", "AgentRingNoAnswer", "QueueCallerAbandon", "QueueMemberPause"),
        *("ParkedCall", "UnParkedCall", "ParkedCallGiveUp", "ParkedCallTimeOut"),
        *("BlindTransfer", "AttendedTransfer", "ConfbridgeJoin", "ConfbridgeMute", "ConfbridgeLocked"),
        *("Hold", "Unhold", "Rename", "Hangup"),
    }
)


class CallStorm:
    """Makes a number of calls; a context manager whose thread ends with it.

    Args:
        pbx: Where; its queues get more members.
        calls: How many calls it makes at least.
        rate: How many a second, on average.
        seed: Makes the choice of calls repeatable.

    Attributes:
        placed: How many calls of each kind were ordered.
        heard: How often each event came that tells what became of calls.
    """

    def __init__(self, pbx: AsteriskServer, *, calls: int, rate: float, seed: int) -> None:
        self.placed: Counter[str] = Counter()
        self.heard: Counter[str] = Counter()
        self._calls = calls
        self._rate = rate
        self._random = random.Random(seed)  # noqa: S311 - it draws calls, not secrets
        self._ami = AmiClient(pbx.host, pbx.ami_port, pbx.username, pbx.secret, events="call,agent")
        self._agenda = Agenda()
        self._steering = Steering(self._ami, self._agenda, self._random)
        # Twice, since one call may be over before its own fate meets it: some kinds end other calls.
        self._unseen = [kind for _ in range(2) for kind in self._random.sample(KINDS, len(KINDS))]
        self._kind_of: dict[str, Kind] = {}
        self._account_of: dict[str, str] = {}
        self._stopping = threading.Event()
        self._problem: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="call-storm", daemon=True)

    def __enter__(self) -> Self:
        for queue, interface, name, device in MEMBERS:
            self._ami.action(
                "QueueAdd", Queue=queue, Interface=interface, MemberName=name, StateInterface=device
            )
        self._agenda.add(0.0, self._place_next)
        self._agenda.add(_BREAK_SECONDS, self._change_member)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join(PATIENCE)
        self._ami.close()

    @property
    def count(self) -> int:
        """How many calls were ordered so far."""
        return self.placed.total()

    def await_count(self, count: int, timeout: float) -> None:
        """Wait until so many calls were ordered."""
        await_condition(lambda: self._check() and self.count >= count, timeout, f"call {count}")

    def await_end(self, timeout: float) -> None:
        """Wait until each kind went as its name says at least once, and no channel of any call is left."""
        for kind in self._unmet():
            await_condition(
                lambda kind=kind: self._check() and self.heard[kind.brings],
                timeout,
                f"the {kind.brings} of a call of the kind {kind.name!r}",
            )
        await_condition(lambda: self._check() and not self._account_of, timeout, "the end of all calls")

    def _check(self) -> bool:
        """Return True, or raise what ended the storm before its time."""
        if self._problem is not None:
            raise AssertionError("The call storm ended before its time") from self._problem
        return True

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._agenda.do_what_is_due()
                self._hear()
        except BaseException as problem:  # noqa: BLE001 - raised by whoever waits for calls
            self._problem = problem

    def _hear(self) -> None:
        try:
            message = self._ami.next_message(self._agenda.seconds_left(0.1))
        except TimeoutError:
            return
        self._ami.events.clear()
        self._ami.received.clear()
        if is_event(message):
            self._take(message)

    def _take(self, event: Message) -> None:
        name, unique_id = event["Event"], event.get("Uniqueid", "")
        if name in _TELLING:
            self.heard[name] += 1
        account = event.get("AccountCode") or event.get("ParkeeAccountCode", "")
        if name == "Hangup":
            self._account_of.pop(unique_id, None)
        elif name == "Newchannel" or (account and unique_id in self._account_of):
            self._account_of[unique_id] = account
        if account in self._kind_of:
            self._steering.steer(self._kind_of[account], account, event)

    def _place_next(self) -> None:
        if self.count >= self._calls and not self._unmet():
            return
        if len(self._account_of) < _MOST_CHANNELS:
            self._place(self._draw_kind())
        self._agenda.add(self._random.expovariate(self._rate), self._place_next)

    def _draw_kind(self) -> Kind:
        """Return each kind twice, and then as often as its weight says; in the end what never went well."""
        if self._unseen:
            return self._unseen.pop()
        if self.count >= self._calls:
            return self._random.choice(self._unmet())
        return self._random.choices(KINDS, [kind.weight for kind in KINDS])[0]

    def _unmet(self) -> list[Kind]:
        """Return the kinds whose event did not come yet."""
        return [kind for kind in KINDS if kind.brings and not self.heard[kind.brings]]

    def _place(self, kind: Kind) -> None:
        account = f"soak-{self.count}"
        self._kind_of[account] = kind
        self.placed[kind.name] += 1
        draw = self._random.uniform
        times = {"STAYS": draw(*kind.stays), "TALKS": draw(*kind.talks), "WAITS": draw(*kind.waits)}
        self._ami.send(
            "Originate",
            Channel="Local/stay@soak/n",
            Context="soak",
            Exten=kind.extension,
            Priority=1,
            CallerID=self._random.choice(_CALLERS),
            Account=account,
            Variable=[f"__{name}={value:.1f}" for name, value in times.items()],
            Async="true",
        )
        self._agenda.add(_LONGEST_CALL, lambda: self._end(account))

    def _end(self, account: str) -> None:
        """Hang up what is left of a call."""
        self._kind_of.pop(account)
        for unique_id, owner in self._account_of.items():
            if owner == account:
                self._ami.send("Hangup", Channel=unique_id)

    def _change_member(self) -> None:
        """Send a member on a break or back to work, and change its penalty now and then."""
        queue, interface, *_ = self._random.choice(MEMBERS)
        paused = self._random.choice(("true", "false", "false"))
        self._ami.send("QueuePause", Queue=queue, Interface=interface, Paused=paused, Reason="Päuschen")
        if self._random.random() < 0.3:
            self._ami.send(
                "QueuePenalty", Queue=queue, Interface=interface, Penalty=self._random.randint(0, 3)
            )
        self._agenda.add(self._random.expovariate(1 / _BREAK_SECONDS), self._change_member)
