"""The stage of a real Asterisk 22: the demo's configuration, and phones that speak SIP."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.fixtures import end_calls, make_server
from tests.asterisk.server import CONFIGURATION as BED
from tests.asterisk.server import AsteriskServer
from tests.demo.scripted.configuration import STANZA, ami_user, write_configuration
from tests.demo.scripted.stage import IDLE, Phone, Stage
from tests.demo.scripted.telephone.soft_phone import Leg, SoftPhone
from tests.patience import PATIENCE

_CARRIER = "127.0.3.1"  # conf/pjsip.conf
_QUIET = 0.1  # seconds
_START = 1.0  # seconds: what a start tells comes in more than one go

# What a device is whose only channel is in a state; in others it may be anything.
_DEVICE_OF_ONE = {"Ringing": frozenset({"RINGING"}), "Up": frozenset({"INUSE", "ONHOLD"})}


class RealPhone(Phone):
    """A ``SoftPhone`` on the real stage."""

    def __init__(self, stage: Stage, phone: SoftPhone) -> None:
        super().__init__(stage)
        self._phone = phone

    def await_state(self, state: str) -> None:
        """See ``Phone``."""
        self._phone.await_leg(state)

    def start_call(self, extension: str, caller: str, name: str) -> None:
        """See ``Phone``."""
        self._phone.dial(extension, caller=caller, name=name)

    def take_call(self) -> None:
        """See ``Phone``."""
        self._phone.legs[-1].answer()

    def refuse_call(self, how: str) -> None:
        """See ``Phone``."""
        self._phone.legs[-1].refuse(how)

    def put_on_hold(self, on: bool) -> None:
        """See ``Phone``."""
        self._phone.legs[-1].hold(on)

    def press_key(self, digit: str) -> None:
        """See ``Phone``."""
        self._phone.legs[-1].press(digit)

    def refer(self, extension: str) -> None:
        """See ``Phone``."""
        self._phone.legs[-1].transfer(extension)

    def refer_to_other_call(self) -> None:
        """See ``Phone``."""
        first, second = self._talking()
        first.transfer_to(second)

    def end_call(self) -> None:
        """See ``Phone``."""
        self._phone.legs[-1].hang_up()

    def register(self, in_: bool) -> None:
        """See ``Phone``."""
        self._phone.register() if in_ else self._phone.register(expires=0)

    def _talking(self) -> list[Leg]:
        return [leg for leg in self._phone.legs if leg.state == "up"]


class RealStage(Stage):
    """A running Asterisk with the phones of the scripts.

    Args:
        pbx: The PBX.
        ami: A session of its user ``scripts``.
        phones: The phones by their endpoints.
    """

    def __init__(self, pbx: AsteriskServer, ami: AmiClient, phones: dict[str, SoftPhone]) -> None:
        super().__init__(ami)
        self._pbx = pbx
        self._phones = phones

    def phone(self, number: str) -> RealPhone:
        """See ``Stage``."""
        return RealPhone(self, self._phones[number])

    def await_more(self) -> None:
        """See ``Stage``."""
        self.ami.next_message(PATIENCE)

    def let_pass(self, seconds: float) -> None:
        """See ``Stage``."""
        time.sleep(seconds)

    def clear(self) -> None:
        """See ``Stage``."""
        end_calls(self._pbx)
        for phone in self._phones.values():
            phone.legs.clear()
        self.ami.drain(1.0)

    def settle(self) -> None:
        """See ``Stage``.

        Asterisk has no sign that its threads are through. What it tells agrees then with what the phones
        know, nothing comes for a moment, and that moment was none in which the machine had no time for it.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            self.ami.drain(_QUIET)
            if not self._is_late() and not self._disagreements():
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"Asterisk and the phones disagree: {self._disagreements()}")

    def _is_late(self) -> bool:
        asked_at = time.monotonic()
        self.ami.action("Ping")
        return time.monotonic() - asked_at > _QUIET / 3

    def _disagreements(self) -> list[str]:
        live, devices = self.live_channels(), self.device_states()
        found = []
        for number, phone in self._phones.items():
            device = f"PJSIP/{number}"
            states = [state for name, state in live.items() if name.startswith(f"{device}-")]
            legs = [leg for leg in phone.legs if leg.state != "over"]
            told = (len(states), states.count("Ringing"), states.count("Up"))
            known = (
                len(legs),
                sum(leg.is_incoming and leg.state == "ringing" for leg in legs),
                sum(leg.state == "up" for leg in legs),
            )
            allowed = _DEVICE_OF_ONE.get(states[0]) if len(states) == 1 else None if states else IDLE
            is_told = allowed is None or devices.get(device, "NOT_INUSE") in allowed
            if told != known or not is_told:
                found.append(f"{device}: {states}, {devices.get(device)}; {[leg.state for leg in legs]}")
        return found


@contextmanager
def real_stage(numbers: Sequence[str]) -> Iterator[RealStage]:
    """A started Asterisk 22 on the demo's configuration, with phones of these numbers that are signed in."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="amictl-scripts-")))
        write_configuration(folder)
        (folder / "cli.conf").write_text("", encoding="utf-8")  # the bed's sets states of its own agents
        bed = (BED / "manager.conf").read_text(encoding="utf-8")
        (folder / "manager.conf").write_text(f"{bed}\n{STANZA}", encoding="utf-8")
        pbx = stack.enter_context(make_server(22, folder))
        address = f"{pbx.host}:{pbx.sip_port}"
        phones = {"carrier": SoftPhone(address, "carrier", host=_CARRIER, port=pbx.sipp_ports[0])}
        phones |= {number: SoftPhone(address, number, f"secret-{number}") for number in numbers}
        for phone in phones.values():
            stack.enter_context(phone)
        for number in numbers:
            phones[number].register()
        user = ami_user()
        ami = stack.enter_context(AmiClient(pbx.host, pbx.ami_port, user.username, user.secret))
        ami.wait_event("FullyBooted")
        ami.drain(_START)
        yield RealStage(pbx, ami, phones)
