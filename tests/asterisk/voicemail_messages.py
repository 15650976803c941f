"""Messages that wait in voicemail boxes, as app_voicemail stores them (Asterisk app_voicemail.c)."""

from __future__ import annotations

import os
import random
import time
import wave
from datetime import UTC, datetime
from pathlib import Path

from amictl.demo.life.cast import draw_person
from tests.asterisk.server import AsteriskServer

_RATE = 8000  # samples a second, of format wav


def leave_messages(pbx: AsteriskServer, mailbox: str, count: int, chance: random.Random) -> None:
    """Put new messages into a box of context ``default`` that has none: some seconds of silence each.

    Args:
        pbx: Whose spool they go to; it need not run.
        mailbox: The box.
        count: How many.
        chance: Who left them, and when.
    """
    folder = pbx.home / "spool/voicemail/default" / mailbox / "INBOX"
    folder.mkdir(parents=True)
    moments = sorted(time.time() - chance.randint(60, 14_400) for _ in range(count))
    for number, moment in enumerate(moments):
        person, seconds = draw_person(chance), chance.randint(5, 40)
        lines = {
            "origmailbox": mailbox,
            "context": "default",
            "exten": mailbox,
            "callerid": f'"{person.name}" <{person.number}>',
            "origdate": datetime.fromtimestamp(moment, UTC).strftime("%a %b %d %I:%M:%S %p UTC %Y"),
            "origtime": int(moment),
            "msg_id": f"{int(moment)}-{number:08}",
            "flag": "",
            "duration": seconds,
        }
        text = "\n".join(["[message]", *(f"{name}={value}" for name, value in lines.items()), ""])
        (folder / f"msg{number:04}.txt").write_text(text, encoding="utf-8")
        with wave.open(str(folder / f"msg{number:04}.wav"), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(_RATE)
            sound.writeframes(bytes(2 * _RATE * seconds))
    _give(pbx, pbx.home / "spool/voicemail")


def _give(pbx: AsteriskServer, folder: Path) -> None:
    """Make Asterisk the owner, who moves and deletes them."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, *pbx.installation.owner)
