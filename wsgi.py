"""The process: patches the standard library first, then builds ``app``; run as a program it serves.

The ``flask`` command has imported half of the world before it finds this file: too late to patch. Its
commands run on plain threads, for which everything but the server is written. Who has patched before, as
eventlet's own WSGI servers do, is taken as a server.
"""

# ruff: noqa: E402 - nothing may be imported before the patch
from __future__ import annotations

import os
import sys
import warnings

# Its own resolver takes 20 MB, and knows less than the system's; see `resolve_names_off_hub`.
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    import eventlet

_is_green = eventlet.patcher.is_monkey_patched("thread") or "flask" not in sys.modules
if _is_green:
    eventlet.monkey_patch()

import logging
from pathlib import Path

from amictl.app import Runtime, create_app, prepare_database
from amictl.config import read_settings
from amictl.errors import AmictlError, StorageUnavailable
from amictl.serving import resolve_names_off_hub, run_in_child, run_off_hub, serve, set_up_logging
from amictl.store import FirstStart, attach_migrations, hold_instance

_ROOT = Path(__file__).resolve().parent


def greet(made: FirstStart) -> None:
    """Print what a first start made; a generated password is never shown again."""
    if made.generated_password:
        sys.stdout.write(f"Administrator made: {made.admin_username}, password {made.generated_password}\n")
        sys.stdout.write("Log in with it once: the first login asks for a password of your own.\n")
    if made.first_link:
        sys.stdout.write(f"PBX made from the environment: {made.first_link}\n")


def main() -> int:
    """Serve until a signal; return the exit status."""
    try:
        services = app.extensions["amictl"]
        with hold_instance(services.settings):
            greet(prepare_database(app, run_in_child))
            serve(app, services, services.settings.host, services.settings.port)
    except AmictlError as error:
        sys.stderr.write(f"{describe_refusal(error)}\n")
        return 1
    return 0


def describe_refusal(error: AmictlError) -> str:
    """Return the one line with which a start ends."""
    place = f" ({error.place})" if isinstance(error, StorageUnavailable) and error.place else ""
    return f"amictl: {error.detail}{place}"


if _is_green:
    resolve_names_off_hub()
set_up_logging(logging.INFO if _is_green else logging.ERROR)  # a command says itself what happened
try:
    app = create_app(
        read_settings(_ROOT),
        start_links=False,
        runtime=Runtime("eventlet", run_off_hub) if _is_green else Runtime(),
    )
except AmictlError as error:
    sys.exit(describe_refusal(error))

if not _is_green:
    attach_migrations(app)

if __name__ == "__main__":
    sys.exit(main())
