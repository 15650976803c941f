"""A connection that never says who it is does not stay."""

from __future__ import annotations

from contextlib import closing

import websocket

from tests.patience import PATIENCE
from tests.serving import StartAmictl, wait_until


def is_closed_in_the_end(connection: websocket.WebSocket) -> bool:
    try:
        while connection.recv():
            pass
    except websocket.WebSocketConnectionClosedException:
        pass
    return not connection.connected


def test_a_websocket_without_a_login_is_closed_and_one_with_stays(start_amictl: StartAmictl) -> None:
    server = start_amictl()
    url = server.url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    anonymous = websocket.create_connection(url, timeout=PATIENCE)
    with closing(anonymous.sock), server.log_in().open_socket() as live:
        assert anonymous.recv().startswith("0")
        assert wait_until(lambda: "unauthenticated_socket_closed" in server.output)
        assert is_closed_in_the_end(anonymous)
        assert live.client.connected
        assert "_server" in live.subscribe("pbx")
