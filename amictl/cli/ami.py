"""``flask ami``: watching and running a PBX from the command line, on the same services as the API."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from typing import Any

import click
import orjson

from amictl.cli.groups import CommandGroup, format_table, refuse, say
from amictl.cli.live_link import LiveLink, open_link
from amictl.pbx.topics.links.value import LinkState
from amictl.pbx.topics.originations.value import OriginationState
from amictl.services.calls.calls import HangupBody, OriginateBody
from amictl.services.execution.visible_text import show_controls_in_cell
from amictl.services.queues.members import QueuePauseBody
from amictl.services.queues.queues import QueueStatusQuery
from amictl.services.results import Result, write_result

_LOOK_INTERVAL = 0.1  # seconds between looks at the event log
_NOTHING = "-"
_TELLING = (
    "Channel", "DestChannel", "Queue", "Interface", "Device", "ChannelStateDesc", "State", "CallerIDNum",
    "Exten", "Context", "Application", "AppData", "Variable", "Value", "DialStatus", "Position", "Digit",
    "UserEvent", "Cause-txt",
)  # fmt: skip
"""The headers that a line about an event shows, where it has them; ``--json`` shows all."""

ami = CommandGroup("ami", help="Watch a PBX and act on it; each command logs in, and off again.")

_pbx_option = click.option("--pbx", "pbx_name", help="The PBX's short name.  [default: main, or the first]")
_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")


@ami.command("ping")
@_pbx_option
@_json_option
def ping_pbx(*, pbx_name: str | None, as_json: bool) -> None:
    """Tell how fast the PBX answers."""
    with open_link(pbx_name) as link:
        found = link.services.utilities.ping(link.actor, link.pbx.name)
    _print(write_result(found), as_json, f"{found.pbx} answers in {found.round_trip_ms} ms.")


@ami.command("channels")
@_pbx_option
@_json_option
def list_channels(*, pbx_name: str | None, as_json: bool) -> None:
    """List the channels that are up."""
    with open_link(pbx_name) as link:
        found = link.services.channels.list_channels(link.actor, link.pbx.name)
    rows = [
        (
            each["channel"],
            each["state"] or _NOTHING,
            _describe_party(each["caller_id_name"], each["caller_id_num"]),
            _describe_party(each["connected_line_name"], each["connected_line_num"]),
            f"{each['exten'] or ''}@{each['context'] or ''}",
            each["application"] or _NOTHING,
        )
        for each in found.channels
    ]
    headings = ("CHANNEL", "STATE", "CALLER", "CONNECTED TO", "EXTENSION", "APPLICATION")
    _print(found, as_json, format_table(headings, rows) if rows else "No channels.")


@ami.command("queues")
@click.argument("queue", required=False)
@_pbx_option
@_json_option
def list_queues(*, queue: str | None, pbx_name: str | None, as_json: bool) -> None:
    """List the queues, or the callers and members of QUEUE."""
    with open_link(pbx_name) as link:
        asked = QueueStatusQuery.model_construct(queue=queue, pbx=link.pbx.name)
        found = link.services.queues.show_status(link.actor, asked)
    queues = found.queues
    if queue is not None:
        text = "\n\n".join((_tabulate_callers(queues[0]), _tabulate_members(queues[0])))
    else:
        text = _tabulate_queues(queues) if queues else "No queues."
    _print(found, as_json, text)


@ami.command("originate")
@click.argument("channel")
@click.option("--exten", help="Extension to connect to.")
@click.option("--context", help="Its context.")
@click.option("--priority", type=click.IntRange(1), help="Its priority.  [default: 1]")
@click.option("--application", help="Application to connect to, instead of an extension.")
@click.option("--data", help="That application's arguments.")
@click.option(
    "--timeout", type=click.IntRange(1, 3600), default=30, show_default=True, help="Seconds to ring."
)
@click.option("--caller-id", help='What the channel shows: "Name" <number>.')
@click.option("--variable", "variables", multiple=True, metavar="NAME=VALUE", help="A channel variable.")
@click.option("--wait", is_flag=True, help="Wait for the outcome; the exit code is 1 unless it was answered.")
@_pbx_option
@_json_option
def originate_call(
    *,
    channel: str,
    timeout: int,
    variables: tuple[str, ...],
    wait: bool,
    pbx_name: str | None,
    as_json: bool,
    **destination: Any,  # noqa: ANN401 - the options above, by the fields of OriginateBody
) -> None:
    """Call CHANNEL and connect it to an extension or an application."""
    given = _read_variables(variables)
    with open_link(pbx_name) as link:
        # Click has checked the values, and the action checks what is left: the API's limits are narrower.
        asked = OriginateBody.model_construct(
            channel=channel, timeout=timeout * 1000, variables=given, pbx=link.pbx.name, **destination
        )
        ordered = link.services.calls.originate(link.actor, asked)
        told = ordered.told
        if not wait:
            _print(told, as_json, f"{told.message}: channel {told.channel_id}.")
            return
        outcome = link.services.originations.wait(ordered)
    words = f": {outcome.order['detail']}" if outcome.order["detail"] else ""
    _print(outcome, as_json, f"{outcome.state.replace('_', ' ').capitalize()}{words}")
    if outcome.state is not OriginationState.ANSWERED:
        raise SystemExit(1)


@ami.command("hangup")
@click.argument("channels", nargs=-1, required=True, metavar="CHANNEL...")
@click.option("--cause", type=click.IntRange(1, 127), help="Q.850 cause to give.")
@_pbx_option
@_json_option
def hang_up_channels(
    *, channels: tuple[str, ...], cause: int | None, pbx_name: str | None, as_json: bool
) -> None:
    """End each CHANNEL, named by name or unique ID; the exit code is 1 unless all were."""
    with open_link(pbx_name) as link:
        asked = HangupBody.model_construct(channels=list(channels), cause=cause, pbx=link.pbx.name)
        done = link.services.calls.hang_up(link.actor, asked)
    results = done.results or ()
    lines = [f"{each.channel}: {each.error.detail if each.error else each.message}" for each in results]
    _print(done, as_json, "\n".join(lines))
    if not all(each.success for each in results):
        raise SystemExit(1)


@ami.command("pause")
@click.argument("interface")
@click.option("--queue", help="One queue.  [default: all of the member's]")
@click.option("--reason", help="Why, for the reports.")
@click.option("--unpause", is_flag=True, help="Let the member take calls again.")
@_pbx_option
@_json_option
def pause_member(
    *,
    interface: str,
    queue: str | None,
    reason: str | None,
    unpause: bool,
    pbx_name: str | None,
    as_json: bool,
) -> None:
    """Pause the queue member INTERFACE, such as PJSIP/100."""
    with open_link(pbx_name) as link:
        # The action checks the values: the API's limits are narrower.
        asked = QueuePauseBody.model_construct(
            interface=interface, paused=not unpause, queue=queue, reason=reason, pbx=link.pbx.name
        )
        done = link.services.queue_members.pause(link.actor, asked)
    _print(done, as_json, done.message)


@ami.command("events")
@click.option("--name", "names", multiple=True, help="Only events of this name; may be given again.")
@click.option("--count", type=click.IntRange(1), help="End after so many.")
@_pbx_option
@_json_option
def watch_events(*, names: tuple[str, ...], count: int | None, pbx_name: str | None, as_json: bool) -> None:
    """Print the PBX's events as they come, until Ctrl-C."""
    wanted = {name.lower() for name in names}
    with open_link(pbx_name) as link:
        chosen = (event for event in _follow_events(link) if not wanted or event["event"].lower() in wanted)
        for event in itertools.islice(chosen, count):
            if as_json:
                say(orjson.dumps(event).decode())
            else:
                data = event["data"]
                told = ((key, show_controls_in_cell(data[key])) for key in _TELLING if data.get(key))
                facts = "  ".join(f"{key}={value}" for key, value in told)
                say(f"{event['at']}  {event['event']:<22}  {facts}")


@ami.command("command")
@click.argument("words", nargs=-1, required=True, metavar="COMMAND...")
@_pbx_option
@_json_option
def run_command(*, words: tuple[str, ...], pbx_name: str | None, as_json: bool) -> None:
    """Run a command of Asterisk's own command line, such as: core show uptime."""
    with open_link(pbx_name) as link:
        done = link.services.system.run_command(link.actor, " ".join(words), link.pbx.name)
    _print(write_result(done), as_json, "\n".join(done.output))


def _follow_events(link: LiveLink) -> Iterator[dict[str, Any]]:
    """Yield the events from now on; end when the link does."""
    picture = link.pbx.picture
    at = picture.read("events")
    epoch, seq = at.epoch, at.seq
    while True:
        replay = picture.since("events", epoch, seq)
        if replay is None:
            raise refuse("Events were missed: the link was lost, or they came too fast.")
        seq = replay.seq
        yield from replay.events
        if picture.link.state is not LinkState.CONNECTED:
            raise refuse(f"The link was lost: {picture.link.detail}")
        time.sleep(_LOOK_INTERVAL)


def _print(found: Result | dict[str, Any], as_json: bool, text: str) -> None:
    """Print what was found, for a program or for a person."""
    found = write_result(found) if isinstance(found, Result) else found
    say(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode() if as_json else text)


def _read_variables(pairs: tuple[str, ...]) -> dict[str, str]:
    """Return ``NAME=VALUE`` pairs by name.

    Raises:
        click.UsageError: One has no ``=``.
    """
    for pair in pairs:
        if "=" not in pair:
            raise click.UsageError(f"--variable takes NAME=VALUE, not {pair!r}.")
    return {name: value for name, _, value in (pair.partition("=") for pair in pairs)}


def _tabulate_queues(queues: Sequence[dict[str, Any]]) -> str:
    """Return a line for each queue."""
    rows = [
        (
            each["queue"],
            each["strategy"] or _NOTHING,
            str(len(each["callers"])),
            str(len(each["members"])),
            str(sum(not member["paused"] and member["status"] == "not in use" for member in each["members"])),
            _describe_number(each["completed"]),
            _describe_number(each["abandoned"]),
        )
        for each in queues
    ]
    return format_table(("QUEUE", "STRATEGY", "WAITING", "MEMBERS", "FREE", "COMPLETED", "ABANDONED"), rows)


def _tabulate_callers(queue: dict[str, Any]) -> str:
    """Return a line for each caller that waits."""
    rows = [
        (
            str(each["position"]),
            _describe_party(each["caller_id_name"], each["caller_id_num"]),
            each["channel"],
            each["joined_at"] or _NOTHING,
        )
        for each in queue["callers"]
    ]
    return format_table(("POSITION", "CALLER", "CHANNEL", "SINCE"), rows) if rows else "Nobody waits."


def _tabulate_members(queue: dict[str, Any]) -> str:
    """Return a line for each member."""
    rows = [
        (
            each["interface"],
            each["name"] or _NOTHING,
            each["status"] or _NOTHING,
            _describe_pause(each),
            _describe_number(each["penalty"]),
            _describe_number(each["calls_taken"]),
        )
        for each in queue["members"]
    ]
    return (
        format_table(("MEMBER", "NAME", "STATUS", "PAUSED", "PENALTY", "CALLS"), rows)
        if rows
        else "No members."
    )


def _describe_pause(member: dict[str, Any]) -> str:
    """Return whether a member is paused, and why."""
    if not member["paused"]:
        return "no"
    return f"yes ({member['paused_reason']})" if member["paused_reason"] else "yes"


def _describe_number(number: int | None) -> str:
    """Return a number, or that it is not known."""
    return _NOTHING if number is None else str(number)


def _describe_party(name: str | None, number: str | None) -> str:
    """Return the name and the number of a party, as far as they are known."""
    if name and number and name != number:
        return f"{name} <{number}>"
    return name or number or _NOTHING
