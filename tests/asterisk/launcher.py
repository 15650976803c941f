"""Become Asterisk: chroot, give up root, ask to die with the parent, exec.

Run as a program by ``server.py``: ``python launcher.py ROOT UID GID COMMAND…``. It is a process of its own
because ``subprocess`` offers no hook between giving up root and exec that is safe in a program with threads,
and because the kernel forgets the parent-death signal whenever the user changes (prctl(2)), so that it
has to be asked for last.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(root: str, uid: str, gid: str, *command: str) -> None:
    """Replace this process by ``command``, run as ``uid``:``gid`` inside ``root``."""
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getppid()
    os.chroot(root)
    os.chdir("/")
    os.setgroups([])
    os.setgid(int(gid))
    os.setuid(int(uid))
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:  # it died before we asked
        raise SystemExit(1)
    os.execv(command[0], command)  # noqa: S606 - the bed's own command, no shell wanted


if __name__ == "__main__":
    main(*sys.argv[1:])
