"""The settings page of the CLI commands that ``command.run`` may use."""

from __future__ import annotations

from amictl.admin.forms import CommandForm
from amictl.admin.tables import SettingsDoors, SettingsTable
from amictl.store import AllowedCommand, Permission


class CommandsTable(SettingsTable):
    """Allowed CLI commands; who may run any command decides which ones others may run."""

    needs = frozenset({Permission.COMMAND_ANY})
    noun = "command"
    removal_warning = "Who has only the permission command.run can run it no longer."
    empty_hint = "No command is allowed: only who has the permission command.any can run one."
    form_class = CommandForm
    column_list = ("prefix",)
    column_labels = {"prefix": "Commands that begin with"}  # noqa: RUF012 - Flask-Admin's own attribute
    column_sortable_list = ("prefix",)
    column_default_sort = "prefix"

    def __init__(self, settings: SettingsDoors) -> None:
        super().__init__(AllowedCommand, settings, name="CLI commands", endpoint="commands")

    def store_new(self, form: CommandForm) -> AllowedCommand:
        """Allow a command."""
        return self.store.allowed_commands.create(form.prefix.data)

    def store_changed(self, row: AllowedCommand, form: CommandForm) -> AllowedCommand:
        """Change an entry."""
        self.store.allowed_commands.update(row, form.prefix.data)
        return row

    def remove(self, row: AllowedCommand) -> str:
        """Allow a command no longer."""
        prefix = row.prefix
        self.store.allowed_commands.delete(row)
        return prefix
