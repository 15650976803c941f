"""How long the sounds that Asterisk plays take."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_DEFAULT: Final = 1.5

# Seconds, from Debian's asterisk-core-sounds-en-gsm: 33 bytes are 20 ms.
_SECONDS: Final[Mapping[str, float]] = MappingProxyType({
    "agent-loginok": 1.76, "auth-thankyou": 0.96, "beep": 0.44, "conf-full": 1.68, "conf-getpin": 2.4,
    "conf-invalidpin": 2.66, "conf-kicked": 2.38, "conf-leaderhasleft": 2.28, "conf-locked": 1.76,
    "conf-muted": 1.4, "conf-onlyperson": 3.16, "conf-unmuted": 1.5, "conf-waitforleader": 2.84,
    "confbridge-conf-begin": 1.84, "confbridge-join": 0.38, "confbridge-leave": 0.38,
    "confbridge-locked": 1.74, "demo-congrats": 30.28, "digits/0": 0.88, "digits/1": 0.92,
    "digits/2": 0.76, "digits/3": 0.84, "digits/4": 0.82, "digits/5": 0.84, "digits/6": 0.9,
    "digits/7": 0.84, "digits/8": 0.7, "digits/9": 0.86, "hello-world": 1.42, "pbx-invalid": 4.44,
    "pbx-invalidpark": 4.96, "pbx-parkingfailed": 1.72, "pbx-transfer": 0.96, "pls-hold-while-try": 2.44,
    "queue-thankyou": 1.6, "queue-youarenext": 5.38, "transfer": 2.4, "tt-weasels": 2.96,
    "vm-INBOX": 0.84, "vm-advopts": 2.48, "vm-and": 0.68, "vm-delete": 2.3, "vm-deleted": 1.4,
    "vm-first": 0.76, "vm-goodbye": 0.88, "vm-helpexit": 3.14, "vm-incorrect-mailbox": 2.56,
    "vm-intro": 5.66, "vm-isonphone": 1.46, "vm-isunavail": 1.26, "vm-last": 0.86, "vm-login": 2.56,
    "vm-mailboxfull": 4.16, "vm-message": 0.94, "vm-messages": 1.08, "vm-next": 2.96, "vm-no": 0.88,
    "vm-nomore": 1.68, "vm-onefor": 1.48, "vm-options": 16.38, "vm-opts": 7.58, "vm-password": 1.1,
    "vm-repeat": 2.9, "vm-saved": 1.02, "vm-theperson": 2.04, "vm-youhave": 0.92,
})  # fmt: skip


def spoken_seconds(digits: str) -> float:
    """Return how long it takes to say digits, in seconds."""
    return sum(sound_seconds(f"digits/{digit}") for digit in digits)


def sound_seconds(name: str) -> float:
    """Return how long a sound takes, in seconds; one that is not known takes a second and a half."""
    return _SECONDS.get(name, _DEFAULT)
