"""Installing the bed: what happens when it cannot be done, and that half an installation never counts."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tests.asterisk.installation import NotInstallable, ensure_debian_tool, install
from tests.asterisk.own import OwnPbx
from tests.asterisk.ports import BLOCK_SIZE, PortBlock
from tests.asterisk.server import AsteriskServer

_GOOD = """\
#!/bin/sh
for target; do :; done
mkdir -p "$target/usr/sbin" && touch "$target/usr/sbin/asterisk" && echo "$@" >> "$CALLS"
"""
_BAD = """\
#!/bin/sh
for target; do :; done
mkdir -p "$target/usr/sbin" && touch "$target/usr/sbin/asterisk"
echo "E: Couldn't download packages: libfoo1"
exit 1
"""


@pytest.fixture
def bed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for the roots, and we are root as far as the installer can see."""
    monkeypatch.setenv("AMICTL_TESTBED", str(tmp_path / "bed"))
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return tmp_path / "bed"


def _use_debootstrap(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    (folder / "bin").mkdir()
    tool = folder / "bin/debootstrap"
    tool.write_text(script, encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}")


def test_a_suite_is_installed_once(bed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _use_debootstrap(monkeypatch, tmp_path, _GOOD)

    assert install(16).root == install(16).root == bed / "16"

    calls = (tmp_path / "calls").read_text(encoding="utf-8").splitlines()
    assert len(calls) == 1
    assert calls[0].startswith("--variant=minbase --include=asterisk,asterisk-voicemail bullseye ")


def test_a_failed_installation_tells_its_reason_and_leaves_nothing(
    bed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use_debootstrap(monkeypatch, tmp_path, _BAD)

    with pytest.raises(NotInstallable, match=r"(?s)sid failed with status 1.*Couldn't download"):
        install(22)

    assert [path.name for path in bed.iterdir()] == ["22.lock"]


def test_without_root_the_bed_says_what_to_do(bed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(NotInstallable, match=r"(?s)not root.*apt-get install.*AMICTL_TEST_AMI_HOST"):
        install(22)

    assert not bed.exists()


@pytest.mark.usefixtures("bed")
def test_without_apt_a_missing_tool_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NotInstallable, match="no-such-tool is missing and there is no apt-get"):
        ensure_debian_tool("no-such-tool", "no-such-package")


@pytest.mark.usefixtures("bed")
def test_a_missing_tool_is_installed_from_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    tool = tmp_path / "bin/tool-of-the-bed"
    apt_get = tmp_path / "bin/apt-get"
    script = f'#!/bin/sh\necho "$@" >> "$CALLS"\n[ $1 = update ] || install -m 755 /dev/null {tool}\n'
    apt_get.write_text(script, encoding="utf-8")
    apt_get.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")

    assert ensure_debian_tool("tool-of-the-bed", "package-one", "package-two") == str(tool)

    calls = (tmp_path / "calls").read_text(encoding="utf-8").splitlines()
    assert calls == ["update", "install --yes --no-install-recommends package-one package-two"]


def test_two_holders_never_get_the_same_ports_and_a_released_block_is_free_again(tmp_path: Path) -> None:
    first, second = PortBlock(str(tmp_path)), PortBlock(str(tmp_path))
    assert abs(first.first - second.first) >= BLOCK_SIZE

    name = f"\0{tmp_path}-{first.number}"
    with socket.socket(socket.AF_UNIX) as other, pytest.raises(OSError, match="in use"):
        other.bind(name)
    first.release()
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(name)
    second.release()


def test_a_pbx_of_ones_own_is_known_by_its_host() -> None:
    assert OwnPbx.is_configured({"AMICTL_TEST_AMI_HOST": "pbx.example"})
    assert not OwnPbx.is_configured({})


@pytest.mark.asterisk
def test_a_pbx_of_ones_own_is_asked_for_its_version(asterisk_22: AsteriskServer) -> None:
    environment = {
        "AMICTL_TEST_AMI_HOST": asterisk_22.host,
        "AMICTL_TEST_AMI_PORT": str(asterisk_22.ami_port),
        "AMICTL_TEST_AMI_USERNAME": asterisk_22.username,
        "AMICTL_TEST_AMI_SECRET": asterisk_22.secret,
    }

    own = OwnPbx.from_environment(environment)

    assert own.major == 22
    assert own.cli("core show version").startswith("Asterisk 22.")
