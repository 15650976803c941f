"""A small call centre in the demo's world, for tests of its queues: what its people do, and what is told."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from amictl.demo.channels import Channel
from amictl.demo.phones import Phone
from amictl.demo.queues.queue import CallQueue
from amictl.demo.world import CONFIGURATION, DemoEvent, World

START = 1_800_000_000.0
PHONES = "".join(
    f"[{number}]\ntype=endpoint\ncontext=in\naors={number}\ncallerid=Phone {number} <{number}>\n"
    for number in (1001, 1002, 1003, 2001, 2002, 2003)
)
QUEUES = """\
[general]
autofill=yes
log_membername_as_agent=yes
[standard](!)
timeout=5
retry=2
ringinuse=no
servicelevel=3
[support](standard)
strategy=linear
member=>PJSIP/1001,0,Anna
member=>PJSIP/1002,0,Ben
[together](standard)
strategy=ringall
member=>PJSIP/1001,0,Anna
member=>PJSIP/1002,0,Ben
member=>PJSIP/1003,1,Cleo
[closed](standard)
joinempty=no
[small](standard)
maxlen=1
[left](standard)
leavewhenempty=yes
member=>PJSIP/1003,0,Cleo
[strict](standard)
autopause=yes
setqueuevar=yes
setinterfacevar=yes
setqueueentryvar=yes
wrapuptime=10
member=>PJSIP/1001,0,Anna
[delayed](standard)
memberdelay=2
member=>PJSIP/1001,0,Anna
[hinted](standard)
member=>Local/1001@in/n,0,Anna,hint:1001@in
member=>Local/1002@in/n,0,Ben,hint:nothing@in
[keyed](standard)
context=keys
member=>PJSIP/1003,0,Cleo
[heavy](standard)
weight=5
member=>PJSIP/1001,0,Anna
[ruled](standard)
defaultrule=widen
member=>PJSIP/1003,2,Cleo
[halves](standard)
member=>Local/busy@agents/n,0,Busy
member=>Local/full@agents/n,0,Full
member=>Local/nowhere@agents/n,0,Nobody
"""
EXTENSIONS = """\
[in]
exten => _q.,1,Queue(${EXTEN:1},tT,,,${LIMIT})
 same => n,NoOp(${QUEUESTATUS})
 same => n,Wait(600)
exten => limited,1,Set(LIMIT=8)
 same => n,Goto(qsupport,1)
exten => narrow,1,Set(QUEUE_MAX_PENALTY=0)
 same => n,Goto(qruled,1)
exten => once,1,Queue(support,n)
 same => n,Wait(600)
exten => goon,1,Queue(support,c)
 same => n,Wait(600)
exten => 1001,hint,PJSIP/1001
exten => less,1,Set(QUEUE_PRIO=-1)
 same => n,Goto(qdelayed,1)
exten => star,1,Queue(support,H)
exten => away,1,Answer()
 same => n,Wait(600)
exten => _dial.,1,Dial(PJSIP/${EXTEN:4})
exten => join,1,AddQueueMember(support,,2,p(x)r(Tea),Zoe)
 same => n,PauseQueueMember(,PJSIP/2001,,Lunch)
 same => n,UnpauseQueueMember(support,PJSIP/2001)
 same => n,Set(QUEUE_MEMBER(support,penalty,PJSIP/2001)=4)
 same => n,NoOp(${QUEUE_MEMBER(support,count)}/${QUEUE_MEMBER(support,penalty,PJSIP/2001)})
 same => n,RemoveQueueMember(support)
 same => n,RemoveQueueMember(support,PJSIP/1001)
 same => n,QueueLog(support,1.2,me,NOTE,one|two)
 same => n,Wait(600)
[keys]
exten => 1,1,Wait(600)
exten => 23,1,Wait(600)
[agents]
exten => busy,1,Busy(1)
exten => full,1,Congestion(1)
"""


def write_centre(folder: Path) -> Path:
    """Write the centre's configuration into a folder, with the demo's own for the rest."""
    shutil.copytree(CONFIGURATION, folder, dirs_exist_ok=True)
    for name, text in (
        ("extensions.conf", EXTENSIONS), ("pjsip.conf", PHONES), ("queues.conf", QUEUES),
        ("queuerules.conf", "[widen]\npenaltychange=>4,+2\n"),
    ):  # fmt: skip
        (folder / name).write_text(text)
    return folder


class Centre:
    """A world, with what its people do and what is told of it."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder, start=START)
        self.heard: list[dict[str, str]] = []
        for phone in self.world.phones.all():
            phone.plug_in()
        self.let(1)
        self.world.listen(self._hear)

    def _hear(self, event: DemoEvent) -> None:
        lines = (line.partition(": ") for line in event.raw.decode().strip().split("\r\n"))
        self.heard.append({name: value for name, _, value in lines})

    def let(self, seconds: float) -> None:
        self.world.run_until(self.world.now() + seconds)

    def phone(self, number: int) -> Phone:
        phone = self.world.phones.get(str(number))
        assert phone
        return phone

    def call(self, exten: str, number: int = 2001) -> Channel:
        channel = self.phone(number).dial(exten)
        assert channel
        self.let(0.5)
        return channel

    def ringing(self) -> list[int]:
        """Whose phones ring."""
        return [int(phone.number) for phone in self.world.phones.all() for each in phone.channels if each.leg]

    def answer(self, number: int) -> Channel:
        (channel,) = self.phone(number).channels
        self.phone(number).answer(channel)
        self.let(0.1)
        return channel

    def hang_up(self, channel: Channel) -> None:
        self.phone(int(channel.device.removeprefix("PJSIP/"))).hang_up(channel)
        self.let(0.1)

    def queue(self, name: str) -> CallQueue:
        queue = self.world.queues.get(name)
        assert queue
        return queue

    def log(self) -> list[str]:
        """The queue log without times, calls and the line of the start."""
        return ["|".join(map(str, entry[2:])) for entry in list(self.world.queues.log)[1:]]

    def told(self, *headers: str, without: str = "") -> Iterator[str]:
        """What was told of queues, with some headers of each."""
        wanted = ("Queue", "Agent", "Dial", "Music")
        for event in self.heard:
            name = event["Event"]
            if name.startswith(wanted) and name not in without.split():
                yield " ".join([name, *(event[header] for header in headers if header in event)])
