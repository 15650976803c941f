"""An AMI server whose behaviour a test writes: it can be honest, lie, stall, truncate and die."""

from __future__ import annotations

import contextlib
import hashlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from tests.asterisk.certificates import ServerCertificate, make_server_certificate
from tests.patience import PATIENCE

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
USERNAME = "console"
SECRET = "a-secret-that-is-never-shown"

Action = dict[str, str]
Script = Callable[["Peer"], None]


class Peer:
    """One connection as the server sees it; the script runs in a thread of its own.

    Attributes:
        server: Whose connection it is.
        actions: What the client has sent so far, in order.
    """

    def __init__(self, server: ScriptedServer, sock: socket.socket) -> None:
        self.server = server
        self.actions: list[Action] = []
        self._socket = sock
        self._rest = b""
        self._write_lock = threading.Lock()

    def send_raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        with self._write_lock:
            self._socket.sendall(data)

    def send(self, *lines: str) -> None:
        """Send one message."""
        self.send_raw(message(*lines))

    def reply(self, action: Action, *lines: str, response: str = "Success") -> None:
        """Answer an action."""
        self.send(f"Response: {response}", f"ActionID: {action.get('ActionID', '')}", *lines)

    def send_list(self, action: Action, items: list[list[str]], end: str) -> None:
        """Answer an action with a list, in one write."""
        action_id = f"ActionID: {action.get('ActionID', '')}"
        head = message("Response: Success", action_id, "EventList: start", "Message: A list follows")
        body = [message(f"Event: {name}", action_id, *headers) for name, *headers in items]
        foot = message(f"Event: {end}", action_id, "EventList: Complete", f"ListItems: {len(items)}")
        self.send_raw(b"".join((head, *body, foot)))

    def next_action(self) -> Action | None:
        """Wait for the client's next action; None when it has hung up."""
        while b"\r\n\r\n" not in self._rest:
            try:
                received = self._socket.recv(65536)
            except OSError:
                return None
            if not received:
                return None
            self._rest += received
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        lines = (line.partition(": ") for line in head.decode().split("\r\n"))
        action = {name: value for name, _, value in lines}
        self.actions.append(action)
        return action

    def wait_for_hang_up(self) -> None:
        """Read and ignore until the client has gone."""
        while self.next_action() is not None:
            pass

    def stop_reading(self) -> None:
        """Do nothing, not even read, until the server is closed."""
        self.server.closing.wait()

    def hang_up(self, *, reset: bool = False) -> None:
        """End the connection, with an RST instead of a FIN if asked; the script's own thread closes it."""
        if reset:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RD if reset else socket.SHUT_RDWR)


def message(*lines: str) -> bytes:
    """Return the bytes of one message."""
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


class ScriptedServer:
    """Listens on loopback and runs one script for each connection.

    Args:
        script: Called with each connection; when it returns, the connection is closed.
        tls: Whether to speak TLS, with a certificate for 127.0.0.1 signed by ``ca_pem``.
        port: Which port to listen on; 0 is a free one.

    Attributes:
        script: May be replaced while the server runs; new connections get the new one.
        peers: All connections so far.
        closing: Set when the server is being closed.
    """

    host = "127.0.0.1"

    def __init__(self, script: Script, *, tls: bool = False, port: int = 0) -> None:
        self.script = script
        self.peers: list[Peer] = []
        self.closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self._certificate = make_server_certificate() if tls else None
        self._context = _make_context(self._certificate) if self._certificate else None
        self._listener = socket.create_server((self.host, port))
        self.port = int(self._listener.getsockname()[1])

    @property
    def ca_pem(self) -> str:
        """Who signed the server's certificate."""
        assert self._certificate is not None
        return self._certificate.ca_pem

    def __enter__(self) -> Self:
        acceptor = threading.Thread(target=self._accept, daemon=True)
        acceptor.start()
        self._threads.append(acceptor)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening, hang up everywhere, and wait for the scripts to end."""
        self.closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        for peer in list(self.peers):
            peer.hang_up()
        for thread in list(self._threads):
            thread.join(PATIENCE)
        self._listener.close()

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._run, args=(sock,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _run(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(OSError), contextlib.closing(self._wrap(sock)) as connected:
            if isinstance(connected, ssl.SSLSocket):
                connected.do_handshake()
            peer = Peer(self, connected)
            self.peers.append(peer)
            try:
                self.script(peer)
            finally:
                peer.hang_up()

    def _wrap(self, sock: socket.socket) -> socket.socket:
        """Return the socket, or TLS over it; the handshake comes later, when a failure can be closed."""
        if self._context is None:
            return sock
        return self._context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)


def _make_context(certificate: ServerCertificate) -> ssl.SSLContext:
    """Return a server's TLS context; OpenSSL takes keys from files only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        chain = Path(folder, "server.pem")
        chain.write_text(certificate.key_pem + certificate.certificate_pem)
        context.load_cert_chain(chain)
    return context


Handler = Callable[[Peer, Action], None]


_EMPTY_LISTS = (
    "ParkedCalls",
    "ConfbridgeListRooms",
    "PJSIPShowEndpoints",
    "PJSIPShowContacts",
    "DeviceStateList",
)


class HonestAsterisk:
    """A script that behaves as Asterisk does, except where a test says otherwise.

    Args:
        handlers: By action name: what to do instead of the honest thing.
        channels: Headers of the channels that exist.
        commands: The actions that ``ListCommands`` lists; None are the honest ones.
        greeting: Bytes that are sent when a client connects.
        fully_booted: Whether ``FullyBooted`` follows the login at once.
    """

    def __init__(
        self,
        handlers: Mapping[str, Handler] | None = None,
        *,
        channels: list[list[str]] | None = None,
        commands: tuple[str, ...] | None = None,
        greeting: bytes = BANNER,
        fully_booted: bool = True,
    ) -> None:
        self.channels = channels or []
        self.logged_in: list[Peer] = []
        self._greeting = greeting
        self._fully_booted = fully_booted
        self._challenge = "123456789"
        known: dict[str, Handler] = {
            "Challenge": lambda peer, action: peer.reply(action, f"Challenge: {self._challenge}"),
            "Login": self._log_in,
            "Logoff": self._log_off,
            "Ping": self.pong,
            "Events": lambda peer, action: peer.reply(action, "Events: On"),
            "CoreSettings": lambda peer, action: peer.reply(action, "AsteriskVersion: 22.0.0-scripted"),
            "ListCommands": self._list_commands,
            "Command": self._run_command,
            "CoreShowChannels": self._show_channels,
            "BridgeList": lambda peer, action: peer.send_list(action, [], "BridgeListComplete"),
            "GetConfig": lambda peer, action: peer.reply(action),
            "QueueStatus": lambda peer, action: peer.send_list(action, [], "QueueStatusComplete"),
            **dict.fromkeys(_EMPTY_LISTS, _send_nothing),
            "Originate": lambda peer, action: peer.reply(action, "Message: Originate successfully queued"),
            "QueuePause": lambda peer, action: peer.reply(action, "Message: Interface paused successfully"),
            **(handlers or {}),
        }
        self._commands = commands if commands is not None else tuple(known)
        self._handlers = {name.lower(): handler for name, handler in known.items()}

    def __call__(self, peer: Peer) -> None:
        """Serve one connection until the client hangs up."""
        peer.send_raw(self._greeting)
        while (action := peer.next_action()) is not None:
            self._handlers.get(action["Action"].lower(), _unknown)(peer, action)  # as manager.c: strcasecmp

    def pong(self, peer: Peer, action: Action) -> None:
        """Answer a ``Ping`` with the time."""
        peer.reply(action, "Ping: Pong", f"Timestamp: {time.time():.6f}")

    def _log_in(self, peer: Peer, action: Action) -> None:
        key = hashlib.md5((self._challenge + SECRET).encode(), usedforsecurity=False).hexdigest()
        if action.get("Username") != USERNAME or (
            action.get("Key") != key and action.get("Secret") != SECRET
        ):
            peer.reply(action, "Message: Authentication failed", response="Error")
            peer.hang_up()
            return
        peer.reply(action, "Message: Authentication accepted")
        if self._fully_booted:
            peer.send("Event: FullyBooted", "Privilege: system,all", "Status: Fully Booted")
        self.logged_in.append(peer)

    def _log_off(self, peer: Peer, action: Action) -> None:
        peer.reply(action, "Message: Thanks for all the fish.", response="Goodbye")
        peer.hang_up()

    def _list_commands(self, peer: Peer, action: Action) -> None:
        peer.reply(action, *(f"{name}: Words on it.  (Priv: <none>)" for name in self._commands))

    def _run_command(self, peer: Peer, action: Action) -> None:
        perms = [f"Output: {label} perm: all" for label in ("read", "write")]
        peer.reply(action, "Message: Command output follows", *perms)

    def _show_channels(self, peer: Peer, action: Action) -> None:
        items = [["CoreShowChannel", *headers] for headers in self.channels]
        peer.send_list(action, items, "CoreShowChannelsComplete")


def _send_nothing(peer: Peer, action: Action) -> None:
    peer.send_list(action, [], f"{action['Action']}Complete")


def _unknown(peer: Peer, action: Action) -> None:
    peer.reply(action, f"Message: Invalid/unknown command: {action['Action']}.", response="Error")


def ignore(_peer: Peer, _action: Action) -> None:
    """Do not answer an action at all."""


def channel(number: int, state: str = "Up") -> list[str]:
    """Return the headers of a channel."""
    return [
        f"Channel: Local/{number}@default-00000001;1",
        "ChannelState: 6",
        f"ChannelStateDesc: {state}",
        f"CallerIDNum: {number}",
        "CallerIDName: Zoë",
        "ConnectedLineNum: <unknown>",
        "ConnectedLineName: <unknown>",
        "Language: en",
        "AccountCode: ",
        "Context: default",
        f"Exten: {number}",
        "Priority: 1",
        f"Uniqueid: 1700000000.{number}",
        f"Linkedid: 1700000000.{number}",
    ]


def new_channel_event(number: int) -> bytes:
    """Return the bytes of the event that announces a channel."""
    return message("Event: Newchannel", "Privilege: call,all", *channel(number))
