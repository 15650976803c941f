"""Whether the links answer and the database can be written, proved at the moment of the question."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Annotated, Final, Generic, Literal, TypeVar

from amictl.errors import AmictlError, NotReady, StorageUnavailable
from amictl.manager import Pbx, Registry
from amictl.pbx.topics.links.value import LinkState
from amictl.pbx.value import About
from amictl.services.results import Result

PROOF_LASTS: Final = (
    1.0  # seconds; whoever asks often, even without a login, costs the PBX one ping in this time
)
PATIENCE: Final = 2.0  # seconds; a healthy PBX answers within milliseconds
STALE: Final = "stale"
T = TypeVar("T")


class Health(Result, frozen=True):
    """The process answers."""

    status: Literal["alive"]


class Readiness(Result, frozen=True):
    """The database answers, and every link is connected and fresh."""

    status: Literal["ready"]
    links: Mapping[str, str]
    problems: Annotated[
        tuple[str, ...], About("What will need somebody, as a stored secret that cannot be read")
    ]


class ReadinessService:
    """Proves links alive by a ping, since a PBX that froze a moment ago still looks connected.

    Args:
        registry: The PBXes.
        prove_storage: Writes something small to the database; raises StorageUnavailable when it cannot.
        clock: Returns seconds that only grow.
    """

    def __init__(
        self,
        registry: Registry,
        prove_storage: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._registry = registry
        self._clock = clock
        self._lock = threading.Lock()
        self._probes: dict[str, _Probe[bool]] = {}
        self._prove_storage = prove_storage
        self._storage: _Probe[str | None] = _Probe(clock)

    def prove(self) -> Readiness:
        """Return that all is ready.

        Raises:
            NotReady: The database or a link is not.
        """
        links, fault, problems = self.link_states(), self._storage_fault(), self._problems()
        waiting = [f"PBX {name}" for name, state in links.items() if state != LinkState.CONNECTED.value]
        if fault is not None:
            waiting.insert(0, "database")
            problems = (fault, *problems)
        if waiting:
            raise NotReady(" ".join((f"Not ready: {', '.join(waiting)}.", *problems)), links, problems)
        return Readiness("ready", links, problems)

    def link_states(self) -> dict[str, str]:
        """Return each link's state by PBX; ``connected`` was proved within a second, else it is ``stale``."""
        return {pbx.name: self._state_of(pbx) for pbx in self._registry.all()}

    def _storage_fault(self) -> str | None:
        """Return what keeps the database from being written, at most a second old; None when nothing does."""
        return self._storage.prove(lambda: _find_fault(self._prove_storage))

    def _problems(self) -> tuple[str, ...]:
        """Return sentences, without secrets, on what an administrator should look after."""
        return tuple(
            f"PBX {pbx.name}: {pbx.manager.warning}"
            for pbx in self._registry.all()
            if pbx.manager.warning is not None
        )

    def _state_of(self, pbx: Pbx) -> str:
        link = pbx.picture.link
        if link.state is not LinkState.CONNECTED:
            return link.state.value
        if link.stale or not pbx.picture.loaded:
            return STALE
        return link.state.value if self._probe_of(pbx.name).prove(lambda: _answers(pbx)) else STALE

    def _probe_of(self, name: str) -> _Probe[bool]:
        with self._lock:
            return self._probes.setdefault(name, _Probe(self._clock))


class _Probe(Generic[T]):
    """Keeps the last result of one check; whoever asks while a check runs gets its result.

    Args:
        clock: Returns seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._result: tuple[float, T] | None = None

    def prove(self, look: Callable[[], T]) -> T:
        """Return the result of the last second, or that of a new check."""
        with self._lock:
            if self._result is None or self._clock() - self._result[0] >= PROOF_LASTS:
                found = look()
                self._result = (self._clock(), found)
            return self._result[1]


def _find_fault(prove: Callable[[], None]) -> str | None:
    try:
        prove()
    except StorageUnavailable as error:
        return error.detail
    return None


def _answers(pbx: Pbx) -> bool:
    try:
        pbx.manager.ping(PATIENCE)
    except AmictlError:
        return False
    return True
