"""How long a test waits for something before it calls it a hang.

A test waits for a condition and goes on as soon as it holds, so this costs nothing where all is well. It is
one limit for all and far beyond what anything takes, since the machine may be slow, and busy with others.
"""

from __future__ import annotations

import time
from typing import Final

PATIENCE: Final = 120.0  # seconds
_SHORTEST: Final = 0.02  # seconds
_LONGEST: Final = 0.25
_LOOKS: Final = 5  # that a pause is as long as


class Pace:
    """How often something that is waited for is looked at: what takes long is looked at less often.

    A question to a PBX or an amictl that is asked again at once takes processor time from what is waited for.
    """

    def __init__(self) -> None:
        self._looked_since = time.monotonic()

    def pause(self) -> None:
        """Wait between two looks."""
        took = time.monotonic() - self._looked_since
        time.sleep(min(max(_LOOKS * took, _SHORTEST), _LONGEST))
        self._looked_since = time.monotonic()
