"""``make pbx``: one real Asterisk with calls going on, until Ctrl-C.

``python -m tests.asterisk.development [22|16]``
"""

from __future__ import annotations

import itertools
import signal
import sys
from threading import Event

from tests.asterisk.installation import MAJORS, NotInstallable
from tests.asterisk.server import AsteriskFailed, AsteriskServer
from tests.asterisk.traffic import CallCentre

_LOOK_EVERY = 0.4  # seconds
_BREAKS_EVERY = 40  # looks

_GREETING = """\
Asterisk {major} is up, with calls going on. Ctrl-C ends it.

  AMI       {host}:{port}   user {username}   secret {secret}
  AMI, TLS  {host}:{tls_port}   authority in {authority}
  others    readonly / readonly-secret, wrongrights / wrongrights-secret
  PJSIP     {host}:{sip_port} (UDP)   endpoints 100-105, passwords secret-100 … secret-105
  console   {console}

Show it to amictl:

  printf %s {secret} | {add_command}
"""

_ADD_COMMAND = "flask pbx add development --host {host} --port {port} --username {username} --secret-stdin"


def main(arguments: list[str]) -> int:
    """Run until a signal; return the exit status."""
    major = int(arguments[0]) if arguments and arguments[0].isdigit() else MAJORS[0]
    if arguments[1:] or (arguments and arguments[0] not in map(str, MAJORS)):
        sys.stderr.write(f"usage: python -m tests.asterisk.development [{'|'.join(map(str, MAJORS))}]\n")
        return 2
    try:
        server = AsteriskServer(major)
    except NotInstallable as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    asked_to_end = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: asked_to_end.set())
    with server:
        _say(_greeting(server))
        while not asked_to_end.wait(_LOOK_EVERY):
            _keep_busy_while_it_answers(server, asked_to_end)
    return 0


def _keep_busy_while_it_answers(server: AsteriskServer, asked_to_end: Event) -> None:
    """Keep calls going on; a developer may freeze the PBX or kill it, and gets it back on the same ports."""
    try:
        _keep_busy(server, asked_to_end)
    except (AsteriskFailed, OSError, EOFError):
        if server.is_running:
            _say("Asterisk does not answer; waiting for it.\n")
        else:
            _say("Asterisk has ended; starting it again on the same ports.\n")
            server.restart()


def _keep_busy(server: AsteriskServer, asked_to_end: Event) -> None:
    with CallCentre(server) as centre:
        for look in itertools.count(1):
            if asked_to_end.wait(_LOOK_EVERY):
                return
            centre.keep_level()
            if look % _BREAKS_EVERY == 0:
                centre.change_breaks()


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _greeting(server: AsteriskServer) -> str:
    return _GREETING.format(
        major=server.major,
        host=server.host,
        port=server.ami_port,
        tls_port=server.ami_tls_port,
        username=server.username,
        secret=server.secret,
        add_command=_ADD_COMMAND.format(host=server.host, port=server.ami_port, username=server.username),
        sip_port=server.sip_port,
        authority=server.ca_file,
        console=server.console_command,
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
