"""``flask audit``: proving that the audit log is whole, and writing it out."""

from __future__ import annotations

import re

import click

from amictl.cli.groups import CommandGroup, find_store, refuse, say
from amictl.services.execution.audit_entries import write_csv, write_json_lines
from amictl.store import AuditStamp
from amictl.store.audit_verification import verify_rows

_STAMP = re.compile(r"(\d{1,18}):([0-9a-f]{64})")
_SHOWN = 20

audit = CommandGroup("audit", help="Verify and export the audit log.")


def _read_stamp(_context: object, _parameter: object, text: str | None) -> AuditStamp | None:
    """Return the end of the log that was noted before."""
    if text is None:
        return None
    found = _STAMP.fullmatch(text.strip())
    if found is None:
        raise click.BadParameter("Write the row's number, a colon and its hash, as verify printed them.")
    return AuditStamp(int(found.group(1)), found.group(2))


@audit.command("verify")
@click.option(
    "--known",
    callback=_read_stamp,
    metavar="ROW:HASH",
    help="An end of the log that was noted before: from this command, or `audit` in amictl's own log.",
)
def verify_log(known: AuditStamp | None) -> None:
    """Check that no row was changed, removed or cut off; exit code 1 tells that one was."""
    log = find_store().audit_log
    verdict = verify_rows(log.walk(), log.read_head, known)
    for finding in verdict.findings[:_SHOWN]:
        say(f"Broken: {finding.detail}.", err=True)
    if verdict.findings:
        raise refuse(f"The audit log is broken in {len(verdict.findings)} place(s).")
    last = verdict.last
    say(f"The audit log is whole: {verdict.rows} rows, the last is {last.id}:{last.hash}")


@audit.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice(("csv", "jsonl")),
    default="jsonl",
    show_default=True,
    help="CSV with a heading, or one JSON object a line.",
)
def export_log(form: str) -> None:
    """Print all rows, oldest first."""
    rows = find_store().audit_log.walk()
    for text in write_csv(rows) if form == "csv" else write_json_lines(rows):
        click.echo(text, nl=False)  # noqa: TID251 - escaped where it is written
