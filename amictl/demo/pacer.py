"""The thread that lets a world's time pass: real seconds times a speed."""

from __future__ import annotations

import threading
import time
from typing import Final

import structlog

from amictl.demo.world import World
from amictl.errors import ConfigurationError

log = structlog.get_logger(__name__)

SPEED_LIMIT: Final = 10_000.0
_TICK: Final = 0.005  # seconds: what happens closer together happens in one go
_LONGEST_WAIT: Final = 0.5  # seconds after which it looks again, though nothing is due
_SLICE: Final = 0.02  # real seconds of work after which others may have the world
_NEAR: Final = 1e-5  # seconds of the world: nearer than what is left over by rounding Unix times
_TOLERATED_LAG: Final = 1.0  # real seconds behind, above which it is told
_TELL_EVERY: Final = 10.0  # real seconds


class Pacer:
    """Runs a world up to the present, again and again, so that nothing else has to.

    When the world cannot keep up, its time runs slower than it should: nothing is left out, `lag` tells by
    how much, and the log says so.

    Args:
        world: Whose time passes.
        speed: World seconds a real second.

    Raises:
        ConfigurationError: The speed is not above 0, or out of reach.
    """

    def __init__(self, world: World, speed: float = 1.0) -> None:
        if not 0 < speed <= SPEED_LIMIT:
            raise ConfigurationError(f"The demo's speed must be above 0 and at most {SPEED_LIMIT:.0f}.")
        self._world = world
        self._speed = speed
        self._began_at = world.now()
        self._origin = time.monotonic()
        self._wakeup = threading.Event()
        self._running = False
        self._is_frozen = False
        self._told_at = float("-inf")
        self._thread: threading.Thread | None = None

    @property
    def speed(self) -> float:
        """World seconds a real second."""
        return self._speed

    @property
    def lag(self) -> float:
        """Real seconds that the world is behind."""
        return max(0.0, (self._present() - self._world.now()) / self._speed)

    def start(self) -> None:
        """Let time pass from where the world is."""
        self._set_present()
        self._running = True
        self._thread = threading.Thread(target=self._run, name="demo-pacer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop time; harmless when it stands still."""
        self._running = False
        self.wake()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        self._thread = None

    def freeze(self) -> None:
        """Let nothing happen from now on, though time goes on; returns when the world stands still."""
        with self._world.lock:
            self._is_frozen = True

    def thaw(self) -> None:
        """Let all happen that was due meanwhile, and go on."""
        self._is_frozen = False
        self.wake()

    def wake(self) -> None:
        """Look again what is due next: somebody may have changed it."""
        self._wakeup.set()

    def catch_up(self) -> None:
        """Run the world up to the present; called under its lock."""
        if self._running and not self._is_frozen:
            present = self._present()
            if present > self._world.now():
                self._world.run_until(present)

    def _set_present(self) -> None:
        self._began_at = self._world.now()
        self._origin = time.monotonic()

    def _present(self) -> float:
        """Return what time it should be in the world."""
        return self._began_at + (time.monotonic() - self._origin) * self._speed

    def _run(self) -> None:
        while self._running:
            self._wakeup.clear()
            try:
                wait = self._step()
            except Exception:
                log.exception("something failed in the demo's world")
                wait = _TICK
            if wait > _TICK:
                time.sleep(_TICK)
                self._wakeup.wait(wait - _TICK)
            else:
                time.sleep(wait)

    def _step(self) -> float:
        """Let the world come nearer to the present; return the real seconds until something is due."""
        ends_at = time.monotonic() + _SLICE
        stride = _TICK * self._speed
        with self._world.lock:
            if self._is_frozen:
                return _LONGEST_WAIT
            present = self._present()
            while (behind := present - self._world.now()) > _NEAR:
                self._world.run_until(self._world.now() + min(behind, stride))
                if time.monotonic() > ends_at:
                    break
            due = self._world.env.peek() - self._world.env.now
        if self.lag > _TOLERATED_LAG:
            self._tell_lag()
            return 0.0
        return min(max(due / self._speed, _TICK), _LONGEST_WAIT)

    def _tell_lag(self) -> None:
        now = time.monotonic()
        if now - self._told_at > _TELL_EVERY:
            self._told_at = now
            log.warning("the demo cannot keep up", behind_s=round(self.lag, 1), speed=self._speed)
