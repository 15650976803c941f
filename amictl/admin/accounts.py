"""The settings pages of users, roles and API tokens."""

from __future__ import annotations

from typing import Any

from amictl.admin.forms import RoleForm, UserForm
from amictl.admin.tables import SettingsContext, SettingsTable
from amictl.store import ApiToken, Permission, Role, User

_USERS_ADMIN = frozenset({Permission.USERS_ADMIN})


class UsersTable(SettingsTable):
    """The users who may log in; passwords go in and never come out."""

    needs = _USERS_ADMIN
    noun = "user"
    removal_warning = "The user's sessions and API tokens end at once."
    form_class = UserForm
    column_list = ("username", "role", "active", "created_at", "last_login_at")
    column_labels = {  # noqa: RUF012
        "username": "Name",
        "active": "May log in",
        "created_at": "Since",
        "last_login_at": "Last login",
    }
    column_sortable_list = ("username", "created_at", "last_login_at")
    column_default_sort = "username"

    def __init__(self, settings: SettingsContext) -> None:
        super().__init__(User, settings, name="Users", endpoint="users")

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
    removal_warning = "Only a role that nobody has can be removed."
    form_class = RoleForm
    column_list = ("name", "description", "pbx_scope", "queue_scope")
    column_labels = {"pbx_scope": "Servers", "queue_scope": "Queues"}  # noqa: RUF012
    column_sortable_list = ("name",)
    column_default_sort = "name"

    def __init__(self, settings: SettingsContext) -> None:
        self.column_formatters = {"pbx_scope": _show_scope, "queue_scope": _show_scope}
        super().__init__(Role, settings, name="Roles", endpoint="roles")

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
    removal_verb = "Revoke"
    removal_result = "is revoked"
    empty_hint = "No API token yet. Make one on the server: flask token create --user NAME"
    removal_warning = "The program that uses it is shut out at once."
    can_create = False
    can_edit = False
    column_list = ("id", "user", "name", "created_at", "expires_at", "last_used_at", "revoked_at")
    column_labels = {  # noqa: RUF012
        "id": "ID",
        "created_at": "Made",
        "expires_at": "Expires",
        "last_used_at": "Last used",
        "revoked_at": "Revoked",
    }
    column_sortable_list = ("id", "last_used_at")
    column_default_sort = "id"

    def __init__(self, settings: SettingsContext) -> None:
        super().__init__(ApiToken, settings, name="API tokens", endpoint="tokens")

    def remove(self, row: ApiToken) -> str:
        """End a token for good."""
        return str(self.store.tokens.revoke(row.id))


def _show_scope(_view: object, _context: object, role: Role, name: str) -> str:
    """Return the names of a scope."""
    scope: frozenset[str] | None = getattr(role, name)
    return "all" if scope is None else ", ".join(sorted(scope))
