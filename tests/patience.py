"""How long a test waits for something before it calls it a hang.

A test waits for a condition and goes on as soon as it holds, so this costs nothing where all is well. It is
one limit for all and far beyond what anything takes, since the machine may be slow, and busy with others.
"""

from __future__ import annotations

from typing import Final

PATIENCE: Final = 120.0  # seconds
