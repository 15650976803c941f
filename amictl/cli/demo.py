"""``flask demo``: the demo PBX alone, in a process of its own."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Final

import click

from amictl.cli.groups import CommandGroup, find_store, say
from amictl.demo.pbx import DemoPbx
from amictl.demo.server import DemoServer
from amictl.demo.settings import DemoSettings

_GREETING = """\
The demo PBX is up: a call centre that is simulated, behind an AMI on this machine alone. Ctrl-C ends it.

  AMI  {host}:{port}   user {username}   secret {secret}

Show it to amictl:

  printf %s {secret} | flask pbx add demo --host {host} --port {port} --username {username} --secret-stdin

Orders, a line each: {orders}.
"""

_ORDERS: Final[Mapping[str, Callable[[DemoServer], None]]] = {
    "lose-link": DemoServer.lose_link,
    "freeze": DemoServer.freeze,
    "thaw": DemoServer.thaw,
    "restart": DemoServer.restart,
}
"""The faults that it has when told so."""

demo = CommandGroup("demo", help="Run the demo PBX.")


@demo.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="AMI's port.  [default: a free one]")
@click.option("--username", default="amictl", show_default=True, help="AMI user.")
@click.option("--secret", help="That user's secret.  [default: a new one]")
@click.option("--queues", type=int, help="How many queues it has.")
@click.option("--agents", type=int, help="How many agents it has.")
@click.option("--channels", type=int, help="How many channels it has in its busiest hour.")
@click.option("--rate", type=int, help="How many events a second it sends then.")
@click.option("--speed", type=int, help="How many times as fast its day goes by.")
@click.option("--seed", type=int, help="What its chance begins with.")
@click.option("--hour", type=int, help="The hour of its day that it begins with.")
def serve_demo(
    *,
    port: int,
    username: str,
    secret: str | None,
    queues: int | None,
    agents: int | None,
    channels: int | None,
    rate: int | None,
    speed: int | None,
    seed: int | None,
    hour: int | None,
) -> None:
    """Run the demo PBX until Ctrl-C; what is not given is as the environment (AMICTL_DEMO_…) says.

    It reads orders from standard input: lose-link resets all sessions, freeze lets nothing happen until thaw,
    restart makes it a new process of a PBX.
    """
    surroundings = find_store().settings
    settings = DemoSettings.of(surroundings).change(
        queues=queues, agents=agents, channels=channels, rate=rate, speed=speed, seed=seed, hour=hour
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    pbx = DemoPbx(settings, surroundings.time_zone, port=port, username=username, secret=secret)
    pbx.start()
    try:
        say("The demo lives through its day so far …")
        pbx.wait_until_ready()
        link = pbx.link
        say(
            _GREETING.format(
                host=link.host,
                port=link.port,
                username=link.username,
                secret=link.secret,
                orders=", ".join(_ORDERS),
            )
        )
        _obey(pbx.server)
        threading.Event().wait()  # until a signal
    except KeyboardInterrupt:
        say("The demo PBX ends.")
    finally:
        pbx.stop()


def _obey(server: DemoServer) -> None:
    """Carry out the orders on standard input, until it ends."""
    for line in sys.stdin:
        order = _ORDERS.get(line.strip().lower())
        if order is not None:
            order(server)
            say(f"Done: {line.strip()}.")
        elif line.strip():
            say(f"No such order: {line.strip()}. There are {', '.join(_ORDERS)}.", err=True)


def _end(_number: int, _frame: FrameType | None) -> None:
    """Leave the loop, wherever it is."""
    raise KeyboardInterrupt
