"""Each class of amictl has a name of its own, so that a name alone says what is meant."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import amictl


def find_class_names() -> list[str]:
    sources = Path(amictl.__file__).parent.rglob("*.py")
    trees = (ast.parse(source.read_text(encoding="utf-8")) for source in sources)
    return [node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def test_no_two_classes_have_one_name() -> None:
    counts = Counter(find_class_names())
    assert len(counts) > 300, "all classes are looked at"
    assert {name for name, count in counts.items() if count > 1} == set()
