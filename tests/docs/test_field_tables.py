"""``docs/fields.md`` says of each field what its declaration says."""

from __future__ import annotations

from setup.field_tables import DOCUMENT, rewrite


def test_the_tables_of_fields_are_up_to_date() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    assert rewrite(document) == document, "run `make tables`"
