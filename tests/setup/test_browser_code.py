"""The browser code that the set-up copies is what the pages use: no more, no less."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from amictl.web.console import TABS
from setup.browser_code import FILES, ICONS, ROOT, install
from setup.fonts import PARTS, make_fonts

_IN_TEMPLATES = re.compile(r"""icon\(\s*["']([a-z-]+)["']""")
_IN_SCRIPTS = re.compile(r"""\bicon(?:\(|: )["']([a-z-]+)["']""")
_IMPORTED = re.compile(r"""(?:from|import)\s*\(?["'](\.[^"']+)["']""")
_QUOTED = re.compile(r"""["']([a-z]+(?:-[a-z]+)*)["']""")


def read_all(folder: str, pattern: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / folder).rglob(pattern)))


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    named = set(_IN_TEMPLATES.findall(read_all("templates", "*.html")))
    assert len(named) > 20
    assert (named | {tab.icon for tab in TABS}) - set(ICONS) == set()


def test_every_icon_that_a_script_names_is_in_the_sprite() -> None:
    named = set(_IN_SCRIPTS.findall(read_all("static/js", "*.js")))
    assert len(named) > 20
    assert named - set(ICONS) == set()


def test_every_module_that_a_script_imports_is_there() -> None:
    imported = set()
    for script in (ROOT / "static/js").rglob("*.js"):
        for path in _IMPORTED.findall(script.read_text(encoding="utf-8")):
            imported.add(Path(os.path.normpath(script.parent / path)).relative_to(ROOT / "static"))
    copied = {Path("vendor") / path for path in FILES.values()}
    own = {path.relative_to(ROOT / "static") for path in (ROOT / "static/js").rglob("*.js")}
    assert len(imported) > 10
    assert imported - own == imported & copied


def test_every_icon_in_the_sprite_is_used() -> None:
    quoted = set(_QUOTED.findall(read_all("templates", "*.html") + read_all("static/js", "*.js")))
    assert set(ICONS) - quoted - {tab.icon for tab in TABS} == set()


FONTS = "@fontsource-variable/inter/files/inter-latin{}-wght-normal.woff2"


def make_modules(root: Path) -> Path:
    """Lay out a node_modules as small as can be, with the published font."""
    modules = root / "node_modules"
    for path in (*FILES, *(f"@tabler/icons/icons/outline/{name}.svg" for name in ICONS)):
        file = modules / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text('<svg\n  class="icon"\n>\n  <path d="M0 0" />\n</svg>\n')
    for path in (FONTS.format(""), FONTS.format("-ext")):
        if not (ROOT / "node_modules" / path).exists():
            pytest.skip("The published font is not there: make setup")
        file = modules / path
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "node_modules" / path, file)
    return modules


def test_the_install_copies_what_is_used_and_nothing_of_an_earlier_one(tmp_path: Path) -> None:
    make_modules(tmp_path)
    stale = tmp_path / "static/vendor/old.js"
    stale.parent.mkdir(parents=True)
    stale.touch()
    install(tmp_path)
    vendor = tmp_path / "static/vendor"
    assert not stale.exists()
    assert {path.name for path in (vendor / "inter").glob("*.woff2")} == {"latin.woff2", "latin-ext.woff2"}
    assert (vendor / "socket.io.esm.min.js").exists()
    symbols = re.findall(
        r'<symbol id="([^"]+)"[^>]*><path d="M0 0" /></symbol>', (vendor / "icons.svg").read_text()
    )
    assert symbols == list(ICONS)


def test_the_font_has_the_letters_of_europe_in_the_weights_of_the_styles(tmp_path: Path) -> None:
    make_fonts(make_modules(tmp_path), tmp_path / "inter")
    letters: set[int] = set()
    for name in PARTS:
        font = TTFont(tmp_path / "inter" / f"{name}.woff2")
        letters |= set(font.getBestCmap())
        assert (font["fvar"].axes[0].minValue, font["fvar"].axes[0].maxValue) == (400, 700)
    assert {ord(letter) for letter in "Az09€…·ÄßéñøåÆŁąčďěğıőřşťůżŽȘțẞ"} - letters == set()
    latin = TTFont(tmp_path / "inter/latin.woff2")
    assert "tnum" in {record.FeatureTag for record in latin["GSUB"].table.FeatureList.FeatureRecord}
    assert (tmp_path / "inter/index.css").read_text().count("unicode-range: U+0") == 2


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    modules = make_modules(tmp_path)
    (modules / "@tabler/icons/icons/outline/x.svg").unlink()
    with pytest.raises(FileNotFoundError, match=r"x\.svg"):
        install(tmp_path)


@pytest.mark.parametrize("folder", [".", "bench/peers/node", "tests/demo/clients"])
def test_the_lock_file_names_versions_and_checksums_and_no_address(folder: str) -> None:
    lock = json.loads((ROOT / folder / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if not package.get("integrity")] == []
    manifest = json.loads((ROOT / folder / "package.json").read_text())
    assert {f"node_modules/{name}": version for name, version in manifest["dependencies"].items()} == {
        name: package["version"]
        for name, package in packages.items()
        if name.removeprefix("node_modules/") in manifest["dependencies"]
    }
