"""Raw AMI bytes of mixed real traffic, for measurements."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.server import AsteriskServer
from tests.asterisk.traffic import Traffic

_CALLS_AT_ONCE = 6
_BETWEEN_BURSTS = 0.25  # seconds
_SILENCE = 30.0  # seconds without a byte mean that something broke
_END = b"\r\n\r\n"


def record_stream(path: Path, megabytes: float = 5.0, major: int = 22) -> None:
    """Record the events of a busy PBX as they come, and store whole messages only.

    Starts an Asterisk of its own for it; 5 MB take about 12 s. The file appears when it is complete.

    Args:
        path: The file to write; its folder is made where it is missing.
        megabytes: How much at least, in units of 1,000,000 bytes.
        major: Which Asterisk.

    Raises:
        NotInstallable: This machine has no Asterisk.
        RuntimeError: The calls could not be made.
    """
    wanted = int(megabytes * 1_000_000)
    with AsteriskServer(major) as pbx, AmiClient(pbx.host, pbx.ami_port, pbx.username, pbx.secret) as ami:
        ami.drain()
        stream = bytearray()
        with _Storm(pbx) as storm:
            ami.socket.settimeout(_SILENCE)
            while stream.rfind(_END) + len(_END) < wanted:
                data = ami.socket.recv(1 << 20)
                if not data or storm.problem:
                    what = f"The recording broke off after {len(stream)} bytes\n{pbx.log()}"
                    raise RuntimeError(what) from storm.problem
                stream += data
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_bytes(stream[: stream.rfind(_END) + len(_END)])
    unfinished.rename(path)


class _Storm:
    """Bursts of calls from a thread of its own, until the context ends."""

    def __init__(self, pbx: AsteriskServer) -> None:
        self.problem: BaseException | None = None
        self._traffic = Traffic(pbx, seed=1)
        self._over = Event()
        self._thread = Thread(target=self._run, name="call storm")

    def __enter__(self) -> _Storm:
        self._thread.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self._over.set()
        self._thread.join()
        self._traffic.close()

    def _run(self) -> None:
        try:
            while not self._over.wait(_BETWEEN_BURSTS):
                self._traffic.storm(_CALLS_AT_ONCE)
        except (OSError, EOFError, RuntimeError, AssertionError) as problem:
            self.problem = problem
