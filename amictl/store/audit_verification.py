"""Proving that the audit log is whole: each row fits its hash, the row before, and the kept end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import RowMapping

from amictl.store.audit_entry import FIRST_PREVIOUS_HASH, hash_entry
from amictl.store.audit_log import AuditStamp


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One place where the log is broken.

    Args:
        row: The number of the row, or of the first row that is missing.
        detail: What is wrong there, in one sentence.
    """

    row: int
    detail: str


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """The result of checking the whole log.

    Args:
        rows: How many rows there are.
        last: Where the log ends: note its number and hash elsewhere, to compare later.
        findings: What is broken; empty means that nothing is.
    """

    rows: int
    last: AuditStamp
    findings: tuple[AuditFinding, ...]


def verify_rows(
    rows: Iterable[RowMapping],
    read_head: Callable[[], AuditStamp | None],
    known: AuditStamp | None = None,
) -> AuditVerdict:
    """Return whether the rows are those that were written, all of them, in their order.

    Whoever can write to the database can also write new hashes into all later rows and into the kept end:
    only a comparison with an end that was noted elsewhere shows that. Each action's line in amictl's own log
    carries one.

    Args:
        rows: All rows, by their number; more may be added meanwhile.
        read_head: Returns the end as the database keeps it beside the rows; None when it is missing.
        known: An end that was noted elsewhere before.
    """
    head = read_head()
    anchors = {stamp for stamp in (head, known) if stamp is not None}
    origin = AuditStamp(0, FIRST_PREVIOUS_HASH)
    found = {origin}
    findings: list[AuditFinding] = []
    last, count = origin, 0
    for row in rows:
        findings += _check_row(row, last)
        last = AuditStamp(row["id"], row["hash"])
        count += 1
        if any(anchor.id == last.id for anchor in anchors):
            found.add(last)
    findings += [_describe_missing(anchor, last) for anchor in anchors - found]
    findings += _check_end(last, read_head() if head is not None else None)
    return AuditVerdict(count, last, tuple(sorted(findings, key=lambda finding: finding.row)))


def _check_row(row: RowMapping, before: AuditStamp) -> list[AuditFinding]:
    """Return what is wrong with a row and with its place after the row before."""
    number = row["id"]
    findings = []
    if number != before.id + 1:
        missing = str(before.id + 1) if number == before.id + 2 else f"{before.id + 1} to {number - 1}"
        findings.append(AuditFinding(before.id + 1, f"row {missing} was removed"))
    elif row["previous_hash"] != before.hash:
        findings.append(AuditFinding(number, f"row {number} does not follow row {before.id}"))
    if hash_entry(row) != row["hash"]:
        findings.append(AuditFinding(number, f"row {number} was changed: its hash does not fit"))
    return findings


def _describe_missing(anchor: AuditStamp, last: AuditStamp) -> AuditFinding:
    """Return the finding for a noted end that is not among the rows."""
    if anchor.id > last.id:
        detail = f"the log ends at row {last.id}, but row {anchor.id} was written: the rest was cut off"
        return AuditFinding(last.id + 1, detail)
    return AuditFinding(anchor.id, f"row {anchor.id} is not the one that was noted: the log was rewritten")


def _check_end(last: AuditStamp, head: AuditStamp | None) -> list[AuditFinding]:
    """Return what is wrong with the kept end, as it is after all rows were read."""
    if head is None:
        return [] if last.id == 0 else [AuditFinding(last.id, "the kept end of the log was removed")]
    if head.id < last.id:
        return [AuditFinding(head.id + 1, f"row {head.id + 1} and later ones were not written by amictl")]
    return []
