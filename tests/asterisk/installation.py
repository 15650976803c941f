"""Real Asterisk in a folder outside the repository: one root per major version, made by debootstrap once.

A root is installed in a temporary folder beside its final place and renamed when it is complete, under a
file lock: an interrupted installation leaves nothing that looks finished, and two runs do not install twice.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MAJORS = (22, 16)

_BY_HAND = """\
The test bed runs real Asterisk in a chroot, which needs Debian (or a derivative) and root. Two ways on:
  - install by hand, as root:  apt-get install debootstrap sip-tester
      and then                 {python} -m tests.asterisk.installation
  - or point the tests at an Asterisk of your own (its dialplan must be that of tests/asterisk/conf):
      AMICTL_TEST_AMI_HOST=… AMICTL_TEST_AMI_PORT=5038 AMICTL_TEST_AMI_USERNAME=… AMICTL_TEST_AMI_SECRET=…"""


class NotInstallable(RuntimeError):
    """Asterisk cannot be installed here or today; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Suite:
    """Where Debian keeps one major version of Asterisk.

    Args:
        name: The suite's code name for debootstrap.
        packages: What to install besides the minimal base.
    """

    name: str
    packages: tuple[str, ...]


SUITES = {
    22: Suite("sid", ("asterisk",)),
    16: Suite("bullseye", ("asterisk", "asterisk-voicemail")),
}


@dataclass(frozen=True, slots=True)
class Installation:
    """One installed Asterisk.

    Args:
        major: Its major version, 22 or 16.
        root: The folder to chroot into.
    """

    major: int
    root: Path

    @property
    def modules(self) -> str:
        """The folder of its loadable modules, as seen inside the root."""
        found = sorted(self.root.glob("usr/lib/**/asterisk/modules"))
        if not found:
            raise NotInstallable(
                f"{self.root} holds no Asterisk modules; remove the folder and install again"
            )
        return "/" + str(found[0].relative_to(self.root))

    @property
    def owner(self) -> tuple[int, int]:
        """User and group ID of the account that Asterisk runs as, inside the root."""
        for line in (self.root / "etc/passwd").read_text(encoding="utf-8").splitlines():
            fields = line.split(":")
            if fields[0] == "asterisk":
                return int(fields[2]), int(fields[3])
        raise NotInstallable(
            f"{self.root}/etc/passwd has no user asterisk; remove the folder and install again"
        )


def bed_folder() -> Path:
    """The folder of the roots: ``AMICTL_TESTBED``, or ``~/.cache/amictl/asterisk``."""
    configured = os.environ.get("AMICTL_TESTBED")
    return Path(configured).expanduser().absolute() if configured else Path.home() / ".cache/amictl/asterisk"


def install(major: int) -> Installation:
    """Return the installed Asterisk of this major version, installing it first where it is missing.

    Raises:
        NotInstallable: This machine cannot, or Debian cannot today.
    """
    place = Installation(major, bed_folder() / str(major))
    if _is_complete(place.root):
        _require_root()
        return place
    _require_root()
    place.root.parent.mkdir(parents=True, exist_ok=True)
    with _locked(place.root.parent / f"{major}.lock"):
        if not _is_complete(place.root):
            _bootstrap(SUITES[major], place.root)
    return place


def ensure_debian_tool(command: str, *packages: str) -> str:
    """Return the path of a command, installing the Debian packages that bring it first where it is missing.

    Raises:
        NotInstallable: There is no apt-get, we are not root, or the installation failed.
    """
    if not (found := _find_command(command)):
        _require_root()
        if not shutil.which("apt-get"):
            raise NotInstallable(f"{command} is missing and there is no apt-get to install it.\n{_by_hand()}")
        wanted = " ".join(packages)
        _run(["apt-get", "update"], f"apt-get update, to install {wanted},")
        install_packages = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
        _run(install_packages, f"apt-get install {wanted}")
        found = _find_command(command)
    if not found:
        raise NotInstallable(f"{packages[0]} is installed but brings no command {command}")
    return found


def is_installed() -> bool:
    """Whether every version is there, so that no test will wait for its installation."""
    return all(_is_complete(bed_folder() / str(major)) for major in MAJORS)


def _find_command(command: str) -> str | None:
    return shutil.which(command) or shutil.which(command, path="/usr/sbin:/sbin:/usr/local/sbin")


def _is_complete(root: Path) -> bool:
    return (root / "usr/sbin/asterisk").exists()


def _require_root() -> None:
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        raise NotInstallable(f"We are not root on Linux.\n{_by_hand()}")


def _by_hand() -> str:
    return _BY_HAND.format(python=sys.executable)


def _bootstrap(suite: Suite, root: Path) -> None:
    """Install a suite's Asterisk in a temporary folder and rename it to ``root`` when it is complete."""
    tool = ensure_debian_tool("debootstrap", "debootstrap", "gpgv")
    for leftover in root.parent.glob(f".{root.name}-*"):
        shutil.rmtree(leftover)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{root.name}-", dir=root.parent))
    try:
        include = "--include=" + ",".join(suite.packages)
        what = f"debootstrap of Asterisk from Debian {suite.name}"
        _run([tool, "--variant=minbase", include, suite.name, str(unfinished)], what)
        if not _is_complete(unfinished):
            raise NotInstallable(f"{what} ended well, but there is no usr/sbin/asterisk in it")
        for archive in unfinished.glob("var/cache/apt/archives/*.deb"):
            archive.unlink()
        unfinished.chmod(0o755)
        unfinished.rename(root)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _run(command: list[str], what: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    done = subprocess.run(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        told = "\n".join(done.stdout.decode(errors="replace").splitlines()[-25:])
        raise NotInstallable(f"{what} failed with status {done.returncode}. Its last words:\n{told}")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Install what is missing, all at once, and say where it is."""
    with ThreadPoolExecutor() as pool:
        return max(pool.map(_install_and_tell, MAJORS))


def _install_and_tell(major: int) -> int:
    try:
        place = install(major)
    except NotInstallable as problem:
        sys.stderr.write(f"Asterisk {major}: {problem}\n")
        return 1
    sys.stdout.write(f"Asterisk {major}: {place.root}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
