"""How long the sounds that Asterisk plays take."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_DEFAULT: Final = 1.5

# Seconds, from Debian's asterisk-core-sounds-en-gsm: 33 bytes are 20 ms.
_SECONDS: Final[Mapping[str, float]] = MappingProxyType({
    "agent-loginok": 1.76, "auth-thankyou": 0.96, "beep": 0.44, "conf-onlyperson": 3.16,
    "confbridge-conf-begin": 1.84, "demo-congrats": 30.28, "hello-world": 1.42, "pbx-invalid": 4.44,
    "pbx-transfer": 0.96, "pls-hold-while-try": 2.44, "queue-thankyou": 1.6, "queue-youarenext": 5.38,
    "transfer": 2.4, "tt-weasels": 2.96, "vm-INBOX": 0.84, "vm-advopts": 2.48, "vm-goodbye": 0.88,
    "vm-intro": 5.66, "vm-isonphone": 1.46, "vm-isunavail": 1.26, "vm-login": 2.56, "vm-message": 0.94,
    "vm-messages": 1.08, "vm-nomore": 1.68, "vm-onefor": 1.48, "vm-options": 16.38, "vm-password": 1.1,
    "vm-theperson": 2.04, "vm-youhave": 0.92,
})  # fmt: skip


def sound_seconds(name: str) -> float:
    """Return how long a sound takes, in seconds; one that is not known takes a second and a half."""
    return _SECONDS.get(name, _DEFAULT)
