"""What real Asterisk once sent is understood, and stays small enough to keep in the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from amictl.protocol import AmiConnection

TRANSCRIPTS = sorted(Path(__file__).parent.glob("*.ami"))


def test_there_are_transcripts_of_both_versions_and_they_are_small() -> None:
    names = {path.stem for path in TRANSCRIPTS}

    assert {name.removesuffix("-22") for name in names if name.endswith("-22")} == {
        name.removesuffix("-16") for name in names if name.endswith("-16")
    }
    assert len(names) >= 20
    assert sum(path.stat().st_size for path in TRANSCRIPTS) < 800_000


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_each_message_of_a_transcript_is_an_event_or_a_response(path: Path) -> None:
    banner, _, body = path.read_bytes().partition(b"\r\n")
    parts = [part.lstrip(b"\r\n") for part in body.split(b"\r\n\r\n")]
    wanted = [part for part in parts if part.startswith((b"Event:", b"Response:"))]

    connection = AmiConnection()
    messages = connection.receive_data(banner + b"\r\n" + body)

    assert connection.banner == banner.decode()
    assert [message.raw.rstrip(b"\n") for message in messages] == [part.rstrip(b"\n") for part in wanted]
    assert connection.fragments == len([part for part in parts if part]) - len(wanted)


@pytest.mark.parametrize("major", ["22", "16"])
def test_an_event_that_a_value_cut_in_two_leaves_a_fragment_and_no_damage(major: str) -> None:
    connection = AmiConnection()
    messages = connection.receive_data((Path(__file__).parent / f"user-events-{major}.ami").read_bytes())

    broken = next(m for m in messages if m.name == "UserEvent" and m.get("UserEvent") == "Broken")
    assert broken.get("Note") == "one"
    assert broken.get("After") is None
    assert connection.fragments >= 1
    assert any(message.name == "Forged" for message in messages)
