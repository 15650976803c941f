"""Holds what amictl shows against what the PBX tells somebody else, while calls go on."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.picture_feed import Reachable
from tests.asterisk.picture_lists import TOPICS, Picture, differences, differences_of, seen_in, told_by_pbx
from tests.asterisk.server import await_condition
from tests.patience import PATIENCE
from tests.soak.answer_listener import AnswerListener
from tests.soak.counted_twice import CountRecord, Finding
from tests.soak.subjects import Subject

# An event takes milliseconds to reach the picture, and seconds on a machine that is very busy: what the PBX
# told for longer, unchanged, while amictl showed something else all the time, is wrong.
_STILL_SECONDS: Final = 10.0
# Nothing changes so often that no round in so many seconds would meet it at rest.
_PATIENCE: Final = PATIENCE
_ROUND_SECONDS: Final = 0.05


@dataclass(slots=True)
class Verdict:
    """What came of some checks.

    Args:
        checks: How many were made.
        things: How many things were found equal: channels, bridges, queues, members, callers, …
        rounds: How often the lists were asked.
        slowest: Seconds until the last thing of a check was found equal, at most.
        findings: What differs, with what is known of it; empty when all is well.
    """

    checks: int = 0
    things: int = 0
    rounds: int = 0
    slowest: float = 0.0
    findings: list[Finding] = field(default_factory=list)


class Judge:
    """Compares a subject with a second opinion of the PBX; a context manager that ends its session.

    Both sides move. Each thing that either side has when a check begins must be seen equal in every field at
    one moment: what amictl shows must be what the PBX told right before or right after. What is not, though
    the PBX told the same of it all the time, is noted.

    Args:
        pbx: The PBX.
        subject: What is judged.
        still: Seconds after which what the PBX told all the time must be seen.

    Attributes:
        verdict: What came of all checks.
        record: What the PBX told of its calls of queues meanwhile.
    """

    def __init__(self, pbx: Reachable, subject: Subject, still: float = _STILL_SECONDS) -> None:
        self.verdict = Verdict()
        self.record = CountRecord()
        self._answers = AnswerListener(pbx, self.record)
        self._held_at = time.monotonic()
        self._ami = AmiClient(pbx.host, pbx.ami_port, pbx.username, pbx.secret, events="off")
        self._subject = subject
        self._still = still

    def __enter__(self) -> Self:
        self._answers.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._answers.__exit__(kind, problem, trace)
        self._ami.close()

    def summary(self) -> str:
        """Return what was found so far, in one line."""
        verdict = self.verdict
        return (
            f"{verdict.checks} checks of {verdict.things} things in {verdict.rounds} rounds, the slowest "
            f"{verdict.slowest:.2f} s; {len(verdict.findings)} findings"
        )

    def check(self, occasion: str) -> None:
        """Find each thing of this moment equal, or note it.

        Args:
            occasion: Why it is checked now.
        """
        begun = time.monotonic()
        told, seen = self._ask(), self._look()
        still_since = dict.fromkeys(told.keys() | seen.keys(), begun)
        self.verdict.checks += 1
        self.verdict.things += len(still_since)
        while still_since:
            then, told = told, self._ask()
            now = time.monotonic()
            self.verdict.rounds += 1
            self.record.note_lists(seen, told, now)
            still_since = {
                key: since if not differences_of(key, then, told) else now
                for key, since in still_since.items()
                if differences_of(key, seen, then) and differences_of(key, seen, told)
            }
            wrong = {key for key, since in still_since.items() if now - since > self._still}
            if now - begun > _PATIENCE:
                wrong |= still_since.keys()
            self._note(occasion, wrong, seen, told)
            still_since = {key: since for key, since in still_since.items() if key not in wrong}
            self._ami.drain(_ROUND_SECONDS)
            seen = self._look()
        self.verdict.slowest = max(self.verdict.slowest, time.monotonic() - begun)
        self._hold_against_itself(occasion)

    def await_agreement(self, occasion: str) -> None:
        """Find everything equal at once, now that no call goes on any more."""
        self.verdict.checks += 1
        try:
            await_condition(self._agree_at_rest, _PATIENCE, "agreement")
        except AssertionError:
            seen, told = self._look(), self._ask()
            wrong = {key for key in seen.keys() | told.keys() if differences_of(key, seen, told)}
            self._note(occasion, wrong, seen, told)
        self._hold_against_itself(occasion)
        self._agree_at_rest()  # what the PBX counted up to here is known from lists of after
        self._answers.check()

    def _agree_at_rest(self) -> bool:
        seen, told = self._look(), self._ask()
        now = time.monotonic()
        self.record.note_lists(seen, told, now)
        return not differences(seen, told) and self.record.is_settled(now)

    def _hold_against_itself(self, occasion: str) -> None:
        since, lines = self._held_at, self._subject.contradictions()
        self._held_at = time.monotonic()
        self.verdict.findings += [Finding(f"{occasion}: {line}", since, self._held_at) for line in lines]

    def _ask(self) -> Picture:
        told = told_by_pbx(self._ami)
        self._ami.events.clear()
        self._ami.received.clear()
        return told

    def _look(self) -> Picture:
        return seen_in(self._subject.snapshots(TOPICS))

    def _note(self, occasion: str, keys: set[str], seen: Picture, told: Picture) -> None:
        now = time.monotonic()
        for key in sorted(keys):
            lines = [f"{occasion}: {line}" for line in differences_of(key, seen, told)]
            lines += [f"    {entry}" for entry in self._subject.trail(*key.split(" ")[1:])]
            self.verdict.findings.append(Finding("\n".join(lines), now, now))
