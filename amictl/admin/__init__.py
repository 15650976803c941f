"""The settings pages at ``/admin/``: servers, CLI commands, users, roles and tokens, by Flask-Admin."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask_admin import Admin, AdminIndexView
from flask_babel import lazy_gettext

from amictl.admin.accounts import RolesTable, TokensTable, UsersTable
from amictl.admin.connect import ConnectPage
from amictl.admin.servers import CommandsTable, ServersTable
from amictl.admin.tables import GuardedView, ReadActor, SettingsContext
from amictl.services.execution.audit import AuditService
from amictl.services.utilities.links import LinkService
from amictl.store import Permission, Store


class SettingsHome(GuardedView, AdminIndexView):  # type: ignore[misc] # Flask-Admin has no types
    """The first page: links to the settings that the visitor may change."""

    needs = frozenset({Permission.PBX_ADMIN, Permission.USERS_ADMIN, Permission.COMMAND_ANY})

    def __init__(self, read_actor: ReadActor) -> None:
        self.read_actor = read_actor
        super().__init__(name=lazy_gettext("Settings"), url="/admin")
        self.static_folder = (
            None  # the pages use the console's own stylesheet; Flask-Admin's files stay unserved
        )


def register_admin(
    app: Flask,
    store: Store,
    *,
    audit: AuditService,
    links: LinkService,
    on_links_changed: Callable[[], None],
    read_actor: ReadActor,
) -> None:
    """Add the settings pages to the application.

    Args:
        app: The application; its templates are the ones in ``templates/``.
        store: Reads and writes the database.
        audit: Records changes and refusals.
        links: Tests links, and connects new servers.
        on_links_changed: Restarts the links; called once after each stored change to a server.
        read_actor: Returns who sends the present request, or None where nobody is recognised.
    """
    admin = Admin(app, name="amictl", index_view=SettingsHome(read_actor))
    settings = SettingsContext(store, audit, read_actor)
    admin.add_views(
        ServersTable(settings, on_links_changed, links),
        ConnectPage(settings, links),
        CommandsTable(settings),
        UsersTable(settings),
        RolesTable(settings),
        TokensTable(settings),
    )


__all__ = ["register_admin"]
