"""The usual way, on amictl's own server and link: each AMI event is one Socket.IO emit to everybody.

``python -m bench.peers.one_emit AMI_PORT`` serves until it is ended. It keeps no picture, so it does less
than amictl does; encoder, WSGI server and AMI link are amictl's.
"""

# ruff: noqa: E402 - nothing may be imported before the patch
from __future__ import annotations

import sys
import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    import eventlet

eventlet.monkey_patch()

import time
from typing import Any

from flask import Flask
from flask_socketio import SocketIO

from amictl.config import LinkSettings
from amictl.manager import AmiManager
from amictl.pbx.payloads import format_time
from amictl.pbx.picture.live import LivePicture
from amictl.protocol import Message
from amictl.realtime.server import OrjsonCodec
from amictl.serving import serve
from tests.faults.scripted_server import SECRET, USERNAME


class EmittingPicture(LivePicture):
    """Stands where the link fills the live picture, and emits each event instead.

    Args:
        socketio: The server of all clients.
    """

    def __init__(self, socketio: SocketIO) -> None:
        super().__init__("main")
        self._socketio = socketio
        self._seq = 0

    def apply_event(self, message: Message) -> tuple[()]:
        """Emit one event."""
        self._seq += 1
        payload = {
            "type": "ami_event",
            "event": message.name,
            "data": message.to_dict(),
            "at": format_time(time.time()),
            "seq": self._seq,
        }
        self._socketio.emit("ami_event", payload)
        return ()


class Links:
    """The link, as the server starts and stops it.

    Args:
        manager: The link.
    """

    def __init__(self, manager: AmiManager) -> None:
        self._manager = manager

    def start(self) -> None:
        """Log in."""
        self._manager.start()

    def stop(self) -> None:
        """Log off."""
        self._manager.stop()


def main(ami_port: int) -> None:
    """Serve on a free port, which the server prints."""
    app = Flask("one_emit")
    codec: Any = OrjsonCodec
    socketio = SocketIO(app, async_mode="eventlet", json=codec)
    settings = LinkSettings("main", "127.0.0.1", ami_port, USERNAME, SECRET)
    serve(app, Links(AmiManager(settings, EmittingPicture(socketio))), "127.0.0.1", 0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
