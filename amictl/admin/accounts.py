"""The settings pages of users, roles and API tokens."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext

from amictl.admin.forms import RoleForm, UserForm
from amictl.admin.tables import SettingsContext, SettingsTable, TableWords
from amictl.store import ApiToken, Permission, Role, User

_USERS_ADMIN = frozenset({Permission.USERS_ADMIN})


class UsersTable(SettingsTable):
    """The users who may log in; passwords go in and never come out."""

    needs = _USERS_ADMIN
    noun = "user"
    words = TableWords(
        new=lazy_gettext("New user"),
        change=lazy_gettext("Change the user %(name)s"),
        remove_question=lazy_gettext("Remove the user %(name)s?"),
        remove_warning=lazy_gettext("The user's sessions and API tokens end at once."),
        removed=lazy_gettext("The user %(name)s is gone."),
        missing=lazy_gettext("There is no such user."),
        not_saved=lazy_gettext("The user could not be saved. The server's log says why."),
    )
    form_class = UserForm
    column_list = ("username", "role", "active", "created_at", "last_login_at")
    column_labels = {  # noqa: RUF012
        "username": lazy_gettext("Name"),
        "role": lazy_gettext("Role"),
        "active": lazy_gettext("May log in"),
        "created_at": lazy_gettext("Since"),
        "last_login_at": lazy_gettext("Last login"),
    }
    column_sortable_list = ("username", "created_at", "last_login_at")
    column_default_sort = "username"

    def __init__(self, settings: SettingsContext) -> None:
        super().__init__(User, settings, name=lazy_gettext("Users"), endpoint="users")

    def create_form(self, obj: Any = None) -> UserForm:  # noqa: ANN401 - Flask-Admin's own signature
        """Return the form with today's roles to choose from."""
        return self._offer_roles(super().create_form(obj))

    def edit_form(self, obj: Any = None) -> UserForm:  # noqa: ANN401
        """Return the form with today's roles to choose from."""
        return self._offer_roles(super().edit_form(obj))

    def store_new(self, form: UserForm) -> User:
        """Store a new user."""
        return self.store.accounts.create(
            form.username.data,
            form.password.data or "",
            form.role.data,
            active=form.active.data,
            must_change_password=form.must_change_password.data,
        )

    def store_changed(self, row: User, form: UserForm) -> User:
        """Change a user; a blank password keeps the present one."""
        self.store.accounts.update(
            row,
            password=form.password.data or None,
            role_name=form.role.data,
            active=form.active.data,
            must_change_password=form.must_change_password.data,
        )
        return row

    def remove(self, row: User) -> str:
        """Remove a user."""
        name = row.username
        self.store.accounts.delete(row)
        return name

    def _offer_roles(self, form: UserForm) -> UserForm:
        """Put the names of the roles into the form."""
        form.role.choices = [role.name for role in self.store.roles.all()]
        return form


class RolesTable(SettingsTable):
    """Roles: what they allow, and where."""

    needs = _USERS_ADMIN
    noun = "role"
    words = TableWords(
        new=lazy_gettext("New role"),
        change=lazy_gettext("Change the role %(name)s"),
        remove_question=lazy_gettext("Remove the role %(name)s?"),
        remove_warning=lazy_gettext("Only a role that nobody has can be removed."),
        removed=lazy_gettext("The role %(name)s is gone."),
        missing=lazy_gettext("There is no such role."),
        not_saved=lazy_gettext("The role could not be saved. The server's log says why."),
    )
    form_class = RoleForm
    column_list = ("name", "description", "pbx_scope", "queue_scope")
    column_labels = {  # noqa: RUF012
        "name": lazy_gettext("Name"),
        "description": lazy_gettext("Description"),
        "pbx_scope": lazy_gettext("Servers"),
        "queue_scope": lazy_gettext("Queues"),
    }
    column_sortable_list = ("name",)
    column_default_sort = "name"

    def __init__(self, settings: SettingsContext) -> None:
        self.column_formatters = {"pbx_scope": _show_scope, "queue_scope": _show_scope}
        super().__init__(Role, settings, name=lazy_gettext("Roles"), endpoint="roles")

    def store_new(self, form: RoleForm) -> Role:
        """Store a new role."""
        return self.store.roles.create(form.read_fields())

    def store_changed(self, row: Role, form: RoleForm) -> Role:
        """Change a role; it holds from its users' next request on."""
        self.store.roles.update(row, form.read_fields())
        return row

    def remove(self, row: Role) -> str:
        """Remove a role that nobody has."""
        name = row.name
        self.store.roles.delete(row)
        return name


class TokensTable(SettingsTable):
    """API tokens: made by the API or on the command line, where their text is told once; revoked here."""

    needs = _USERS_ADMIN
    noun = "token"
    words = TableWords(
        new=lazy_gettext("New token"),
        change=lazy_gettext("Change the token %(name)s"),
        remove=lazy_gettext("Revoke"),
        remove_of=lazy_gettext("Revoke %(name)s"),
        remove_question=lazy_gettext("Revoke the token %(name)s?"),
        remove_warning=lazy_gettext("The program that uses it is shut out at once."),
        removed=lazy_gettext("The token %(name)s is revoked."),
        missing=lazy_gettext("There is no such token."),
        not_saved=lazy_gettext("The token could not be saved. The server's log says why."),
        empty=lazy_gettext("No API token yet. Make one on the server: flask token create --user NAME"),
    )
    can_create = False
    can_edit = False
    column_list = ("id", "user", "name", "created_at", "expires_at", "last_used_at", "revoked_at")
    column_labels = {  # noqa: RUF012
        "id": lazy_gettext("ID"),
        "user": lazy_gettext("User"),
        "name": lazy_gettext("Name"),
        "created_at": lazy_gettext("Made"),
        "expires_at": lazy_gettext("Expires"),
        "last_used_at": lazy_gettext("Last used"),
        "revoked_at": lazy_gettext("Revoked"),
    }
    column_sortable_list = ("id", "last_used_at")
    column_default_sort = "id"

    def __init__(self, settings: SettingsContext) -> None:
        super().__init__(ApiToken, settings, name=lazy_gettext("API tokens"), endpoint="tokens")

    def remove(self, row: ApiToken) -> str:
        """End a token for good."""
        return str(self.store.tokens.revoke(row.id))


def _show_scope(_view: object, _context: object, role: Role, name: str) -> str:
    """Return the names of a scope."""
    scope: frozenset[str] | None = getattr(role, name)
    return gettext("all") if scope is None else ", ".join(sorted(scope))
