"""The settings pages of the Asterisk servers, and of the CLI commands that may be run on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request
from flask_admin import expose
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from amictl.admin.findings import show_finding
from amictl.admin.forms import CommandForm, ServerForm
from amictl.admin.tables import SettingsContext, SettingsTable, TableWords
from amictl.errors import AmictlError, InvalidInput
from amictl.services.utilities.links import LinkService
from amictl.store import AllowedCommand, AmiServer, Permission


class ServersTable(SettingsTable):
    """Asterisk servers: links start, stop and restart as soon as a change is stored.

    Args:
        settings: The database, the audit log, and who asks.
        on_links_changed: Called once after each stored change.
        links: Tests a link for the page's test button.
    """

    needs = frozenset({Permission.PBX_ADMIN})
    noun = "server"
    words = TableWords(
        new=lazy_gettext("New server"),
        change=lazy_gettext("Change the server %(name)s"),
        remove_question=lazy_gettext("Remove the server %(name)s?"),
        remove_warning=lazy_gettext(
            "Its link is closed and its secret is forgotten. The PBX itself is not touched."
        ),
        removed=lazy_gettext("The server %(name)s is gone."),
        missing=lazy_gettext("There is no such server."),
        not_saved=lazy_gettext("The server could not be saved. The server's log says why."),
        empty=lazy_gettext("No Asterisk server yet: amictl keeps a link to each one that you add here."),
    )
    form_class = ServerForm
    extra_handlers = frozenset({"test_view"})
    list_template = "admin/servers.html"
    column_list = ("name", "address", "username", "tls", "link")
    column_labels = {  # noqa: RUF012 - Flask-Admin's own attribute
        "name": lazy_gettext("Name"),
        "address": lazy_gettext("Address"),
        "username": lazy_gettext("AMI user"),
        "tls": lazy_gettext("TLS"),
        "link": lazy_gettext("Link"),
    }
    column_sortable_list = ("name",)
    column_default_sort = "name"

    def __init__(
        self,
        settings: SettingsContext,
        on_links_changed: Callable[[], None],
        links: LinkService,
    ) -> None:
        self._on_links_changed = on_links_changed
        self._links = links
        self.column_formatters = {"address": _show_address, "link": self._show_link}
        super().__init__(AmiServer, settings, name=lazy_gettext("Asterisk servers"), endpoint="servers")

    def get_query(self) -> Any:  # noqa: ANN401 - SQLAlchemy's query, as Flask-Admin builds it
        """Return the servers within the visitor's scope."""
        return self._limit(super().get_query())

    def get_count_query(self) -> Any:  # noqa: ANN401
        """Return how many servers there are within the visitor's scope."""
        return self._limit(super().get_count_query())

    def get_one(self, id: str) -> AmiServer | None:  # noqa: A002 - Flask-Admin's own signature
        """Return the server of that ID, when it is within the visitor's scope."""
        server: AmiServer | None = super().get_one(id)
        scope = self._read_scope()
        return server if server is not None and (scope is None or server.name in scope) else None

    def store_new(self, form: ServerForm) -> AmiServer:
        """Store a new server and start its link."""
        self._check_scope(form)
        server = self.store.servers.create(form.read_fields())
        self._on_links_changed()
        return server

    def store_changed(self, row: AmiServer, form: ServerForm) -> AmiServer:
        """Store a change and restart the link."""
        self._check_scope(form)
        self.store.servers.update(row, form.read_fields())
        self._on_links_changed()
        return row

    def remove(self, row: AmiServer) -> str:
        """Forget a server and stop its link."""
        name = row.name
        self.store.servers.delete(row)
        self._on_links_changed()
        return name

    @expose("/test/", methods=("POST",))  # type: ignore[untyped-decorator]
    def test_view(self) -> Response | str:
        """Look at the link to a server, apart from its kept link, and show what was found."""
        server, actor = self.get_one(request.form.get("id", "")), self.read_actor()
        if server is None or actor is None:
            flash(str(self.words.missing), "danger")
            return redirect(self.get_url(".index_view"))
        title, row_id = str(server), server.id
        try:
            findings = [show_finding(each) for each in self._links.test_stored(actor, server)]
        except AmictlError as error:
            self._audit.record_refusal(actor, error.code, error.detail)
            flash(f"{title}: {error.detail}", "danger")
            return redirect(self.get_url(".index_view"))
        page: str = self.render("admin/test.html", title=title, row_id=row_id, findings=findings)
        return page

    def _show_link(self, _view: object, _context: object, server: AmiServer, _name: str) -> str:
        """Return whether a link is to be kept, or why it cannot be."""
        if not server.enabled:
            return str(gettext("off"))
        return self.store.servers.describe_problem(server) or str(gettext("on"))

    def _read_scope(self) -> frozenset[str] | None:
        """Return the servers that the visitor may manage; None means all."""
        actor = self.read_actor()
        return frozenset() if actor is None else actor.pbx_scope

    def _limit(self, query: Any) -> Any:  # noqa: ANN401
        """Return the query for the servers within the visitor's scope."""
        scope = self._read_scope()
        return query if scope is None else query.filter(AmiServer.name.in_(scope))

    def _check_scope(self, form: ServerForm) -> None:
        """Refuse a name outside the visitor's scope."""
        scope = self._read_scope()
        if scope is not None and form.name.data not in scope:
            raise InvalidInput.of("name", f"Your role is limited to: {', '.join(sorted(scope))}.")


class CommandsTable(SettingsTable):
    """Allowed CLI commands; who may run any command decides which ones others may run."""

    needs = frozenset({Permission.COMMAND_ANY})
    noun = "command"
    words = TableWords(
        new=lazy_gettext("New command"),
        change=lazy_gettext("Change the command %(name)s"),
        remove_question=lazy_gettext("Remove the command %(name)s?"),
        remove_warning=lazy_gettext("Who has only the permission command.run can run it no longer."),
        removed=lazy_gettext("The command %(name)s is gone."),
        missing=lazy_gettext("There is no such command."),
        not_saved=lazy_gettext("The command could not be saved. The server's log says why."),
        empty=lazy_gettext("No command is allowed: only who has the permission command.any can run one."),
    )
    form_class = CommandForm
    column_list = ("prefix",)
    column_labels = {"prefix": lazy_gettext("Commands that begin with")}  # noqa: RUF012 - Flask-Admin's own
    column_sortable_list = ("prefix",)
    column_default_sort = "prefix"

    def __init__(self, settings: SettingsContext) -> None:
        super().__init__(AllowedCommand, settings, name=lazy_gettext("CLI commands"), endpoint="commands")

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


def _show_address(_view: object, _context: object, server: AmiServer, _name: str) -> str:
    """Return the address of the server's AMI listener."""
    return f"{server.host}:{server.port}"
