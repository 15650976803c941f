"""``make pbx``: one real Asterisk with a call centre at work on it, until Ctrl-C.

``python -m tests.asterisk.development [22|16]``
"""

from __future__ import annotations

import random
import signal
import sys
import time
from types import FrameType
from typing import NoReturn

from tests.asterisk.call_centre import CONFIGURATION, CallCentre, Roster
from tests.asterisk.installation import MAJORS, NotInstallable
from tests.asterisk.server import AsteriskFailed, AsteriskServer
from tests.asterisk.sipp_process import SippFailed
from tests.asterisk.voicemail_messages import leave_messages

_LOOK_EVERY = 0.4  # seconds
_NEW_MESSAGES = {"600": 3, "602": 1, "1007": 2, "1012": 1}  # by voicemail box
_SIGNALS = (signal.SIGINT, signal.SIGTERM)

_GREETING = """\
Asterisk {major} is up, and a call centre is at work on it. Ctrl-C ends it.

  AMI       {host}:{port}   user {username}   secret {secret}
  AMI, TLS  {host}:{tls_port}   authority in {authority}
  others    readonly / readonly-secret, wrongrights / wrongrights-secret
  PJSIP     {host}:{sip_port} (UDP)   endpoints {phones}, passwords secret-<number>
  console   {console}

Show it to amictl:

  printf %s {secret} | {add_command}
"""

_ADD_COMMAND = "flask pbx add development --host {host} --port {port} --username {username} --secret-stdin"


class _AskedToEnd(BaseException):
    """A signal came; whatever goes on is given up."""


def main(arguments: list[str]) -> int:
    """Run until a signal; return the exit status."""
    major = int(arguments[0]) if arguments and arguments[0].isdigit() else MAJORS[0]
    if arguments[1:] or (arguments and arguments[0] not in map(str, MAJORS)):
        sys.stderr.write(f"usage: python -m tests.asterisk.development [{'|'.join(map(str, MAJORS))}]\n")
        return 2
    try:
        server = AsteriskServer(major, configuration=CONFIGURATION)
        chance = random.Random()  # noqa: S311 - it draws people, not secrets
        for mailbox, count in _NEW_MESSAGES.items():
            leave_messages(server, mailbox, count, chance)
        for number in _SIGNALS:
            signal.signal(number, _end)
        with server:
            _say(_greeting(server))
            while True:
                _keep_busy_while_it_answers(server)
    except NotInstallable as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except _AskedToEnd:
        return 0


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    """Give up what goes on, a wait for a frozen PBX included; what cleans up is not disturbed any more."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise _AskedToEnd


def _keep_busy_while_it_answers(server: AsteriskServer) -> None:
    """Keep the centre at work; a developer may freeze the PBX or kill it: it comes back on the same ports."""
    try:
        with CallCentre(server) as centre:
            while True:
                centre.work()
                time.sleep(_LOOK_EVERY)
    except SippFailed as problem:
        _say(f"The phones have failed, and begin anew: {problem}\n")
    except (AsteriskFailed, OSError, EOFError):
        if server.is_running:
            _say("Asterisk does not answer; waiting for it.\n")
        else:
            _say("Asterisk has ended; starting it again on the same ports.\n")
            server.restart()
    time.sleep(_LOOK_EVERY)


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _greeting(server: AsteriskServer) -> str:
    roster = Roster.read()
    return _GREETING.format(
        major=server.major,
        host=server.host,
        port=server.ami_port,
        tls_port=server.ami_tls_port,
        username=server.username,
        secret=server.secret,
        add_command=_ADD_COMMAND.format(host=server.host, port=server.ami_port, username=server.username),
        sip_port=server.sip_port,
        phones=", ".join(f"{some[0]}-{some[-1]}" for some in (roster.agents, roster.staff)),
        authority=server.ca_file,
        console=server.console_command,
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
