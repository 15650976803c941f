"""Make of the published font what the console shows: Latin letters in the weights of its styles.

Other scripts are shown in the system's own font, which costs no bytes.
"""

from __future__ import annotations

from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

_FILES = "@fontsource-variable/inter/files"
_FEATURES = ["tnum", "ccmp", "locl"]  # figures of one width, composed letters; kerning would be a sixth more
PARTS = {
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,"
    "U+2190-2193,U+2212,U+2215,U+FEFF,U+FFFD",
    "latin-ext": "U+0100-0130,U+0132-0151,U+0154-017F,U+0218-021B,U+1E80-1E85,U+1E9E,U+20A8-20BF",
}
"""Part of the font -> its characters, as CSS writes them. A browser loads a part when it shows one of its
characters: the second has the letters of Europe's languages that the first lacks."""

_WEIGHTS = (400, 700)
"""The least and the greatest weight of the styles; all from 100 to 900 would be half as many bytes more."""

_FACE = """@font-face {{
  font-family: "Inter Variable";
  font-style: normal;
  font-display: swap;
  font-weight: {weights[0]} {weights[1]};
  src: url("{name}.woff2") format("woff2");
  unicode-range: {ranges};
}}
"""


def make_fonts(modules: Path, folder: Path) -> None:
    """Write the font's parts and the stylesheet that names them.

    Args:
        modules: The ``node_modules`` folder.
        folder: Where ``index.css`` and the parts are written.

    Raises:
        FileNotFoundError: The font is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, ranges in PARTS.items():
        font = TTFont(modules / _FILES / f"inter-{name}-wght-normal.woff2")
        subsetter = subset.Subsetter(subset.Options(layout_features=_FEATURES, hinting=False))
        subsetter.populate(unicodes=_read_ranges(ranges))
        subsetter.subset(font)
        font = instancer.instantiateVariableFont(font, {"wght": _WEIGHTS})
        font.flavor = "woff2"
        font.save(folder / f"{name}.woff2")
    faces = (_FACE.format(name=name, ranges=ranges, weights=_WEIGHTS) for name, ranges in PARTS.items())
    (folder / "index.css").write_text("".join(faces), encoding="utf-8")


def _read_ranges(ranges: str) -> set[int]:
    """Return the characters of ranges such as ``U+0000-00FF,U+0131``."""
    found: set[int] = set()
    for part in ranges.removeprefix("U+").split(",U+"):
        first, _, last = part.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return found
