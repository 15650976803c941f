"""The stage of the demo PBX: its world, driven from step to step as fast as it goes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from amictl.demo.causes import Cause
from amictl.demo.channels import Channel, Party, State
from amictl.demo.phones import Phone as DemoTelephone
from amictl.demo.server import DemoServer
from amictl.demo.world import DemoEvent, World
from tests.asterisk.ami_client import AmiClient
from tests.demo.scripted.configuration import ami_user, write_configuration
from tests.demo.scripted.stage import Phone, Stage

_RESPONSES = {"busy": 486, "declined": 603, "unknown": 404}
_TICK = 0.02  # seconds of the world between two looks
_PAUSE = 0.2  # seconds of the world that people take between two steps
_PATIENCE = 100.0  # seconds of the world


class DemoPhone(Phone):
    """A phone of the demo's world."""

    def __init__(self, stage: DemoStage, phone: DemoTelephone) -> None:
        super().__init__(stage)
        self._stage, self._phone = stage, phone
        self._calls: list[Channel | None] = []
        phone.on_ring = self._calls.append

    def await_state(self, state: str) -> None:
        """See ``Phone``."""
        reached = {"ringing": self._is_ringing, "up": self._is_up, "over": self._is_over}[state]
        waited = 0.0
        while not reached():
            self._stage.let_pass(_TICK)
            waited += _TICK
            if waited > _PATIENCE:
                raise TimeoutError(f"No call of {self._phone.number} is {state}")

    def start_call(self, extension: str, caller: str, name: str) -> None:
        """See ``Phone``."""
        party = Party(caller, name) if caller else None
        with self._stage.world.lock:
            self._calls.append(self._phone.dial(extension, party))

    def take_call(self) -> None:
        """See ``Phone``."""
        with self._stage.world.lock:
            self._phone.answer(self._call())

    def refuse_call(self, how: str) -> None:
        """See ``Phone``."""
        with self._stage.world.lock:
            self._phone.refuse(self._call(), _RESPONSES[how])

    def put_on_hold(self, on: bool) -> None:
        """See ``Phone``."""
        with self._stage.world.lock:
            (self._phone.hold if on else self._phone.resume)(self._call())

    def press_key(self, digit: str) -> None:
        """See ``Phone``."""
        with self._stage.world.lock:
            self._phone.press(self._call(), digit)

    def refer(self, extension: str) -> None:
        """See ``Phone``."""
        with self._stage.world.lock:
            self._phone.transfer(self._call(), extension)

    def refer_to_other_call(self) -> None:
        """See ``Phone``."""
        first, second = [call for call in self._calls if call and not call.hung_up]
        with self._stage.world.lock:
            self._phone.transfer_attended(first, second)

    def end_call(self) -> None:
        """See ``Phone``."""
        with self._stage.world.lock:
            self._phone.hang_up(self._call())

    def register(self, in_: bool) -> None:
        """See ``Phone``."""
        with self._stage.world.lock:
            (self._phone.plug_in if in_ else self._phone.unplug)()

    def forget(self) -> None:
        """Have no call any more."""
        self._calls.clear()

    def _call(self) -> Channel:
        call = self._calls[-1]
        if call is None:
            raise AssertionError(f"The PBX took no call of {self._phone.number}")
        return call

    def _is_ringing(self) -> bool:
        call = self._calls[-1] if self._calls else None
        return call is not None and not call.hung_up and call.state == State.RINGING

    def _is_up(self) -> bool:
        call = self._calls[-1] if self._calls else None
        return call is not None and not call.hung_up and call.state == State.UP

    def _is_over(self) -> bool:
        call = self._calls[-1] if self._calls else None
        return bool(self._calls) and (call is None or call.hung_up)


class DemoStage(Stage):
    """A world that is driven, behind its own AMI server, with the phones of the scripts.

    Args:
        world: The world, whose time nobody else lets pass.
        ami: A session of its server.
        numbers: The phones.
    """

    def __init__(self, world: World, ami: AmiClient, numbers: Sequence[str]) -> None:
        super().__init__(ami)
        self.world = world
        self._told = 0
        self._phones = {number: DemoPhone(self, find_phone(world, number)) for number in numbers}
        world.listen(self._count)

    def phone(self, number: str) -> DemoPhone:
        """See ``Stage``."""
        return self._phones[number]

    def await_more(self) -> None:
        """See ``Stage``."""
        heard = len(self.ami.events)
        self._hear_all()
        if len(self.ami.events) > heard:  # told within an action
            return
        told, waited = self._told, 0.0
        while self._told == told:
            self._go_on(_TICK)
            waited += _TICK
            if waited > _PATIENCE:
                raise TimeoutError("Nothing more happens in the world")
        self._hear_all()

    def let_pass(self, seconds: float) -> None:
        """See ``Stage``."""
        self._go_on(seconds)
        self._hear_all()

    def clear(self) -> None:
        """See ``Stage``."""
        with self.world.lock:
            for channel in list(self.world.channels.all()):
                channel.hang_up(Cause.NORMAL)
        self.let_pass(5)
        for phone in self._phones.values():
            phone.forget()

    def settle(self) -> None:
        """See ``Stage``."""
        self.let_pass(_PAUSE)

    def _go_on(self, seconds: float) -> None:
        with self.world.lock:
            self.world.run_until(self.world.now() + seconds)

    def _hear_all(self) -> None:
        """Read what the session was told: an answer comes after all events that were before it."""
        self.ami.action("Ping")

    def _count(self, _event: DemoEvent) -> None:
        self._told += 1


def find_phone(world: World, number: str) -> DemoTelephone:
    """The world's phone of this number."""
    phone = world.phones.get(number)
    if phone is None:
        raise AssertionError(f"The demo has no phone {number}")
    return phone


@contextmanager
def demo_stage(numbers: Sequence[str]) -> Iterator[DemoStage]:
    """A world on the demo's configuration, with phones of these numbers that are signed in."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="amictl-scripts-")))
        write_configuration(folder)
        world, user = World(folder), ami_user()
        for number in numbers:
            find_phone(world, number).plug_in()
        world.run_until(world.now() + 1)
        server = stack.enter_context(DemoServer(world, users=[user]))
        server.pacer.freeze()  # its time passes when the stage says so
        ami = stack.enter_context(AmiClient(server.host, server.ami_port, user.username, user.secret))
        ami.wait_event("FullyBooted")
        yield DemoStage(world, ami, [*numbers, "carrier"])
