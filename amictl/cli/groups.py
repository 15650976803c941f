"""What all commands share: the store, the way to refuse, the audit log, and tables."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from amictl.errors import AmictlError, StorageUnavailable
from amictl.services.execution.audit import AuditService, Origin
from amictl.services.execution.visible_text import show_controls, show_controls_in_cell
from amictl.store import EntryKind, Store


class CommandGroup(AppGroup):
    """A group whose commands end with one clear line and exit code 1 when amictl refuses.

    Click itself ends with code 2 when a command is used wrongly.
    """

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - Click's own signature
        """Run the command; turn refusals into messages."""
        try:
            return super().invoke(ctx)
        except StorageUnavailable as error:
            raise refuse(f"{error.detail} ({error.place})") from error
        except AmictlError as error:
            raise refuse(error.detail) from error
        except OperationalError as error:
            raise refuse(
                f"The database cannot be used ({error.orig}). If it is new, run: flask db upgrade"
            ) from error


def say(text: str, *, err: bool = False) -> None:
    """Print text that may come from a PBX, or anybody: a terminal shows it, and obeys nothing in it.

    Args:
        text: One line or more.
        err: Whether to print to standard error.
    """
    click.echo(show_controls(text), err=err)  # noqa: TID251 - the one place


def refuse(reason: str) -> click.ClickException:
    """Return the error with which a command ends: one line, and exit code 1.

    Args:
        reason: Why; may quote a PBX.
    """
    return click.ClickException(show_controls(reason))


def find_store() -> Store:
    """Return the store of the application that ``flask`` loaded."""
    store: Store = current_app.extensions["amictl_store"]
    return store


def read_command_origin() -> Origin:
    """Return which command is being run, for the audit log; outside of one, nothing."""
    context = click.get_current_context(silent=True)
    if context is None:
        return Origin()
    return Origin(
        route=context.command_path, via="command", username=getpass.getuser(), body=context.params or None
    )


class RecordedCommand(click.Command):
    """A command that changes something: what it did, or why it was refused, is put into the audit log."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - Click's own signature
        """Run the command, then record it."""
        audit = AuditService(find_store().audit_log, read_command_origin)
        try:
            result = super().invoke(ctx)
        except AmictlError as error:
            audit.record_event(None, error.code, error.detail, kind=EntryKind.REFUSED)
            raise
        audit.record_event(None)
        return result


def read_secret_line(what: str) -> str:
    """Return the first line of standard input.

    Args:
        what: What is read, for the error when there is nothing.

    Raises:
        click.UsageError: Standard input holds no line.
    """
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise click.UsageError(f"Standard input holds no {what}: its first line is read.")
    return line


def format_instant(instant: datetime | None, none: str) -> str:
    """Return an instant for a table, to the minute, in UTC; ``none`` where there is none."""
    return none if instant is None else instant.strftime("%Y-%m-%d %H:%M UTC")


def format_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return left-aligned columns, two spaces apart.

    Args:
        headings: The columns' headings.
        rows: The cells, as many in each row as there are headings.
    """
    lines = [tuple(headings), *(tuple(show_controls_in_cell(cell) for cell in row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
