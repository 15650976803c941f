"""Copy the browser code that the console uses from ``node_modules`` into ``static/vendor``.

Nothing is bundled: lit-html and the Socket.IO client are copied as published, the few icons that are used
become one SVG sprite, the letters that are used a font (``setup/fonts.py``), and what is used of Tabler's
stylesheet becomes ``tabler.css`` (``setup/used_styles.js``). ``static/vendor`` is made anew each time and
never committed. Run ``npm ci`` first; ``make setup`` does both.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from setup.fonts import make_fonts

ROOT = Path(__file__).resolve().parent.parent

LIT_MODULES = (
    "lit-html/lit-html",
    "lit-html/directive",
    "lit-html/directive-helpers",
    "lit-html/async-directive",
    "lit-html/directives/class-map",
    "lit-html/directives/guard",
    "lit-html/directives/live",
    "lit-html/directives/ref",
    "lit-html/directives/repeat",
)
"""The modules of lit-html that the console imports, and those that they import in turn."""

FILES = {
    "socket.io-client/dist/socket.io.esm.min.js": "socket.io.esm.min.js",
    "socket.io-client/LICENSE": "socket.io.LICENSE",
    "@fontsource-variable/inter/LICENSE": "inter/LICENSE",
    "@tabler/icons/LICENSE": "icons.LICENSE",
    "lit-html/LICENSE": "lit-html/LICENSE",
    **{f"{module}.js": f"{module}.js" for module in LIT_MODULES},
}
"""Path in ``node_modules`` -> path in ``static/vendor``."""

TYPES = {
    "socket.io.esm.min.js": "socket.io-client",
    **{f"{module}.js": f"{module}.js" for module in LIT_MODULES[1:]},
    "lit-html/lit-html.js": "lit-html",
}
"""Module in ``static/vendor`` -> what declares its types, for tsc; browsers never ask for them."""

ICONS = (
    "activity",
    "adjustments-horizontal",
    "alert-circle",
    "alert-triangle",
    "arrow-back-up",
    "arrow-big-up-line",
    "arrow-down",
    "arrow-forward-up",
    "arrow-guide",
    "arrow-left",
    "arrow-right",
    "arrow-up",
    "arrows-exchange",
    "arrows-right-left",
    "bell-ringing",
    "braces",
    "chevron-down",
    "chevron-left",
    "chevron-up",
    "circle-check",
    "clock",
    "copy",
    "device-desktop",
    "device-landline-phone",
    "device-tv",
    "dialpad",
    "dots-vertical",
    "download",
    "ear",
    "eye",
    "eye-off",
    "headset",
    "help-circle",
    "hourglass",
    "info-circle",
    "layout-grid",
    "list-details",
    "list-numbers",
    "lock",
    "logout",
    "maximize",
    "message-circle",
    "microphone",
    "microphone-off",
    "moon",
    "music",
    "parking",
    "pencil",
    "phone",
    "phone-call",
    "phone-calling",
    "phone-incoming",
    "phone-off",
    "phone-outgoing",
    "phone-x",
    "player-pause",
    "player-play",
    "player-record",
    "player-stop",
    "plug-connected-x",
    "plus",
    "record-mail",
    "refresh",
    "rotate",
    "route",
    "router",
    "search",
    "send",
    "settings",
    "sort-ascending-numbers",
    "sort-descending-numbers",
    "sun",
    "table",
    "terminal",
    "trash",
    "user",
    "user-minus",
    "user-plus",
    "users-group",
    "users-plus",
    "variable",
    "volume",
    "volume-off",
    "wave-sine",
    "x",
)
"""Names of the Tabler icons (outline) that templates and modules show."""


def copy_files(modules: Path, vendor: Path) -> None:
    """Copy the published files that pages load.

    Args:
        modules: The ``node_modules`` folder that ``npm ci`` filled.
        vendor: The folder that is served as ``/static/vendor/``.

    Raises:
        FileNotFoundError: A package is missing or laid out in another way than expected.
    """
    for source, target in FILES.items():
        copied = vendor / target
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / source, copied)


def write_types(vendor: Path) -> None:
    """Write beside each copied module where tsc finds its types.

    Args:
        vendor: The folder that is served as ``/static/vendor/``.
    """
    for module, package in TYPES.items():
        (vendor / module).with_suffix(".d.ts").write_text(f'export * from "{package}";\n', encoding="utf-8")


def make_sprite(modules: Path) -> str:
    """Return one SVG document with a ``<symbol>`` for each icon in ``ICONS``.

    Args:
        modules: The ``node_modules`` folder.

    Raises:
        FileNotFoundError: There is no icon of that name.
    """
    symbols = []
    for name in ICONS:
        svg = (modules / "@tabler/icons/icons/outline" / f"{name}.svg").read_text(encoding="utf-8")
        body = re.sub(r"\s+", " ", svg[svg.index(">") + 1 : svg.rindex("</svg>")]).strip()
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
            f' stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{body}</symbol>'
        )
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def make_styles(root: Path) -> None:
    """Write what is used of Tabler's stylesheet into ``static/vendor``.

    Args:
        root: The repository's top folder.

    Raises:
        subprocess.CalledProcessError: Node says on standard error what is wrong.
    """
    node = Path(sys.executable).with_name("node")
    subprocess.run([str(node), "setup/used_styles.js", "."], check=True, cwd=root)  # noqa: S603


def install(root: Path) -> None:
    """Make ``static/vendor`` anew from ``node_modules``.

    Args:
        root: The repository's top folder.

    Raises:
        FileNotFoundError: Something is missing in ``node_modules``.
    """
    vendor = root / "static" / "vendor"
    shutil.rmtree(vendor, ignore_errors=True)
    copy_files(root / "node_modules", vendor)
    write_types(vendor)
    make_fonts(root / "node_modules", vendor / "inter")
    (vendor / "icons.svg").write_text(make_sprite(root / "node_modules"), encoding="utf-8")


if __name__ == "__main__":
    try:
        install(ROOT)
        make_styles(ROOT)
    except FileNotFoundError as error:
        sys.exit(
            f"{error.filename or error} is missing: run `npm ci --ignore-scripts` first, or `make setup`."
        )
