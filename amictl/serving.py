"""The server: eventlet's WSGI loop, a clean stop on signals, and heavy work off the hub."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import functools
import gc
import logging
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol, TextIO, cast

import eventlet
import eventlet.event
import eventlet.hubs
import eventlet.patcher
import eventlet.semaphore
import eventlet.wsgi
import structlog
from flask import Flask
from structlog.typing import EventDict

from amictl.errors import AmictlError, ConfigurationError
from amictl.services.execution.visible_text import show_controls, show_controls_in_cell

_STOP_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
_MOST_HEAVY: Final = 4  # native threads that keep a processor busy; a hash takes 64 MB for 100 ms
_TRIM_INTERVAL: Final = 5.0  # seconds
_GRACE: Final = 3.0  # seconds that requests in progress get at a stop
_COLLECT_AFTER: Final = (10_000, 20, 20)  # containers, and rounds of the younger generation
_IDLE_TIMEOUT: Final = 60  # seconds until a silent connection is closed; Socket.IO pings more often
_MAX_CONNECTIONS: Final = 4096
_RESERVED_FILES: Final = 128  # descriptors kept for AMI links, the database and logs
_ACCEPT_BACKLOG: Final = 256
_log = structlog.get_logger(__name__)


class Service(Protocol):
    """Something that runs beside the HTTP server."""

    def start(self) -> None:
        """Start it."""

    def stop(self) -> None:
        """Stop it; returns when it is over."""


class NativeThreads:
    """Runs one kind of blocking work in native threads of its own, while the green threads go on.

    Each kind has its own bound: twenty look-ups that wait for a dead name server must cost nobody a login.
    Only pure functions belong here; a lock that green threads use, too, would stop both.

    Args:
        most: How many run at a time; who comes later waits. None where the callers bound it themselves.
    """

    def __init__(self, most: int | None = None) -> None:
        self._turns: contextlib.AbstractContextManager[Any] = (
            contextlib.nullcontext() if most is None else eventlet.semaphore.Semaphore(most)
        )

    def run(self, work: Callable[[], Any], /) -> Any:  # noqa: ANN401 - whatever the work returns
        """Return the result of the work, or raise its error."""
        with self._turns:
            return _run_natively(work)


def _run_natively(work: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the work returns
    """Run a function in a new native thread, and let the others on the hub go on until it is over.

    The thread tells its end by closing its end of a pipe, which wakes the hub and needs no lock.
    """
    results: list[Any] = []
    errors: list[BaseException] = []
    reader, writer = os.pipe()

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again where the result is waited for
            errors.append(error)
        finally:
            os.close(writer)

    try:
        try:
            eventlet.patcher.original("threading").Thread(target=run, daemon=True).start()
        except RuntimeError:  # the system has no thread left
            os.close(writer)
            raise
        eventlet.hubs.trampoline(reader, read=True)
    finally:
        os.close(reader)
    if errors:
        raise errors[0]
    return results[0]


run_off_hub: Final = NativeThreads(_MOST_HEAVY).run
"""Runs a pure function that takes much processor time, such as the hashing of a password."""


def run_in_child(work: Callable[[], Any], /) -> None:
    """Run a function in a child process, whose memory is freed with it; call it before any thread starts.

    Raises:
        ConfigurationError: It failed; in the words of its error, or it has said why on standard error.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            work()
            status = 0
        except AmictlError as error:
            os.write(writer, error.detail.encode())
        except Exception:  # noqa: BLE001 - the parent's work must not go on here
            _log.exception("child_failed")
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as words:
        detail = words.read()
    if os.waitpid(child, 0)[1]:
        raise ConfigurationError(
            detail or "The database could not be brought up to date; the log above says why."
        )


def resolve_names_off_hub() -> None:
    """Let the system's resolver run in native threads: all else would stand still while it waits.

    There is no bound, since each link asks for one name at a time.
    """
    resolve = socket.getaddrinfo
    threads = NativeThreads()

    def resolve_off_hub(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - as the resolver's own
        return threads.run(functools.partial(resolve, *arguments, **options))

    socket.getaddrinfo = resolve_off_hub


def set_up_logging(level: int = logging.INFO) -> None:
    """Write one structured line an event to standard error: for people on a terminal, else JSON.

    Args:
        level: The lowest level to write, as ``logging`` numbers them.
    """
    renderers: tuple[Any, ...] = (
        (
            _show_controls_in_line,
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        )
        if sys.stderr.isatty()
        else (structlog.processors.JSONRenderer(), lambda _logger, _method, text: show_controls(text))
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            *renderers,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", _LossyStream(sys.stderr))),
        cache_logger_on_first_use=True,
    )


def _show_controls_in_line(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Escape control characters in a log line's texts, for the terminal; other values are quoted anyway."""
    for name, value in line.items():
        if isinstance(value, str):
            line[name] = show_controls(value) if name == "exception" else show_controls_in_cell(value)
    return line


class _LossyStream:
    """A stream that loses what cannot be written: a log on a full disk must not end what it tells of.

    Args:
        stream: Where to write.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write the text, or lose it."""
        with contextlib.suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        """Write what is buffered, if it can be written."""
        with contextlib.suppress(OSError):
            self._stream.flush()


def serve(app: Flask, service: Service, host: str, port: int) -> None:
    """Serve the application until SIGTERM or Ctrl-C, then stop in order.

    Args:
        app: The application.
        service: Links and background tasks; started once the port is bound.
        host: The address to bind.
        port: The port to bind; 0 takes a free one.

    Raises:
        ConfigurationError: The address cannot be bound.
    """
    with listen_on(host, port) as listener, stop_event() as stopped:
        pool = eventlet.GreenPool(_raise_file_limit())
        service.start()
        _spare_collector()
        trimmer = eventlet.spawn(_trim_heap_regularly)
        server = eventlet.spawn(_accept_connections, listener, app, pool)
        server.link(lambda _server: None if stopped.ready() else stopped.send("server ended"))
        sys.stdout.write(f"amictl serves on {_describe_url(host, listener)} (Ctrl-C stops it)\n")
        sys.stdout.flush()
        _log.info("stopping", reason=stopped.wait())
        server.kill()
        trimmer.kill()
        service.stop()
        with eventlet.Timeout(_GRACE, False):
            pool.waitall()
    _log.info("stopped")


def _spare_collector() -> None:
    """Keep the garbage collector from looking at objects that stay for good.

    The application itself is some 180,000 objects; to look at all of them takes the collector 60 ms and more,
    in which no event goes out. What comes later is looked at less often: most of it is kept in logs for a
    while, and no cycle.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)


def _trim_heap_regularly() -> None:
    """Give memory back that only C's allocator holds, where the C library can ("malloc_trim(3)").

    A list of 10,000 channels and its JSON leave 10 MB of holes. Trimming takes milliseconds, off the hub.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    while trim is not None:
        eventlet.sleep(_TRIM_INTERVAL)
        _run_natively(functools.partial(trim, 0))


@contextlib.contextmanager
def stop_event() -> Iterator[eventlet.event.Event]:
    """Yield an event that the first SIGTERM or Ctrl-C fires; a second one is not held back.

    A handler that only schedules work is not seen while the hub sleeps in its poll; a byte in a pipe wakes it
    ("Python signal.set_wakeup_fd").
    """
    event = eventlet.event.Event()
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    previous_fd = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    previous = {number: signal.signal(number, lambda *_arguments: None) for number in _STOP_SIGNALS}

    def restore() -> None:
        signal.set_wakeup_fd(previous_fd)
        for number in list(previous):
            signal.signal(number, previous.pop(number))

    def watch() -> None:
        number = 0
        while number not in _STOP_SIGNALS:  # the pipe tells of every signal that has a Python handler
            eventlet.hubs.trampoline(reader, read=True)
            number = os.read(reader, 1)[0]
        restore()
        if not event.ready():
            event.send(signal.Signals(number).name)

    watcher = eventlet.spawn(watch)
    try:
        yield event
    finally:
        watcher.kill()
        if previous:
            restore()
        os.close(reader)
        os.close(writer)


@contextlib.contextmanager
def listen_on(host: str, port: int) -> Iterator[socket.socket]:
    """Yield a listening socket whose connections send at once (no Nagle delay of 40 ms).

    Raises:
        ConfigurationError: The address cannot be bound; tells why and what to change.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = eventlet.listen(address, family, _ACCEPT_BACKLOG, reuse_port=False)
    except OSError as error:
        raise ConfigurationError(_explain_bind_error(host, port, error)) from error
    try:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # connections inherit it
        yield listener
    finally:
        listener.close()


def _explain_bind_error(host: str, port: int, error: OSError) -> str:
    """Return why an address cannot be bound, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken. Stop what uses it, or set AMICTL_PORT to another one."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be bound by this user. Set AMICTL_PORT to one above 1023."
    return (
        f"Cannot listen on {host}, port {port}: {error.strerror or error}. Check AMICTL_HOST and AMICTL_PORT."
    )


def _accept_connections(listener: socket.socket, app: Flask, pool: eventlet.GreenPool) -> None:
    """Run eventlet's WSGI loop; only errors are logged."""
    eventlet.wsgi.server(
        listener,
        app,
        log=logging.getLogger("amictl.http"),
        log_output=False,
        custom_pool=pool,
        socket_timeout=_IDLE_TIMEOUT,
        debug=False,
    )


def _raise_file_limit() -> int:
    """Use as many file descriptors as the system allows; return how many connections that gives.

    Without a descriptor left, eventlet's accept loop would end.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MAX_CONNECTIONS + _RESERVED_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return (
        _MAX_CONNECTIONS
        if soft == resource.RLIM_INFINITY
        else max(16, min(_MAX_CONNECTIONS, soft - _RESERVED_FILES))
    )


def _describe_url(host: str, listener: socket.socket) -> str:
    """Return the URL under which the server can be reached."""
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}/"
