"""Each class of amictl has a name of its own, so that a name alone says what is meant.

The demo PBX is Asterisk's side of the wire, and has Asterisk's words for it: a `Channel` there is the leg
of a call, and amictl's is what is known of one. So its names are counted by themselves.
"""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

import amictl

PACKAGE = Path(amictl.__file__).parent
DEMO = PACKAGE / "demo"


def find_class_names(*, in_demo: bool) -> list[str]:
    sources = (path for path in PACKAGE.rglob("*.py") if path.is_relative_to(DEMO) is in_demo)
    trees = (ast.parse(source.read_text(encoding="utf-8")) for source in sources)
    return [node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


@pytest.mark.parametrize(("in_demo", "fewest"), [(False, 300), (True, 50)])
def test_no_two_classes_have_one_name(in_demo: bool, fewest: int) -> None:
    counts = Counter(find_class_names(in_demo=in_demo))
    assert len(counts) > fewest, "all classes are looked at"
    assert {name for name, count in counts.items() if count > 1} == set()
