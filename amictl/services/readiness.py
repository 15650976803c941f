"""Whether the links carry anything at this moment, proved and not remembered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from amictl.errors import AmictlError
from amictl.manager import Pbx, Registry
from amictl.pbx import LinkState

PROOF_LASTS: Final = 1.0  # seconds; strangers who ask often cost the PBX one ping in this time
PATIENCE: Final = 2.0  # seconds; a healthy PBX answers within milliseconds
STALE: Final = "stale"


class ReadinessService:
    """Proves links alive by a ping, since a PBX that froze a moment ago still looks connected.

    Args:
        registry: The PBXes.
        clock: Returns seconds that only grow.
    """

    def __init__(self, registry: Registry, clock: Callable[[], float] = time.monotonic) -> None:
        self._registry = registry
        self._clock = clock
        self._lock = threading.Lock()
        self._probes: dict[str, _Probe] = {}

    def link_states(self) -> dict[str, str]:
        """Return each link's state by PBX; ``connected`` was proved within a second, else it is ``stale``."""
        return {pbx.name: self._state_of(pbx) for pbx in self._registry.all()}

    def problems(self) -> list[str]:
        """Return what will need somebody though it may hold up nothing now, as sentences without secrets."""
        return [
            f"PBX {pbx.name}: {pbx.manager.warning}"
            for pbx in self._registry.all()
            if pbx.manager.warning is not None
        ]

    def _state_of(self, pbx: Pbx) -> str:
        link = pbx.picture.link
        if link.state is not LinkState.CONNECTED:
            return link.state.value
        if link.stale or not pbx.picture.loaded:
            return STALE
        return link.state.value if self._probe_of(pbx.name).prove(pbx) else STALE

    def _probe_of(self, name: str) -> _Probe:
        with self._lock:
            return self._probes.setdefault(name, _Probe(self._clock))


class _Probe:
    """The last ping of one PBX; whoever comes while one is under way takes its result.

    Args:
        clock: Returns seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._alive = False

    def prove(self, pbx: Pbx) -> bool:
        """Return whether the PBX answers."""
        with self._lock:
            if self._clock() - self._asked_at >= PROOF_LASTS:
                self._alive = _answers(pbx)
                self._asked_at = self._clock()
            return self._alive


def _answers(pbx: Pbx) -> bool:
    try:
        pbx.manager.ping(PATIENCE)
    except AmictlError:
        return False
    return True
