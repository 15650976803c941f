"""A bigger centre is written in the same files, which the same code reads."""

from __future__ import annotations

from pathlib import Path

from amictl.demo import configuration
from amictl.demo.configuration import Configuration, read_configuration
from amictl.demo.life.growth import needs_growth, write_configuration
from amictl.demo.settings import BIG_CENTRE, DemoSettings

CONF = Path(configuration.__file__).parent / "conf"


def read_queues(folder: Path) -> Configuration:
    return read_configuration(folder / "queues.conf")


def members_of(conf: Configuration) -> dict[str, list[str]]:
    return {section.name: section.all("member") for section in conf if section.name != "general"}


def test_the_standard_centre_is_that_of_the_files() -> None:
    assert not needs_growth(DemoSettings.make())
    assert needs_growth(DemoSettings.make(agents=21))
    assert needs_growth(DemoSettings.make(queues=5))


def test_the_biggest_centre_has_all_its_queues_and_agents(tmp_path: Path) -> None:
    folder = write_configuration(BIG_CENTRE, CONF, tmp_path / "conf")
    queues = members_of(read_queues(folder))
    assert len(queues) == BIG_CENTRE.queues
    assert list(queues)[:4] == list(members_of(read_queues(CONF)))
    people = {member.split(",")[0] for members in queues.values() for member in members}
    assert len(people) == BIG_CENTRE.agents
    assert min(map(len, queues.values())) > 15
    phones = {section.name for section in read_configuration(folder / "pjsip.conf")}
    assert {person.removeprefix("PJSIP/") for person in people} <= phones
    assert all(len(set(members)) == len(members) for members in queues.values())


def test_more_agents_without_more_queues_work_for_those_that_there_are(tmp_path: Path) -> None:
    settings = DemoSettings.make(agents=60)
    before = members_of(read_queues(CONF))
    after = members_of(read_queues(write_configuration(settings, CONF, tmp_path / "conf")))
    assert list(after) == list(before)
    assert all(after[queue][: len(before[queue])] == before[queue] for queue in before)
    assert all(len(after[queue]) >= len(before[queue]) + 20 for queue in before)


def test_the_numbers_of_more_queues_and_phones_are_in_the_dialplan(tmp_path: Path) -> None:
    folder = write_configuration(BIG_CENTRE, CONF, tmp_path / "conf")
    dialplan = read_configuration(folder / "extensions.conf")
    lines = [setting.value for section in dialplan for setting in section.settings]
    assert "604,1,Set(QUEUE=support-de)" in lines
    assert "649,1,Set(MAILBOX=649)" not in lines
    assert any(line.startswith("649,1,Set(QUEUE=") for line in lines)
    assert "2480,hint,PJSIP/2480" in lines
