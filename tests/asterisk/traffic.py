"""Short calls of all kinds that need no phone, by Local channels: many of them in little time."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Self

from tests.asterisk.ami_client import AmiClient, AmiRefused
from tests.asterisk.server import AsteriskServer

_CALLERS = (
    "Anna Kowalska <+48225550101>",
    "Jürgen Groß <+4930555012>",
    "María Núñez <+34915550103>",
    "王小明 <+861055501>",
    "Olu Adebayo <+23415550105>",
    "Fatma Yılmaz <+902125550106>",  # noqa: RUF001 - that is how she writes it
    "J. Smith <+12025550107>",
)
_BREAKS = ("Lunch", "Training", "Coffee", "Zażółć gęślą jaźń")
_MEMBERS = (("support", "Local/502@agents/n"), ("sales", "Local/504@agents/n"))


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of call.

    Args:
        extension: Where it goes in ``conf/extensions.conf``.
        shortest: Seconds that the caller stays at least.
        longest: Seconds that the caller stays at most.
        weight: How often it comes, relative to the others.
    """

    extension: str
    shortest: int
    longest: int
    weight: int


_KINDS = (
    Kind("300", 1, 3, 8),
    Kind("301", 1, 3, 6),
    Kind("303", 1, 2, 1),
    Kind("42101", 1, 3, 8),
    Kind("42301", 2, 2, 1),
    Kind("800", 1, 3, 2),
    Kind("700", 1, 2, 1),
    Kind("951", 1, 1, 2),
    Kind("952", 1, 1, 1),
    Kind("953", 1, 1, 1),
    Kind("950", 1, 1, 1),
    Kind("956", 1, 1, 1),
    Kind("958", 2, 2, 1),
    Kind("202", 1, 2, 1),
)


class Traffic:
    """Starts calls through an AMI session of its own.

    Args:
        pbx: Where the calls are made.
        seed: Makes the choice of calls repeatable.
    """

    def __init__(self, pbx: AsteriskServer, seed: int | None = None) -> None:
        self._pbx = pbx
        self._random = random.Random(seed)  # noqa: S311 - it draws calls, not secrets
        self._ami = AmiClient(pbx.host, pbx.ami_port, pbx.username, pbx.secret, events="off")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        self.close()

    def close(self) -> None:
        """End the session; the calls go on until their time is over."""
        self._ami.close()

    def storm(self, calls: int) -> None:
        """Start many short calls of all kinds at once, with a user event and a look at the queues between."""
        for _ in range(calls):
            self._start_call()
        self._ami.action("UserEvent", UserEvent="Storm", Note="Grüße aus dem Testbett")
        self._change_breaks()

    def _change_breaks(self) -> None:
        """Send an agent on a break, or back to work."""
        queue, interface = self._random.choice(_MEMBERS)
        paused = self._random.random() < 0.5
        reason = self._random.choice(_BREAKS) if paused else ""
        self._ami.action(
            "QueuePause", Queue=queue, Interface=interface, Paused=str(paused).lower(), Reason=reason
        )

    def _start_call(self) -> None:
        (kind,) = self._random.choices(_KINDS, [kind.weight for kind in _KINDS])
        stays = self._random.randint(kind.shortest, kind.longest)
        try:
            self._ami.action(
                "Originate",
                Channel=f"Local/211{stays:03d}@default/n",
                Context="default",
                Exten=kind.extension,
                Priority=1,
                CallerID=self._random.choice(_CALLERS),
                Variable=[f"CUSTOMER={self._random.randint(1000, 9999)}", "CAMPAIGN=autumn"],
                Async="true",
            )
        except AmiRefused as refusal:
            raise AssertionError(f"The bed could not start {kind}: {refusal}") from refusal
